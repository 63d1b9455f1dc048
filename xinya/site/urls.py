"""Addresses: pages under a language, the API without one."""

from django.conf.urls.i18n import i18n_patterns
from django.contrib.auth.decorators import login_not_required
from django.urls import path
from django.views.generic import RedirectView

from xinya.chain import urls as chain
from xinya.kit.addresses import grouped
from xinya.kit.api import no_such_call
from xinya.zones import urls as zones

from . import home, search, states, work_page
from .api import api

calls, app, namespace = api.urls
urlpatterns = [
    path("", login_not_required(RedirectView.as_view(pattern_name="home"))),
    path("health", home.health, name="health"),
    path("api/v1/", (grouped(calls), app, namespace)),
    path("api/v1/<path:rest>", no_such_call, name="no-such-call"),
    *zones.plain_urlpatterns,
    *i18n_patterns(
        *grouped(
            [
                path("", home.home, name="home"),
                path("search/", search.search_page, name="search"),
                path("states/", states.state_page, name="states"),
                path("work/", work_page.work_page, name="work"),
                path("work/<str:task>/again/", work_page.try_again, name="work-again"),
                *zones.urlpatterns,
                *chain.urlpatterns,
            ]
        )
    ),
]
