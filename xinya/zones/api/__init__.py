"""HTTP API of the zones slice."""

from xinya.kit.api import joined_routers

from . import attachments, audit, briefings, companies, desk_rules, imports, merges, promises, zones
from .keys import KeyAuth

router = joined_routers(
    zones.router, companies.router, attachments.router, audit.router, promises.router, imports.router,
    briefings.router, desk_rules.router, merges.router,
)  # fmt: skip

__all__ = ["KeyAuth", "router"]
