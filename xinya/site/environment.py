"""Every setting an operator can make: one `XINYA_*` variable each, read once, typed, and refused by name when wrong."""

import ipaddress
import zoneinfo
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from urllib.parse import parse_qsl, unquote, urlsplit

from xinya.kit.address import Network
from xinya.kit.refusals import Refused
from xinya.kit.text import gettext_noop as _
from xinya.site import ways_out

PREFIX = "XINYA_"
FOR_TESTS = frozenset(
    f"{PREFIX}{name}"
    for name in (
        "TEST_DB",
        "TEST_PG",
        "TEST_ALL",
        "TEST_DEPTH",
        "TEST_SEED",
        "REQUIRE_BROWSER",
        "REQUIRE_GETTEXT",
        "REQUIRE_PG",
        "REQUIRE_SHARED",
        "FORBID_SKIPS",
        "HYPOTHESIS",
        "KILLS",
    )
)
POSTGRES_OPTIONS = frozenset({"host", "sslmode", "sslrootcert", "sslcert", "sslkey", "connect_timeout", "options"})
LOOPBACK_NAMES = frozenset({"localhost", "testserver"})


THIS_MACHINE: tuple[Network, ...] = (ipaddress.ip_network("127.0.0.0/8"), ipaddress.ip_network("::1/128"))


@dataclass(frozen=True)
class Oidc:
    """The outside identity: where it is, who we are to it, and what its button says."""

    issuer: str
    client: str
    secret: str
    name: str


@dataclass(frozen=True)
class Environment:
    """What the variables say, with defaults for the rest. `database` is a path or a postgresql:// address."""

    demo: bool
    debug: bool
    hosts: tuple[str, ...]
    database: str
    secret_key: str | None
    var: Path
    port: int
    time_zone: str
    language: str
    address: str
    mail: ways_out.MailServer | None
    sms: str
    webhooks: dict[str, str]
    webhook_key: str
    proxies: tuple[Network, ...] = ()
    given_qr: bool | None = None
    tries_per_account: int = 5
    tries_per_address: int = 20
    oidc: "Oidc | None" = None

    @property
    def over_tls(self) -> bool:
        """Whether a proxy of ours speaks TLS before us; behind loopback there is none."""
        return not (self.demo or self.loopback_only)

    @property
    def qr(self) -> bool:
        """Whether a phone may lend its sign-in to a computer: where the line is safe, unless the operator says otherwise."""
        return (self.demo or self.over_tls) if self.given_qr is None else self.given_qr

    @property
    def loopback_only(self) -> bool:
        """Whether nobody outside this machine can name a host that is answered."""
        return all(is_loopback(host) for host in self.hosts)


def is_loopback(host: str) -> bool:
    """Whether a host name or address means this machine."""
    bare = host.strip("[]").lower()
    if bare in LOOPBACK_NAMES or bare.endswith(".localhost"):
        return True
    try:
        return ipaddress.ip_address(bare).is_loopback
    except ValueError:
        return False


def _truth(text: str) -> bool:
    words = {"1": True, "yes": True, "true": True, "on": True, "0": False, "no": False, "false": False, "off": False}
    return words[text.strip().lower()]


def _port(text: str) -> int:
    number = int(text)
    if not 1 <= number <= 65535:
        raise ValueError(text)
    return number


def _hosts(text: str) -> tuple[str, ...]:
    hosts = tuple(part.strip() for part in text.split(","))
    for host in hosts:
        bare = host[1:-1] if host.startswith("[") and host.endswith("]") else host
        if ":" in bare:
            ipaddress.IPv6Address(bare)
        elif not bare or not all(part and part.replace("-", "a").isalnum() for part in bare.removeprefix(".").split(".")):
            raise ValueError(text)
    return hosts


def _proxies(text: str) -> tuple[Network, ...]:
    return tuple(ipaddress.ip_network(part.strip()) for part in text.split(","))


def _between(lowest: int, highest: int) -> Callable[[str], int]:
    def read(text: str) -> int:
        number = int(text)
        if not lowest <= number <= highest:
            raise ValueError(text)
        return number

    return read


def _issuer(text: str) -> str:
    if "?" in text or "#" in text:
        raise ValueError(text)
    return ways_out.read_post(text).removesuffix("/")


def _words(text: str) -> str:
    if not text.strip() or not text.isprintable() or len(text) > 200:
        raise ValueError(text)
    return text.strip()


def _secret(text: str) -> str:
    if len(text) < 32:
        raise ValueError("too short")
    return text


def _time_zone(text: str) -> str:
    zoneinfo.ZoneInfo(text)
    return text


def _language(text: str) -> str:
    return {"zh": "zh", "zh-hans": "zh", "en": "en"}[text.strip().lower()]


def _folder(text: str) -> Path:
    if not text or "\0" in text:
        raise ValueError(text)
    return Path(text).absolute()


def _database(text: str) -> str:
    database_settings(text, timeout_s=1)
    return text


@dataclass(frozen=True)
class Variable:
    """One variable: how it is read, and the sentence said when it cannot be."""

    read: Callable[[str], Any]
    malformed: str


VARIABLES: dict[str, Variable] = {
    "DEMO": Variable(_truth, _("The setting %(name)s must be yes or no.")),
    "DEBUG": Variable(_truth, _("The setting %(name)s must be yes or no.")),
    "HOSTS": Variable(_hosts, _("The setting %(name)s must hold host names parted by commas, such as xinya.example.cn.")),
    "PROXIES": Variable(
        _proxies, _("The setting %(name)s must hold addresses or networks of proxies parted by commas, such as 10.0.0.0/8.")
    ),
    "DATABASE": Variable(
        _database,
        _("The setting %(name)s must be the path of an SQLite file, or postgresql://user:password@host:port/name."),
    ),
    "SECRET_KEY": Variable(_secret, _("The setting %(name)s must hold at least 32 random characters.")),
    "VAR": Variable(_folder, _("The setting %(name)s must be the path of a folder that can be written.")),
    "PORT": Variable(_port, _("The setting %(name)s must be a number from 1 to 65535.")),
    "LANGUAGE": Variable(_language, _("The setting %(name)s must be zh or en.")),
    "TIME_ZONE": Variable(_time_zone, _("The setting %(name)s must be the name of a time zone, such as Asia/Shanghai.")),
    "QR": Variable(_truth, _("The setting %(name)s must be yes or no.")),
    "TRIES_PER_ACCOUNT": Variable(_between(1, 10), _("The setting %(name)s must be a number from 1 to 10.")),
    "TRIES_PER_ADDRESS": Variable(_between(1, 1000), _("The setting %(name)s must be a number from 1 to 1000.")),
    "OIDC_ISSUER": Variable(_issuer, _("The setting %(name)s must be the https address of the identity provider.")),
    "OIDC_CLIENT": Variable(_words, _("The setting %(name)s must be 1 to 200 printable characters.")),
    "OIDC_SECRET": Variable(_words, _("The setting %(name)s must be 1 to 200 printable characters.")),
    "OIDC_NAME": Variable(_words, _("The setting %(name)s must be 1 to 200 printable characters.")),
    "ADDRESS": Variable(ways_out.read_address, ways_out.ADDRESS_WORDS),
    "MAIL": Variable(ways_out.read_mail, ways_out.MAIL_WORDS),
    "SMS": Variable(ways_out.read_post, ways_out.POST_WORDS),
    "WEBHOOKS": Variable(ways_out.read_webhooks, ways_out.HOOKS_WORDS),
    "WEBHOOK_KEY": Variable(_secret, _("The setting %(name)s must hold at least 32 random characters.")),
}
UNKNOWN = _("The setting %(name)s is not known. Known are: %(known)s.")
MISSING_KEY = _("The setting %(name)s is missing. Give at least 32 random characters and keep them secret.")
OIDC_INCOMPLETE = _("The setting %(name)s is missing: an outside identity needs issuer, client, secret and name.")
DEMO_IN_PUBLIC = _("The setting %(name)s names a host outside this machine, and a demo answers on this machine only.")


def read_environment(variables: Mapping[str, str], *, home: Path) -> Environment:
    """Read all `XINYA_*` variables; `home` is the folder in which `var` lies when `XINYA_VAR` is not given.

    Raises Refused with a variable's name: `setting-unknown`, `setting-malformed`, `setting-missing`, `setting-unsafe`.
    """
    given = {name: text for name, text in variables.items() if name.startswith(PREFIX) and name not in FOR_TESTS}
    values: dict[str, Any] = {}
    for name, text in sorted(given.items()):
        variable = VARIABLES.get(name.removeprefix(PREFIX))
        if variable is None:
            known = ", ".join(PREFIX + known for known in VARIABLES)
            raise Refused("setting-unknown", UNKNOWN, name=name, known=known)
        try:
            values[name.removeprefix(PREFIX)] = variable.read(text)
        except (ValueError, KeyError, OSError):  # the value itself is not repeated: it may be a password
            raise Refused("setting-malformed", variable.malformed, name=name) from None
    return _checked(values, home)


def _checked(values: dict[str, Any], home: Path) -> Environment:
    demo = values.get("DEMO", False)
    var = values.get("VAR", home / "var")
    hosts, port = values.get("HOSTS", ("localhost", "127.0.0.1", "[::1]")), values.get("PORT", 8000)
    near = all(is_loopback(host) for host in hosts)
    ways_out.demand_key(values)
    environment = Environment(
        demo=demo,
        debug=values.get("DEBUG", False),
        hosts=hosts,
        database=values.get("DATABASE", str(var / ("demo.sqlite3" if demo else "xinya.sqlite3"))),
        secret_key=values.get("SECRET_KEY"),
        var=var,
        port=port,
        time_zone=values.get("TIME_ZONE", "Asia/Shanghai"),
        language=values.get("LANGUAGE", "zh"),
        address=values.get("ADDRESS") or ways_out.default_address(hosts, port, near=near),
        mail=values.get("MAIL"),
        sms=values.get("SMS", ""),
        webhooks=values.get("WEBHOOKS", {}),
        webhook_key=values.get("WEBHOOK_KEY", ""),
        proxies=values.get("PROXIES", ()),
        given_qr=values.get("QR"),
        tries_per_account=values.get("TRIES_PER_ACCOUNT", 5),
        tries_per_address=values.get("TRIES_PER_ADDRESS", 20),
        oidc=_oidc(values),
    )
    if demo and not environment.loopback_only:
        raise Refused("setting-unsafe", DEMO_IN_PUBLIC, name="XINYA_HOSTS")
    if environment.secret_key is None and not demo:
        raise Refused("setting-missing", MISSING_KEY, name="XINYA_SECRET_KEY")
    return environment


def _oidc(values: dict[str, Any]) -> Oidc | None:
    """All of it or nothing."""
    parts: dict[str, str] = {part: values.get(f"OIDC_{part}", "") for part in ("ISSUER", "CLIENT", "SECRET", "NAME")}
    if not any(parts.values()):
        return None
    for part, text in parts.items():
        if not text:
            raise Refused("setting-missing", OIDC_INCOMPLETE, name=f"{PREFIX}OIDC_{part}")
    return Oidc(*parts.values())


def database_settings(address: str, *, timeout_s: int) -> dict[str, Any]:
    """Django's settings of one database, from a path or a postgresql:// address. Raises ValueError for another."""
    if "://" in address:
        return _postgres(address)
    if not address or "\0" in address:
        raise ValueError(address)
    return {
        "ENGINE": "django.db.backends.sqlite3",
        "NAME": str(Path(address).absolute()),
        "CONN_MAX_AGE": 60,
        "OPTIONS": {
            # A read lock cannot be upgraded past another writer, so every transaction asks for the write lock at once.
            "transaction_mode": "IMMEDIATE",
            "timeout": timeout_s,
            "init_command": "PRAGMA journal_mode=WAL; PRAGMA synchronous=FULL;",
        },
    }


def _postgres(address: str) -> dict[str, Any]:
    parts = urlsplit(address)
    name = unquote(parts.path.removeprefix("/"))
    options = dict(parse_qsl(parts.query, strict_parsing=bool(parts.query)))
    if parts.scheme not in ("postgresql", "postgres") or not name or "/" in name or set(options) - POSTGRES_OPTIONS:
        raise ValueError(address)
    host = options.pop("host", "") or unquote(parts.hostname or "")
    return {
        "ENGINE": "django.db.backends.postgresql",
        "NAME": name,
        "USER": unquote(parts.username or ""),
        "PASSWORD": unquote(parts.password or ""),
        "HOST": host,
        "PORT": str(parts.port or ""),
        "CONN_MAX_AGE": 60,
        "CONN_HEALTH_CHECKS": True,
        "OPTIONS": options,
    }
