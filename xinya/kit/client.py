"""Who is at the other end of the line: the address behind our own proxies, the place it is in, the browser in words."""

import ipaddress

from django.conf import settings
from django.http import HttpRequest

from . import address

BROWSERS = (
    ("MicroMessenger", "WeChat"),
    ("DingTalk", "DingTalk"),
    ("Edg", "Edge"),
    ("OPR", "Opera"),
    ("Firefox", "Firefox"),
    ("Chrome", "Chrome"),
    ("Safari", "Safari"),
)
INSIDE = tuple(
    ipaddress.ip_network(n)
    for n in ("127.0.0.0/8", "10.0.0.0/8", "172.16.0.0/12", "192.168.0.0/16", "169.254.0.0/16", "::1/128", "fc00::/7", "fe80::/10")
)
SYSTEMS = (
    ("HarmonyOS", "HarmonyOS"),
    ("Android", "Android"),
    ("iPhone", "iPhone"),
    ("iPad", "iPad"),
    ("Windows", "Windows"),
    ("Mac OS", "macOS"),
    ("Linux", "Linux"),
)


def client_address(request: HttpRequest) -> str:
    """The address of the client behind our own proxies; "" when there is none."""
    forwarded = request.META.get("HTTP_X_FORWARDED_FOR", "")
    return address.client_address(request.META.get("REMOTE_ADDR", ""), forwarded, settings.PROXIES)


def counted_address(of: str) -> str:
    """The address that failures are counted for: a whole /64 of IPv6, which one household or one machine owns."""
    if ":" not in of:
        return of
    return str(ipaddress.ip_network(f"{of}/64", strict=False).network_address)


def same_place(one: str, other: str) -> bool:
    """Whether two addresses are near: the same network (/24, in IPv6 /48), or both inside private networks."""
    if not one or not other:
        return False
    a, b = ipaddress.ip_address(one), ipaddress.ip_address(other)
    if _is_inside(a) and _is_inside(b):
        return True
    if a.version != b.version:
        return False
    return b in ipaddress.ip_network(f"{a}/{24 if a.version == 4 else 48}", strict=False)


def _is_inside(of: ipaddress.IPv4Address | ipaddress.IPv6Address) -> bool:
    return any(of in network for network in INSIDE if network.version == of.version)


def device_text(request: HttpRequest) -> str:
    """Browser and system in words a person knows, such as "Firefox, Windows"; "" when the browser says nothing."""
    agent = request.META.get("HTTP_USER_AGENT", "")[:400]
    browser = next((name for mark, name in BROWSERS if f"{mark}/" in agent), "")
    system = next((name for mark, name in SYSTEMS if mark in agent), "")
    return ", ".join(part for part in (browser, system) if part)
