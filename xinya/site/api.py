"""The HTTP API: one document, the slices' routers under `/api/v1/`."""

from django.contrib.auth.decorators import login_required

from xinya import __version__
from xinya.chain.api import router as chain_router
from xinya.kit.api import SIGN_IN, ProblemApi, declare_problems, joined_routers
from xinya.zones.api import KeyAuth
from xinya.zones.api import router as zones_router

from .search_api import router as search_router

api = ProblemApi(
    title="Xinya",
    version=__version__,
    description="Zones, companies, chains, placements and verdicts. Sentences come in the language of Accept-Language (zh, en).",
    urls_namespace="api-1",
    auth=[KeyAuth(), *SIGN_IN],
    docs_url=None,
    docs_decorator=login_required,
)
declare_problems(api)
api.add_router("", joined_routers(zones_router, chain_router, search_router))
