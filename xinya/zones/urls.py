from django.urls import include, path

from .views import accounts, attachments, audit, identity, my_sign_in, notices, qr, sign_in

urlpatterns = [
    path("sign-in/", sign_in.SignIn.as_view(), name="sign-in"),
    path("sign-out/", sign_in.sign_out, name="sign-out"),
    path("prove/", sign_in.prove, name="prove"),
    path("passkeys/", include("xinya.zones.views.passkeys")),
    path("identity/", identity.begin, name="identity"),
    path("set-up/", my_sign_in.set_up, name="set-up"),
    path("my-sign-in/", my_sign_in.my_sign_in, name="my-sign-in"),
    path("my-sign-in/app/", my_sign_in.totp, name="totp"),
    path("my-sign-in/app/remove/", my_sign_in.remove_totp, name="remove-totp"),
    path("my-sign-in/codes/", my_sign_in.codes, name="recovery-codes"),
    path("my-sign-in/keys/<int:pk>/remove/", my_sign_in.remove_passkey, name="remove-passkey"),
    path("my-sign-in/sessions/<int:pk>/end/", my_sign_in.end_session, name="end-session"),
    path("my-sign-in/password/", my_sign_in.change_password, name="change-password"),
    path("my-sign-in/language/", my_sign_in.choose_language, name="choose-language"),
    path("my-sign-in/kept-text/", my_sign_in.drop_draft, name="drop-draft"),
    path("sign-in/by-phone/", qr.computer, name="qr"),
    path("sign-in/by-phone/poll/", qr.poll, name="qr-poll"),
    path("sign-in/by-phone/collect/", qr.collect, name="qr-collect"),
    path("sign-in/by-phone/<str:state>/", qr.done, name="qr-done"),
    path("accounts/", accounts.account_list, name="accounts"),
    path("accounts/<int:pk>/", accounts.account, name="account"),
    path("notices/", notices.notice_list, name="notices"),
    path("notices/read/", notices.read, name="notices-read"),
    path("notices/choices/", notices.choose, name="notice-choices"),
    path("notices/<int:pk>/again/", notices.again, name="notice-again"),
    path("files/<int:pk>/", attachments.file, name="file"),
    path("audit/", audit.log_page, name="audit"),
    path("audit/verify/", audit.verify, name="audit-verify"),
    path("audit/export/", audit.export, name="audit-export"),
    path("audit/seals/", audit.seal, name="audit-seal"),
    path("audit/seals/<int:seq>/", audit.seal_page, name="audit-seal-page"),
    path("audit/seals/<int:seq>.json", audit.seal_download, name="audit-seal-file"),
]

# Addresses without a language: they are printed in a QR code, typed by hand, or registered at a provider.
plain_urlpatterns = [
    path("q", qr.type_code, name="qr-type"),
    path("q/<str:code>", qr.phone, name="qr-code"),
    path("identity/back", identity.back, name="identity-back"),
]
