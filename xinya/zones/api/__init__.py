"""HTTP API of the zones slice."""

from xinya.kit.api import joined_routers

from . import attachments, audit, promises, zones

router = joined_routers(zones.router, attachments.router, audit.router, promises.router)

__all__ = ["router"]
