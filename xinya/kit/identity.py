"""The port behind which outside identities stand (government identity, WeChat Work, DingTalk): what the product asks of them."""

import re
from dataclasses import dataclass
from typing import Protocol

from django.conf import settings
from django.utils.module_loading import import_string

from .refusals import Refused
from .text import gettext_noop as _

MAINLAND = re.compile(r"(?:\+?86)?(1\d{10})")
NOT_CONFIGURED = _("No outside identity is set up here.")
FAILED = _("The outside identity did not confirm who you are. Try again, or sign in another way.")


@dataclass(frozen=True, slots=True)
class Identity:
    """Who somebody is at an outside provider. confirmed_phone: "" unless the provider says that it has confirmed it."""

    issuer: str
    subject: str
    confirmed_phone: str


@dataclass(frozen=True, slots=True)
class Begun:
    """A sign-in that was sent to the provider. kept: what the browser's session must bring back."""

    address: str
    kept: dict[str, str]


class IdentityProvider(Protocol):
    """What a provider can do. `answer`: the address the provider sent the browser back to, with its query."""

    def begin(self, back: str) -> Begun: ...

    def finish(self, answer: str, back: str, kept: dict[str, str]) -> Identity: ...


def provider() -> IdentityProvider:
    """The provider of the settings. Raises Refused 404 without one. The library is imported only where one is set up."""
    if settings.OIDC is None:
        raise Refused("no-identity", NOT_CONFIGURED, status=404)
    made: IdentityProvider = import_string("xinya.kit.oidc.OidcProvider")(settings.OIDC)
    return made


def plain_phone(text: str) -> str:
    """A mainland number as eleven digits, another one with its + and digits; "" for what is no number."""
    bare = re.sub(r"[\s()-]", "", text)
    found = MAINLAND.fullmatch(bare)
    if found:
        return found[1]
    return bare if re.fullmatch(r"\+\d{6,15}", bare) else ""
