"""HTTP API of the zones slice, one file a subject."""

from xinya.kit.api import joined_routers

from . import attachments, audit, zones

router = joined_routers(zones.router, attachments.router, audit.router)

__all__ = ["router"]
