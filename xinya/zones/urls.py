from django.urls import path

from .views import attachments, notices, sign_in

urlpatterns = [
    path("sign-in/", sign_in.SignIn.as_view(), name="sign-in"),
    path("sign-out/", sign_in.sign_out, name="sign-out"),
    path("notices/", notices.notice_list, name="notices"),
    path("notices/read/", notices.read, name="notices-read"),
    path("notices/choices/", notices.choose, name="notice-choices"),
    path("notices/<int:pk>/again/", notices.again, name="notice-again"),
    path("files/<int:pk>/", attachments.file, name="file"),
]
