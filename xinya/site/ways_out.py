"""Settings of what leaves the house: the address in links, the mail server, the text message gateway, web-hooks."""

from collections.abc import Mapping
from dataclasses import dataclass
from urllib.parse import parse_qsl, unquote, urlsplit

from xinya.kit.refusals import Refused
from xinya.kit.text import gettext_noop as _

MAIL_WORDS = _("The setting %(name)s must be smtp://, smtps:// or smtp+starttls://user:password@host:port/?from=name@host.")
ADDRESS_WORDS = _("The setting %(name)s must be https://host without a path; http:// on this machine only.")
POST_WORDS = _("The setting %(name)s must be an https:// address; http:// on this machine only.")
HOOKS_WORDS = _("The setting %(name)s must hold name=https://address pairs parted by blanks; http:// on this machine only.")
KEY_MISSING = _("The setting %(name)s is missing: what is sent to a gateway or a web-hook is signed with it.")
LOOPBACK = ("localhost", "127.0.0.1", "::1")
PORTS = {"smtp": 25, "smtps": 465, "smtp+starttls": 587}


@dataclass(frozen=True)
class MailServer:
    """Where mail goes and in whose name."""

    host: str
    port: int
    user: str
    password: str
    is_tls: bool
    is_starttls: bool
    sender: str


def read_mail(text: str) -> MailServer:
    """The server that an address names. Raises ValueError."""
    parts = urlsplit(text)
    asked = dict(parse_qsl(parts.query, strict_parsing=bool(parts.query)))
    sender = asked.pop("from", "")
    name, at, domain = sender.rpartition("@")
    if parts.scheme not in PORTS or not parts.hostname or parts.path not in ("", "/") or asked or parts.fragment:
        raise ValueError(parts.scheme)
    if not (at and name and domain) or not sender.isprintable() or " " in sender:
        raise ValueError("from")
    user, password = unquote(parts.username or ""), unquote(parts.password or "")
    port = parts.port or PORTS[parts.scheme]
    return MailServer(parts.hostname, port, user, password, parts.scheme == "smtps", parts.scheme == "smtp+starttls", sender)


def read_address(text: str) -> str:
    """The address that links begin with. Raises ValueError."""
    parts = urlsplit(text)
    if parts.path not in ("", "/") or parts.query or parts.fragment or parts.username is not None:
        raise ValueError("path")
    return read_post(text).rstrip("/")


def read_post(text: str) -> str:
    """An address that the house may call. Raises ValueError."""
    parts = urlsplit(text)
    near = (parts.hostname or "") in LOOPBACK
    if (
        not parts.hostname
        or parts.scheme not in (("https", "http") if near else ("https",))
        or not text.isprintable()
        or " " in text
    ):
        raise ValueError("address")
    parts.port  # noqa: B018  raises ValueError for a port that is none
    return text


def read_webhooks(text: str) -> dict[str, str]:
    """Names and addresses of web-hooks. Raises ValueError."""
    found: dict[str, str] = {}
    for pair in text.split():
        name, sign, address = pair.partition("=")
        if not sign or not name.replace("-", "a").isalnum() or len(name) > 30 or name in found:
            raise ValueError("name")
        found[name] = read_post(address)
    if not found:
        raise ValueError("empty")
    return found


def default_address(hosts: tuple[str, ...], port: int, *, near: bool) -> str:
    """What links begin with when nothing was set: the first host that is answered."""
    host = hosts[0].removeprefix(".")
    return f"http://{host}:{port}" if near else f"https://{host}"


def demand_key(values: Mapping[str, object]) -> None:
    """Refuse a gateway or a web-hook without the key that signs what is sent there. Raises Refused setting-missing."""
    if ("SMS" in values or "WEBHOOKS" in values) and not values.get("WEBHOOK_KEY"):
        raise Refused("setting-missing", KEY_MISSING, name="XINYA_WEBHOOK_KEY")
