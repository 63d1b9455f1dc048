from django.urls import path

from .views import attachments, notices, search_words, sign_in

urlpatterns = [
    path("sign-in/", sign_in.SignIn.as_view(), name="sign-in"),
    path("sign-out/", sign_in.sign_out, name="sign-out"),
    path("notices/", notices.notice_list, name="notices"),
    path("notices/read/", notices.read, name="notices-read"),
    path("notices/choices/", notices.choose, name="notice-choices"),
    path("notices/<int:pk>/again/", notices.again, name="notice-again"),
    path("files/<int:pk>/", attachments.file, name="file"),
    path("search/words/", search_words.word_list, name="search-words"),
    path("search/words/<int:pk>/remove/", search_words.remove, name="remove-search-word"),
]
