"""From where somebody comes: the peer is believed, what is written in a header only when a listed proxy wrote it."""

import ipaddress

import pytest

from xinya.kit.address import client_address, coming_from, present_address

OURS = (ipaddress.ip_network("10.0.0.0/8"), ipaddress.ip_network("fd00::/8"))


@pytest.mark.parametrize(
    ("peer", "forwarded", "found"),
    [
        ("203.0.113.9", "", "203.0.113.9"),
        ("203.0.113.9", "198.51.100.1", "203.0.113.9"),  # anybody can write the header
        ("10.0.0.1", "198.51.100.1", "198.51.100.1"),
        ("10.0.0.1", "1.1.1.1, 198.51.100.1", "198.51.100.1"),  # what stands further left came from the client
        ("10.0.0.1", "198.51.100.1, 10.0.0.2", "198.51.100.1"),
        ("10.0.0.1", "10.0.0.3", "10.0.0.3"),
        ("10.0.0.1", "198.51.100.1, nonsense", "10.0.0.1"),
        ("10.0.0.1", "", "10.0.0.1"),
        ("fd00::1", "2001:db8::7", "2001:db8::7"),
        ("::ffff:10.0.0.1", "198.51.100.1", "198.51.100.1"),
        ("", "198.51.100.1", ""),
        ("nonsense", "198.51.100.1", ""),
    ],
)
def test_the_header_is_believed_only_behind_our_own_proxies(peer: str, forwarded: str, found: str) -> None:
    assert client_address(peer, forwarded, OURS) == found


def test_without_listed_proxies_the_peer_is_the_address() -> None:
    assert client_address("10.0.0.1", "198.51.100.1", ()) == "10.0.0.1"


def test_the_address_lasts_as_long_as_the_request() -> None:
    with coming_from("10.1.2.3"):
        assert present_address() == "10.1.2.3"
    assert present_address() == ""
