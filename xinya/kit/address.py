"""From where the present request comes, for the log and for lock-outs: the peer, or what a listed proxy says of it. No Django."""

import ipaddress
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar

Network = ipaddress.IPv4Network | ipaddress.IPv6Network

_address: ContextVar[str] = ContextVar("address", default="")


def present_address() -> str:
    """The address of the request that is being answered; "" outside of one."""
    return _address.get()


@contextmanager
def coming_from(address: str) -> Iterator[None]:
    """Answer one request in here."""
    token = _address.set(address)
    try:
        yield
    finally:
        _address.reset(token)


def client_address(peer: str, forwarded: str, proxies: Iterable[Network]) -> str:
    """The peer itself; behind listed proxies the last address they were told that is no proxy of ours.

    What stands further left in `X-Forwarded-For` was written by the client and is not believed.
    """
    ours = tuple(proxies)
    here = _bare(peer)
    for told in reversed(forwarded.split(",") if forwarded else []):
        if not _is_listed(here, ours) or not (further := _bare(told)):
            break
        here = further
    return here


def _bare(text: str) -> str:
    try:
        found = ipaddress.ip_address(text.strip().strip("[]"))
    except ValueError:
        return ""
    mapped = found.ipv4_mapped if isinstance(found, ipaddress.IPv6Address) else None
    return str(mapped or found)


def _is_listed(address: str, networks: tuple[Network, ...]) -> bool:
    return bool(address) and any(ipaddress.ip_address(address) in network for network in networks)
