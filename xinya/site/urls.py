"""Addresses: pages under a language, the API without one."""

from django.conf.urls.i18n import i18n_patterns
from django.contrib.auth.decorators import login_not_required
from django.urls import include, path
from django.views.generic import RedirectView

from xinya.zones.urls import plain_urlpatterns

from . import home, search, states, work_page
from .api import api

urlpatterns = [
    path("", login_not_required(RedirectView.as_view(pattern_name="home"))),
    path("health", home.health, name="health"),
    path("api/v1/", api.urls),
    *plain_urlpatterns,
    *i18n_patterns(
        path("", home.home, name="home"),
        path("search/", search.search_page, name="search"),
        path("states/", states.state_page, name="states"),
        path("work/", work_page.work_page, name="work"),
        path("work/<str:task>/again/", work_page.try_again, name="work-again"),
        path("", include("xinya.zones.urls")),
        path("", include("xinya.chain.urls")),
    ),
]
