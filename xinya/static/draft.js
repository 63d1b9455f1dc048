// Puts the text that was kept over the end of a session back into its form. Sends nothing.
(function () {
  "use strict";
  const kept = JSON.parse(document.getElementById("kept-fields").textContent);
  const forms = [...document.querySelectorAll("main form")].filter((form) => form.method === "post" && form.dataset.kept !== "no"
    && new URL(form.action, location.href).pathname === kept.target);
  // Several forms of one page may go to one address: the one with the most of the fields is meant.
  const fits = (form) => Object.keys(kept.fields).filter((name) => form.elements.namedItem(name)).length;
  const form = forms.sort((a, b) => fits(b) - fits(a))[0];
  if (!form) return;
  for (const [name, texts] of Object.entries(kept.fields)) {
    const left = [...texts];
    [...form.elements].filter((field) => field.name === name).forEach((field) => {
      if (["hidden", "password", "file", "submit"].includes(field.type)) return;
      if (field.type === "checkbox" || field.type === "radio") field.checked = texts.includes(field.value);
      else if (field.multiple) [...field.options].forEach((option) => { option.selected = texts.includes(option.value); });
      else if (left.length) field.value = left.shift();
    });
    form.elements.namedItem(name)?.closest?.("details")?.setAttribute("open", "");
  }
})();
