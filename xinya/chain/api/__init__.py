"""HTTP API of the chain slice."""

from xinya.kit.api import joined_routers

from .placements import router as placements_router
from .positioning import router as positioning_router
from .routes import router as routes_router

router = joined_routers(routes_router, placements_router, positioning_router)

__all__ = ["router"]
