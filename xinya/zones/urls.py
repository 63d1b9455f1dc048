from django.urls import path

from .views import attachments, audit, calendar, notices, promises, search_words, sign_in

urlpatterns = [
    path("calendar/", calendar.this_year, name="calendar"),
    path("calendar/<int:year>/", calendar.calendar_year, name="calendar-year"),
    path("calendar/load/", calendar.load_calendar, name="load-calendar"),
    path("calendar/loads/<int:pk>/", calendar.calendar_load, name="calendar-load"),
    path("calendar/loads/<int:pk>/decide/", calendar.decide_load, name="decide-load"),
    path("zones/<slug:code>/promises/", promises.promise_list, name="promises"),
    path("zones/<slug:code>/promises/new/", promises.new_promise, name="new-promise"),
    path("zones/<slug:code>/promises/<int:pk>/", promises.promise_page, name="promise"),
    path("zones/<slug:code>/promises/<int:pk>/<slug:verb>/", promises.promise_act, name="promise-act"),
    path("sign-in/", sign_in.SignIn.as_view(), name="sign-in"),
    path("sign-out/", sign_in.sign_out, name="sign-out"),
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
    path("search/words/", search_words.word_list, name="search-words"),
    path("search/words/<int:pk>/remove/", search_words.remove, name="remove-search-word"),
]
