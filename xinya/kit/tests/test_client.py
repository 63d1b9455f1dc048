"""Who is at the other end: only our own proxies are believed; near and far; browsers in words."""

import ipaddress
from typing import Any

import pytest
from django.test import RequestFactory

from xinya.kit.client import client_address, counted_address, device_text, same_place


def test_an_address_is_believed_only_from_our_own_proxies(settings: Any) -> None:
    request = RequestFactory().get("/", REMOTE_ADDR="10.0.0.9", HTTP_X_FORWARDED_FOR="6.6.6.6, 1.2.3.4")
    settings.PROXIES = ()
    assert client_address(request) == "10.0.0.9"
    settings.PROXIES = (ipaddress.ip_network("10.0.0.0/24"),)
    assert client_address(request) == "1.2.3.4"


def test_one_household_of_ipv6_counts_as_one() -> None:
    assert counted_address("2001:db8:1:2:aaaa::1") == counted_address("2001:db8:1:2:bbbb::9") == "2001:db8:1:2::"
    assert counted_address("203.0.113.7") == "203.0.113.7"
    assert counted_address("") == ""


@pytest.mark.parametrize(
    ("one", "other", "near"),
    [
        ("203.0.113.7", "203.0.113.200", True),
        ("203.0.113.7", "203.0.114.7", False),
        ("127.0.0.1", "192.168.3.4", True),
        ("::1", "127.0.0.1", True),
        ("2001:db8:1::1", "2a00:db8:1::1", False),
        ("2a00:db8:1:2::1", "2a00:db8:1:3::1", True),
        ("203.0.113.7", "2a00:db8:1::1", False),
        ("", "203.0.113.7", False),
    ],
)
def test_near_is_the_same_network(one: str, other: str, near: bool) -> None:
    assert same_place(one, other) is near
    assert same_place(other, one) is near


@pytest.mark.parametrize(
    ("agent", "words"),
    [
        ("Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 Chrome/140.0 Safari/537.36 Edg/140.0", "Edge, Windows"),
        ("Mozilla/5.0 (iPhone; CPU iPhone OS 18_0 like Mac OS X) Version/18.0 Safari/604.1", "Safari, iPhone"),
        ("Mozilla/5.0 (Linux; Android 15) Chrome/140.0 MicroMessenger/8.0", "WeChat, Android"),
        ("curl/8", ""),
        ("<script>", ""),
    ],
)
def test_a_device_has_a_name_that_people_know(agent: str, words: str) -> None:
    assert device_text(RequestFactory().get("/", HTTP_USER_AGENT=agent)) == words
