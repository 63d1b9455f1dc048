"""HTTP API of the zones slice."""

from xinya.kit.api import joined_routers

from . import attachments, audit, briefings, companies, promises, zones
from .keys import KeyAuth

router = joined_routers(zones.router, companies.router, attachments.router, audit.router, promises.router, briefings.router)

__all__ = ["KeyAuth", "router"]
