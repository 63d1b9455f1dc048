// Small comforts; every page works without this file.
(function () {
  "use strict";

  // Print buttons appear only where they can work.
  document.querySelectorAll("[data-print]").forEach((button) => {
    button.hidden = false;
    button.addEventListener("click", () => window.print());
  });

  // A date or filter that is changed is sent at once; its own button stays for those without script.
  document.querySelectorAll("form[data-send-on-change]").forEach((form) => {
    form.addEventListener("change", () => form.requestSubmit());
  });

  // A one-time code stands behind the # of its link, which no browser sends; here it moves into its field and out of sight.
  const code = document.querySelector("[data-from-address]");
  if (code && !code.value && location.hash.length > 1) {
    code.value = decodeURIComponent(location.hash.slice(1));
    history.replaceState(null, "", location.pathname);
  }

  // One popover at a time; Escape or a click elsewhere closes it.
  const boxes = () => [...document.querySelectorAll("details.why:not(.flow)[open], details.menu[open]")];
  document.addEventListener("click", (event) => {
    boxes().forEach((box) => { if (!box.contains(event.target)) box.open = false; });
  });
  document.addEventListener("keydown", (event) => {
    if (event.key !== "Escape") return;
    boxes().forEach((box) => {
      if (box.contains(document.activeElement)) box.querySelector("summary").focus();
      box.open = false;
    });
  });
})();
