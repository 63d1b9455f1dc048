"""Search as people and programs meet it: the page, the API, the shell; strange queries; nobody's markup runs."""

import re
import shutil
from collections.abc import Callable
from copy import deepcopy
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext, override_settings

from xinya.chain import actions
from xinya.chain.files import shipped_atlas
from xinya.cli.main import main
from xinya.kit.search import index_marked
from xinya.zones.files import CompanyLine
from xinya.zones.models import Company, Person, Zone
from xinya.zones.tests.people import someone

pytestmark = pytest.mark.django_db
STRANGE = """<script>alert(1)</script>"'&"""
WORDS = (
    "", " ", "\t\n", "😀😀", "!!!???", "*", "*:*", "a*", "?", "~", "^2", '"', '"无损', "'", "(", ")(", "[a TO z]", "{}",
    "\\", "\\\\", "/.*/",
    "names:轴承", "id:company:1", "+轴承 -轴承", "轴承 AND NOT 轴承", "NOT", "OR", "轴承~2", "%", "_", "' OR 1=1 --",
    "\x00", "a\x00b", "\ud800",
    "﷽", "İ", "ß", "１２３", "..", "../../etc/passwd", "{{ 7*7 }}", "%(n)s", "{0}", "轴" * 10_000, "a" * 10_000, "a b " * 2_500,
    "((((" * 2_500, "轴承 " * 3_000, "\u202e轴承", "e\u0301" * 50, STRANGE,
)  # fmt: skip


@dataclass(frozen=True)
class Indexed:
    """What stands for all tests of this file: an officer, a zone, and the folder with its index, of which each test has a copy."""

    officer: Person
    zone: Zone
    folder: Path


@pytest.fixture(scope="module")
def indexed(standing: Callable[[Callable[[], Indexed]], Indexed], tmp_path_factory: pytest.TempPathFactory) -> Indexed:
    folder = tmp_path_factory.mktemp("indexed")

    def made() -> Indexed:
        with override_settings(VAR=folder):
            officer = someone("li", "chain_officer")
            return Indexed(officer, _started(officer), folder)

    return standing(made)


@pytest.fixture(autouse=True)
def _own_folder(settings: Any, tmp_path: Path, indexed: Indexed) -> None:
    shutil.copytree(indexed.folder, tmp_path, dirs_exist_ok=True)
    settings.VAR = tmp_path


@pytest.fixture
def officer(indexed: Indexed) -> Person:
    return deepcopy(indexed.officer)


@pytest.fixture
def zone(indexed: Indexed) -> Zone:
    return deepcopy(indexed.zone)


def _started(officer: Person) -> Zone:
    lines = [
        CompanyLine(2, "港湾轴承有限公司", "91350100M000100Y43", ("航空轴承", f"轴承{STRANGE}"), None, None),
        *(CompanyLine(n, f"轴承{n}厂", None, ("轴承", "无损检测"), None, None) for n in range(3, 48)),
        CompanyLine(48, STRANGE, None, ("叶片",), None, None),
    ]
    made = actions.start_zone(
        officer, wanted=actions.NewZone("harbour", "港湾高新区", "Harbour", ("aero-structures",)), lines=lines
    )
    index_marked()
    return made


def signed_in(person: Person) -> Client:
    client = Client()
    client.force_login(person)
    return client


@pytest.fixture
def client(officer: Person, zone: Zone) -> Client:
    return signed_in(officer)


def asked(client: Client, **query: str | int) -> Any:
    return client.get("/api/v1/search", query)


def text_of(client: Client, query: str = "", language: str = "zh-hans", **more: str) -> str:
    reply = client.get(f"/{language}/search/", {"q": query, **more})
    assert reply.status_code == 200
    return reply.content.decode()


def results(page: str) -> list[str]:
    """The addresses of the results, in their order."""
    return re.findall(r"<li>\s*<a href=\"([^\"]+)\"", page.partition("<main")[2])


def test_the_page_asks_for_a_sign_in() -> None:
    assert Client().get("/zh-hans/search/?q=x").status_code == 302
    assert Client().get("/api/v1/search?q=x").status_code == 401


def test_results_stand_by_kind_with_their_number_and_lead_to_their_pages(client: Client) -> None:
    page = text_of(client, "航空轴承")
    company = Company.objects.get(name="港湾轴承有限公司")
    assert f"/zh-hans/zones/harbour/companies/{company.pk}/" in results(page)
    assert [name for name in ("company", "segment", "pack") if f'id="kind-{name}"' in page] == ["company", "segment", "pack"]
    assert "<mark>航空轴承</mark>" in page
    for href in results(page):
        assert client.get(href.partition("#")[0]).status_code == 200, href


def test_a_segment_leads_to_its_place_in_its_pack(client: Client) -> None:
    first = results(text_of(client, "ti-forging"))[0]
    assert first.endswith("#ti-forging")
    assert 'id="ti-forging"' in client.get(first.partition("#")[0]).content.decode()


def test_one_kind_is_shown_page_by_page_without_loss_or_repetition(client: Client) -> None:
    pages = [results(text_of(client, "轴承", kind="company", page=str(n))) for n in (1, 2, 3)]
    assert [len(rows) for rows in pages] == [20, 20, 6]
    assert len({href for rows in pages for href in rows}) == 46
    for strange in ("0", "-1", "x", "99", "9" * 30, "²"):
        assert len(results(text_of(client, "轴承", kind="company", page=strange))) in (20, 6)


def test_a_kind_that_does_not_exist_is_as_none(client: Client) -> None:
    assert results(text_of(client, "轴承", kind="person")) == results(text_of(client, "轴承"))


def test_a_page_makes_at_most_twelve_statements(client: Client) -> None:
    for more in ({}, {"kind": "company", "page": "2"}):
        with CaptureQueriesContext(connection) as made:
            text_of(client, "轴承", **more)
        assert len(made) <= 12


@pytest.mark.parametrize("language", ["zh-hans", "en"])
def test_a_strange_query_gets_one_clear_answer(client: Client, language: str) -> None:
    for query in WORDS:
        page = text_of(client, query.encode("utf-8", "surrogatepass").decode("utf-8", "replace"), language)
        assert page.count("<h1>") == 1, query
        assert "<script>alert" not in page, query


def test_what_companies_call_themselves_is_text_and_never_markup(client: Client) -> None:
    for query in ("轴承script", "script", "alert", "叶片", "amp", "lt", "mark"):
        page = text_of(client, query)
        assert "<script>alert" not in page
        assert re.search(r"<mark>[^<]*<(?!/mark>)", page) is None
    assert "&lt;<mark>script</mark>&gt;" in text_of(client, "script")


def test_a_text_that_is_too_long_says_so(client: Client) -> None:
    assert "200" in text_of(client, "轴" * 300)
    assert "200个字" not in text_of(client, "轴承")


def test_nothing_found_says_what_to_do(client: Client) -> None:
    page = text_of(client, "xyzzy", "en")
    assert "Nothing found for “xyzzy”" in page
    assert 'class="empty"' in page


def test_the_bar_has_a_search_field_on_every_page_of_who_is_signed_in(client: Client) -> None:
    assert 'id="find"' in client.get("/zh-hans/packs/").content.decode()
    assert 'id="find"' not in Client().get("/zh-hans/sign-in/").content.decode()


def test_without_an_index_codes_and_names_are_found_and_the_page_says_why(settings: Any, client: Client, tmp_path: Path) -> None:
    settings.VAR = tmp_path / "elsewhere"
    page = text_of(client, "港湾轴承", "en")
    assert "The index is being built" in page
    assert results(page)


# --- the API --------------------------------------------------------------------------------------------------------


def test_the_api_pages_through_all_results(client: Client) -> None:
    first = asked(client, q="轴承", kind="company", limit=30).json()
    second = asked(client, q="轴承", kind="company", limit=30, cursor=first["next"]).json()
    keys = [item["key"] for item in first["items"] + second["items"]]
    assert (len(keys), len(set(keys)), second["next"]) == (46, 46, None)
    assert (first["counts"]["company"], first["is_ready"]) == (46, True)
    assert client.get(first["items"][0]["page"]).status_code == 200


def test_the_api_refuses_what_no_query_is(client: Client) -> None:
    wrong: list[dict[str, str | int]] = [
        {}, {"q": ""}, {"q": "a" * 201}, {"q": "a\x00"}, {"q": "a", "limit": 0}, {"q": "a", "cursor": "x"}
    ]  # fmt: skip
    for query in wrong:
        reply = asked(client, **query)
        assert reply.status_code in (400, 422), query
        assert reply.json()["code"]
    far = asked(client, q="轴承", cursor="OTk5OTk5OTk=")
    assert (far.status_code, far.json()["items"]) == (200, [])


def test_api_and_page_say_the_same_to_each_reader(client: Client, zone: Zone) -> None:
    own = Company.objects.get(name="港湾轴承有限公司")
    for person in (someone("sun", "company_user", company=own), someone("zhou", "system_officer")):
        browser = signed_in(person)
        said = asked(browser, q="轴承", limit=200).json()
        assert said["counts"].get("company", 0) == (1 if person.role == "company_user" else 0)
        page = text_of(browser, "轴承", kind="company") if "company" in said["counts"] else ""
        assert [i["page"].replace("/en/", "/zh-hans/") for i in said["items"] if i["kind"] == "company"] == results(page)
        hidden = asked(browser, q="轴承5厂").json()
        assert all(item["kind"] != "company" or item["key"] == str(own.pk) for item in hidden["items"])


# --- the list of own words ------------------------------------------------------------------------------------------


def test_an_officer_keeps_a_word_whole_and_search_follows(client: Client) -> None:
    assert client.get("/zh-hans/search/words/").status_code == 200
    added = client.post("/zh-hans/search/words/", {"word": "等静压"}, follow=True)
    assert "等静压" in added.content.decode()
    wrong = client.post("/zh-hans/search/words/", {"word": "等 压"})
    assert (wrong.status_code, "errmsg" in wrong.content.decode()) == (422, True)
    assert client.post("/zh-hans/search/words/", {"word": "等静压"}).status_code == 409
    remove = re.search(r'action="([^"]+/remove/)"', added.content.decode())
    assert remove is not None
    assert "等静压</th>" not in client.post(remove.group(1), follow=True).content.decode()
    assert client.post(remove.group(1)).status_code == 404


def test_the_list_is_not_there_for_others(zone: Zone) -> None:
    for name, role in (("wang", "zone_reader"), ("zhou", "system_officer")):
        browser = signed_in(someone(name, role))
        assert browser.get("/zh-hans/search/words/").status_code == 404
        assert browser.post("/zh-hans/search/words/", {"word": "等静压"}).status_code == 404
        assert browser.post("/zh-hans/search/words/1/remove/").status_code == 404


# --- the shell, and the packs ---------------------------------------------------------------------------------------


def test_the_shell_works_builds_and_finds(zone: Zone, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["search", "work"]) == 0
    assert main(["search", "rebuild"]) == 0
    count = len(shipped_atlas().segments) + len(shipped_atlas().chains) + 47
    assert str(count) in capsys.readouterr().out
    assert main(["search", "find", "港湾轴承", "--person", "li"]) == 0
    assert "港湾轴承有限公司" in capsys.readouterr().out
    assert main(["search", "find", "港湾轴承", "--person", "li", "--kind", "company", "--json"]) == 0
    assert '"kind": "company"' in capsys.readouterr().out
    someone("zhou", "system_officer")
    assert main(["search", "find", "港湾轴承有限公司", "--person", "zhou", "--kind", "company"]) == 1
    capsys.readouterr()
    assert main(["search", "find", "x", "--person", "nobody"]) == 2
    assert "no-such-person" in capsys.readouterr().err


@pytest.mark.parametrize(
    ("query", "first"),
    [
        ("複合材料", "航空复合材料"),
        ("钛合金锻件", "钛合金锻件"),
        ("無損檢測", "无损检测"),
        ("titanium forging", "钛合金锻件"),
        ("Ti-Forging", "钛合金锻件"),
        ("无损", "无损检测"),
        ("表面处理", "表面处理"),
    ],
)
def test_the_segment_that_is_meant_comes_first(client: Client, query: str, first: str) -> None:
    found = asked(client, q=query, kind="segment").json()["items"]
    assert found[0]["name_zh"] == first
