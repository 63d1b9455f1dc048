"""HTTP API of the zones slice."""

from xinya.kit.api import joined_routers

from .promises import router as promises_router
from .zones import router as zones_router

router = joined_routers(zones_router, promises_router)

__all__ = ["router"]
