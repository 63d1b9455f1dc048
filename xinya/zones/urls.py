from django.urls import path

from .views import audit, sign_in

urlpatterns = [
    path("sign-in/", sign_in.SignIn.as_view(), name="sign-in"),
    path("sign-out/", sign_in.sign_out, name="sign-out"),
    path("audit/", audit.log_page, name="audit"),
    path("audit/verify/", audit.verify, name="audit-verify"),
    path("audit/export/", audit.export, name="audit-export"),
    path("audit/seals/", audit.seal, name="audit-seal"),
    path("audit/seals/<int:seq>/", audit.seal_page, name="audit-seal-page"),
    path("audit/seals/<int:seq>.json", audit.seal_download, name="audit-seal-file"),
]
