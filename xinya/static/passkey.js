// A passkey was added: show it in the list.
document.addEventListener("otp_webauthn.register_complete", () => window.location.reload());
