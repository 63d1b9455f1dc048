"""HTTP API of the chain slice."""

from xinya.kit.api import joined_routers

from .freshness import router as freshness_router
from .placements import router as placements_router
from .routes import router as routes_router

router = joined_routers(routes_router, placements_router, freshness_router)

__all__ = ["router"]
