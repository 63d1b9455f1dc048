"""HTTP API of the zones slice."""

from xinya.kit.api import joined_routers

from .attachments import router as attachments_router
from .companies import router as companies_router
from .keys import KeyAuth
from .zones import router as zones_router

router = joined_routers(zones_router, companies_router, attachments_router)

__all__ = ["KeyAuth", "router"]
