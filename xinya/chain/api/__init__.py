"""HTTP API of the chain slice."""

from xinya.kit.api import joined_routers

from .exchange import router as exchange_router
from .freshness import router as freshness_router
from .inputs import router as inputs_router
from .missing_inputs import router as missing_inputs_router
from .packs import router as packs_router
from .placements import router as placements_router
from .positioning import router as positioning_router
from .resilience import router as resilience_router
from .routes import router as routes_router

router = joined_routers(
    routes_router,
    placements_router,
    freshness_router,
    inputs_router,
    packs_router,
    exchange_router,
    resilience_router,
    positioning_router,
    missing_inputs_router,
)

__all__ = ["router"]
