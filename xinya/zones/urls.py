from django.urls import path

from .views import calendar, promises, sign_in

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
]
