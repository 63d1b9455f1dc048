"""Outside identities: linked by a phone number confirmed on both sides, never by a name; every forged answer is refused."""

import time
from collections.abc import Iterator
from typing import Any
from urllib.parse import urlsplit

import pytest
from django.test import Client
from joserfc.jwk import RSAKey

from xinya.kit.identity import plain_phone
from xinya.kit.refusals import Refused
from xinya.site.environment import Oidc, read_environment
from xinya.site.tests.conftest import app_of, at
from xinya.site.tests.provider import CLIENT, SECRET, Provider, running
from xinya.zones.models import ExternalIdentity, Person, SessionRecord

pytestmark = pytest.mark.django_db
PHONE = "13800138000"
CONFIRMED = {"phone_number": "+86 13800138000", "phone_number_verified": True}


@pytest.fixture
def provider(settings: Any) -> Iterator[Provider]:
    with running() as provider:
        settings.OIDC = Oidc(provider.address, CLIENT, SECRET, "统一身份认证")
        settings.ADDRESS = "http://testserver"
        yield provider


@pytest.fixture
def known(officer: Person) -> Person:
    officer.phone, officer.is_phone_confirmed = PHONE, True
    officer.save()
    return officer


def come_back(provider: Provider, client: Client, **more: str) -> Any:
    """The whole way: button, provider, back."""
    reply = client.post(at("identity"), more)
    back = urlsplit(provider.visit(reply["Location"]))
    return client.get(f"{back.path}?{back.query}")


def is_in(client: Client) -> bool:
    return "_auth_user_id" in client.session


def test_a_confirmed_phone_links_the_account_once_and_for_good(provider: Provider, known: Person) -> None:
    provider.claims = {**CONFIRMED, "name": "somebody"}
    client = Client()
    assert come_back(provider, client, next="/en/zones/harbour/")["Location"] == "/en/zones/harbour/"
    assert int(client.session["_auth_user_id"]) == known.pk
    assert SessionRecord.objects.get().way == "oidc"
    provider.claims = {}
    again = Client()
    come_back(provider, again)
    assert is_in(again)
    assert ExternalIdentity.objects.count() == 1


def test_the_phone_may_come_from_the_user_page(provider: Provider, known: Person) -> None:
    provider.user = {"sub": "person-7", **CONFIRMED}
    client = Client()
    come_back(provider, client)
    assert is_in(client)
    provider.user = {"sub": "somebody-else", **CONFIRMED}
    ExternalIdentity.objects.all().delete()
    other = Client()
    assert come_back(provider, other).status_code == 403
    assert not is_in(other)


@pytest.mark.parametrize(
    "claims",
    [
        {"phone_number": PHONE},
        {"phone_number": PHONE, "phone_number_verified": False},
        {"phone_number": PHONE, "phone_number_verified": "true"},
        {"name": "officer", "preferred_username": "officer", "email": "officer@example.cn", "email_verified": True},
        {"phone_number": "13900139000", "phone_number_verified": True},
        {"phone_number": "", "phone_number_verified": True},
    ],
)
def test_nothing_but_a_confirmed_phone_links(provider: Provider, known: Person, claims: dict[str, Any]) -> None:
    provider.claims = claims
    client = Client()
    assert come_back(provider, client).status_code == 403
    assert not is_in(client)
    assert not ExternalIdentity.objects.exists()


def test_a_phone_that_we_have_not_confirmed_links_nothing(provider: Provider, known: Person) -> None:
    Person.objects.filter(pk=known.pk).update(is_phone_confirmed=False)
    provider.claims = CONFIRMED
    assert come_back(provider, Client()).status_code == 403


def test_somebody_who_left_is_not_let_in(provider: Provider, known: Person) -> None:
    provider.claims = CONFIRMED
    come_back(provider, Client())
    Person.objects.filter(pk=known.pk).update(is_active=False, state="LEFT")
    client = Client()
    assert come_back(provider, client).status_code == 403
    assert not is_in(client)


@pytest.mark.parametrize(
    "lie",
    [
        {"nonce": "of another sign-in"},
        {"aud": "another-client"},
        {"iss": "https://evil.example"},
        {"exp": int(time.time()) - 3600},
        {"sub": ""},
    ],
    ids=lambda lie: next(iter(lie)),
)
def test_a_token_that_does_not_fit_is_refused(provider: Provider, known: Person, lie: dict[str, Any]) -> None:
    provider.claims = {**CONFIRMED, **lie}
    client = Client()
    assert come_back(provider, client).status_code == 403
    assert not is_in(client)


def test_a_token_signed_by_another_key_is_refused(provider: Provider, known: Person) -> None:
    provider.claims = CONFIRMED
    provider.signing = RSAKey.generate_key(2048, {"kid": "one"})
    client = Client()
    assert come_back(provider, client).status_code == 403
    assert not is_in(client)


def test_an_answer_for_another_browser_is_refused(provider: Provider, known: Person) -> None:
    """Log-in CSRF: the victim opens the attacker's answer."""
    provider.claims = CONFIRMED
    attacker, victim = Client(), Client()
    back = urlsplit(provider.visit(attacker.post(at("identity"))["Location"]))
    assert victim.get(f"{back.path}?{back.query}").status_code == 403
    victim.post(at("identity"))
    assert victim.get(f"{back.path}?{back.query}").status_code == 403
    assert not is_in(victim)


def test_an_answer_is_good_once(provider: Provider, known: Person) -> None:
    provider.claims = CONFIRMED
    client = Client()
    back = urlsplit(provider.visit(client.post(at("identity"))["Location"]))
    assert client.get(f"{back.path}?{back.query}").status_code == 302
    client.post(at("sign-out"))
    assert client.get(f"{back.path}?{back.query}").status_code == 403


def test_a_refusal_by_the_provider_is_told(provider: Provider, known: Person) -> None:
    client = Client()
    client.post(at("identity"))
    state = client.session["identity"]["state"]
    assert client.get(f"/identity/back?error=access_denied&state={state}").status_code == 403


def test_a_provider_that_is_away_is_told(provider: Provider, settings: Any) -> None:
    settings.OIDC = Oidc("http://127.0.0.1:9", CLIENT, SECRET, "x")
    assert Client().post(at("identity")).status_code == 403


@pytest.mark.usefixtures("strict")
def test_an_outside_identity_does_not_replace_the_second_factor(provider: Provider, known: Person) -> None:
    app_of(known)
    provider.claims = CONFIRMED
    client = Client()
    come_back(provider, client)
    assert client.get("/en/")["Location"].startswith(at("prove"))


def test_it_leads_nowhere_else_afterwards(provider: Provider, known: Person) -> None:
    provider.claims = CONFIRMED
    assert come_back(provider, Client(), next="https://evil.example/")["Location"] == "/zh-hans/"


def test_the_button_stands_there_only_where_it_works(provider: Provider, settings: Any) -> None:
    assert "统一身份认证" in Client().get(at("sign-in")).content.decode()
    settings.OIDC = None
    assert at("identity") not in Client().get(at("sign-in")).content.decode()
    assert Client().post(at("identity")).status_code == 404
    assert Client().get("/identity/back").status_code == 404


@pytest.mark.long
def test_the_product_starts_without_the_library() -> None:
    import subprocess
    import sys

    ask = (
        "import sys; sys.modules['authlib'] = None; sys.modules['requests'] = None; import os;"
        "os.environ['DJANGO_SETTINGS_MODULE'] = 'xinya.site.settings'; import django; django.setup();"
        "from django.urls import reverse; print(reverse('identity'))"
    )
    found = subprocess.run(
        [sys.executable, "-c", ask], env={"XINYA_SECRET_KEY": "k" * 40}, capture_output=True, text=True, check=True
    )
    assert found.stdout.strip() == "/zh-hans/identity/"


@pytest.mark.parametrize("missing", ["ISSUER", "CLIENT", "SECRET", "NAME"])
def test_half_a_provider_stops_the_start_by_name(missing: str, tmp_path: Any) -> None:
    whole = {"ISSUER": "https://id.example.cn/realm/", "CLIENT": "a", "SECRET": "b", "NAME": "c"}
    given = {f"XINYA_OIDC_{name}": text for name, text in whole.items() if name != missing}
    with pytest.raises(Refused, match=f"XINYA_OIDC_{missing}"):
        read_environment({"XINYA_SECRET_KEY": "k" * 40, **given}, home=tmp_path)


@pytest.mark.parametrize(
    ("name", "text"),
    [
        ("OIDC_ISSUER", "http://id.example.cn"),
        ("OIDC_ISSUER", "id.example.cn"),
        ("OIDC_ISSUER", "https://id.example.cn?x=1"),
        ("OIDC_NAME", " "),
        ("ADDRESS", "https://xinya.example.cn/path"),
        ("ADDRESS", "http://xinya.example.cn"),
        ("ADDRESS", "https://a@xinya.example.cn"),
        ("OIDC_ISSUER", "https://id.example.cn#x"),
        ("PROXIES", "many"),
        ("QR", "perhaps"),
        ("TRIES_PER_ACCOUNT", "0"),
        ("TRIES_PER_ADDRESS", "0"),
    ],
)
def test_a_malformed_setting_stops_the_start_by_name(name: str, text: str, tmp_path: Any) -> None:
    with pytest.raises(Refused, match=f"XINYA_{name}"):
        read_environment({"XINYA_SECRET_KEY": "k" * 40, f"XINYA_{name}": text}, home=tmp_path)


@pytest.mark.parametrize(
    ("text", "plain"),
    [
        ("138 0013 8000", PHONE),
        ("+86-138-0013-8000", PHONE),
        ("8613800138000", PHONE),
        ("+49 30 123456", "+4930123456"),
        ("officer", ""),
        ("", ""),
        ("1380013800", ""),
    ],
)
def test_a_phone_number_has_one_form(text: str, plain: str) -> None:
    assert plain_phone(text) == plain
