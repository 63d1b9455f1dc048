from django.urls import path

from .views import search_words, sign_in

urlpatterns = [
    path("sign-in/", sign_in.SignIn.as_view(), name="sign-in"),
    path("sign-out/", sign_in.sign_out, name="sign-out"),
    path("search/words/", search_words.word_list, name="search-words"),
    path("search/words/<int:pk>/remove/", search_words.remove, name="remove-search-word"),
]
