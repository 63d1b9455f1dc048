"""Attacks on the door itself: foreign hosts, redirects to elsewhere, forged forms, secrets in addresses."""

import re
from typing import Any

import pytest
from django.test import Client
from django.urls import get_resolver

from xinya.site.tests.conftest import app_of, at, code_of, knock
from xinya.zones.models import Person
from xinya.zones.tests.people import PASSWORD

pytestmark = pytest.mark.django_db
ELSEWHERE = [
    "https://evil.example/",
    "//evil.example/",
    "///evil.example",
    "http:evil.example",
    "javascript:alert(1)",
    "\\\\evil.example",
    "/\\evil.example",
    "https:/\\evil.example",
    "/en/\nSet-Cookie: a=b",
    "\x01//evil.example",
    "http://testserver@evil.example/",
]


@pytest.mark.parametrize("path", ["sign-in", "my-sign-in", "qr"])
def test_a_foreign_host_is_refused(path: str, with_qr: Any) -> None:
    for host in ("evil.example", "testserver:80@evil.example"):
        assert Client().get(at(path), HTTP_HOST=host).status_code == 400
    reply = Client().get(at("sign-in"), HTTP_X_FORWARDED_HOST="evil.example")
    assert "evil" not in reply.content.decode()


@pytest.mark.parametrize("where", ELSEWHERE)
def test_sign_in_leads_nowhere_else(officer: Person, where: str) -> None:
    client = Client()
    reply = client.post(at("sign-in"), {"username": "officer", "password": PASSWORD, "next": where})
    assert reply["Location"] == "/en/"
    assert re.findall(r'name="next" value="([^"]*)"', Client().get(at("sign-in"), {"next": where}).content.decode()) == [""]


@pytest.mark.parametrize("where", ELSEWHERE)
def test_the_second_proof_leads_nowhere_else(officer: Person, where: str) -> None:
    device = app_of(officer)
    client = Client()
    knock(client, "officer")
    assert client.post(at("prove"), {"code": code_of(device), "next": where})["Location"] == "/en/"
    assert re.findall(r'name="next" value="([^"]*)"', client.get(at("prove"), {"next": where}).content.decode()) == [""]


def test_a_page_that_was_wanted_is_reached_after_sign_in(officer: Person) -> None:
    client = Client()
    reply = client.get("/en/zones/harbour/companies/?q=x")
    assert reply["Location"] == "/en/sign-in/?next=/en/zones/harbour/companies/%3Fq%3Dx"
    reply = client.post(at("sign-in"), {"username": "officer", "password": PASSWORD, "next": "/en/zones/harbour/companies/?q=x"})
    assert reply["Location"] == "/en/zones/harbour/companies/?q=x"


def _own_addresses(pattern: Any, before: str = "") -> list[str]:
    """Every address below the zones' own urls, with 1 for each number and x for each word."""
    found = []
    for part in pattern.url_patterns:
        whole = before + str(part.pattern)
        found += _own_addresses(part, whole) if hasattr(part, "url_patterns") else [whole]
    return found


def test_no_form_of_the_door_works_without_its_token(officer: Person, with_qr: Any) -> None:
    words = "sign-in|sign-out|prove|passkeys|identity|set-up|my-sign-in|accounts|^q"
    routes = [route for route in _own_addresses(get_resolver()) if re.search(words, route)]
    paths = ["/" + re.sub(r"<str:\w+>", "x", re.sub(r"<int:\w+>", "1", route)).replace("^", "") for route in routes]
    assert len(paths) >= 26
    client = Client(enforce_csrf_checks=True)
    client.force_login(officer)
    for path in paths:
        status = client.post(path, {}).status_code
        assert status in (403, 405), path


def test_reading_changes_nothing(officer: Person) -> None:
    client = Client()
    knock(client, "officer")
    for name in ("sign-out", "recovery-codes", "remove-totp", "choose-language", "drop-draft"):
        assert client.get(at(name)).status_code == 405
    client.get(at("totp"))
    assert client.get("/en/").status_code == 200


def test_what_is_typed_at_the_door_is_shown_as_text(officer: Person) -> None:
    text = Client().post(at("sign-in"), {"username": '"><script>alert(1)</script>', "password": "x"}).content.decode()
    assert "<script>alert(1)" not in text


def test_secrets_stay_out_of_addresses_and_caches(officer: Person) -> None:
    client = Client()
    knock(client, "officer")
    client.post(at("totp"))
    page = client.get(at("totp"))
    secret = re.search(r'id="secret">([^<]+)<', page.content.decode())
    assert secret is not None
    assert "no-store" in page["Cache-Control"]
    assert 'method="get"' not in page.content.decode().partition("<main")[2], "only the search field of the bar asks by address"
    reply = client.post(at("recovery-codes"))
    assert reply.status_code == 200 or "code" not in reply["Location"]


@pytest.mark.parametrize(
    "body", ["", "{}", "[]", "null", "1", '"x"', "{", '{"id": 1}', '{"id":"a","rawId":"a","type":"public-key","response":{}}']
)
@pytest.mark.parametrize("step", ["registration", "authentication"])
def test_a_broken_passkey_message_is_refused_and_written_down(officer: Person, step: str, body: str) -> None:
    from xinya.kit.models import AuditRow

    client = Client()
    if step == "registration":
        knock(client, "officer")
    client.post(f"/en/passkeys/{step}/begin/", "", content_type="application/json")
    reply = client.post(f"/en/passkeys/{step}/complete/", body, content_type="application/json")
    assert 400 <= reply.status_code < 500
    assert AuditRow.objects.filter(act="passkey-refused").exists()
    if step == "authentication":
        assert "_auth_user_id" not in client.session


def test_the_words_of_the_passkey_script_are_served_in_chinese() -> None:
    text = Client().get("/zh-hans/passkeys/words/").content.decode()
    assert "Verifying..." in text
    assert "\\u9a8c\\u8bc1" in text


def test_the_passkey_button_is_left_out_where_it_would_only_fail(settings: Any) -> None:
    settings.OTP_WEBAUTHN_RP_ID = "localhost"
    settings.ALLOWED_HOSTS = ["localhost", "127.0.0.1"]
    assert "passkey-verification-button" in Client().get(at("sign-in"), HTTP_HOST="localhost:8000").content.decode()
    assert "passkey-verification-button" not in Client().get(at("sign-in"), HTTP_HOST="127.0.0.1:8000").content.decode()


@pytest.mark.parametrize(
    ("headers", "status"),
    [
        ({"HTTP_ORIGIN": "null", "HTTP_SEC_FETCH_SITE": "same-origin"}, 302),
        ({"HTTP_ORIGIN": "null", "HTTP_SEC_FETCH_SITE": "cross-site"}, 403),
        ({"HTTP_ORIGIN": "null"}, 403),
        ({"HTTP_ORIGIN": "https://evil.example", "HTTP_SEC_FETCH_SITE": "same-origin"}, 403),
        ({"HTTP_ORIGIN": "http://testserver"}, 302),
    ],
)
def test_a_form_without_an_origin_is_ours_only_when_the_browser_says_so(
    officer: Person, headers: dict[str, Any], status: int
) -> None:
    client = Client(enforce_csrf_checks=True)
    page = client.get(at("sign-in")).content.decode()
    token = re.search(r'name="csrfmiddlewaretoken" value="([^"]+)"', page)
    assert token is not None
    form = {"username": "officer", "password": PASSWORD, "csrfmiddlewaretoken": token[1]}
    assert client.post(at("sign-in"), form, **headers).status_code == status
    without = Client(enforce_csrf_checks=True)
    assert without.post(at("sign-in"), {"username": "officer", "password": PASSWORD}, **headers).status_code == 403
