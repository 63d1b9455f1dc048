// The computer asks every two seconds what the phone said, and goes on by itself. Without script the button does.
(function () {
  "use strict";
  const form = document.getElementById("qr-collect"), left = document.getElementById("qr-left"), note = document.getElementById("qr-state");
  if (!form || !left || !note) return;
  const token = form.querySelector("[name=csrfmiddlewaretoken]").value;
  const end = Date.now() + Number(left.dataset.seconds) * 1000;
  let pause = 2000;

  const say = (text) => { if (note.textContent !== text) { note.textContent = text; note.hidden = false; } };
  const over = () => { clearInterval(clock); left.textContent = "0"; say(note.dataset.over); };
  const clock = setInterval(() => { left.textContent = String(Math.max(0, Math.round((end - Date.now()) / 1000))); }, 1000);

  async function ask() {
    let state = "";
    try {
      const reply = await fetch(form.dataset.poll, { method: "POST", headers: { "X-CSRFToken": token }, credentials: "same-origin" });
      state = (await reply.json()).state;
    } catch { /* the line was lost for a moment; the next question tells */ }
    if (state === "approved") { form.submit(); return; }
    if (["refused", "expired", "used"].includes(state) || Date.now() > end) { over(); return; }
    if (state === "seen") say(note.dataset.seen);
    if (state === "slow_down") pause += 1000;
    setTimeout(ask, pause);
  }
  setTimeout(ask, pause);
})();
