"""Every page of the two slices: who may open it, in which language, at what cost, and what never stands in it."""

import re
import xml.etree.ElementTree as ElementTree
from collections.abc import Callable
from html.parser import HTMLParser
from urllib.parse import urlsplit

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import translation

from xinya.chain import actions
from xinya.chain.models import Answer, Placement
from xinya.chain.tests.conftest import CHAIN, STANDS, forget_reports, line, long_list, name_of, signed_in, small_list
from xinya.kit.models import AuditRow
from xinya.zones.actions import NOT_ALLOWED
from xinya.zones.models import Person, Zone

pytestmark = [pytest.mark.django_db, STANDS]
LANGUAGES = ("zh-hans", "en")
OF_THE_HOUSE = ("home", "packs", "dictionary", "list-template")
OF_A_PACK = ("pack", "pack-file")
OF_A_ZONE = (
    "zone", "chain-list", "verdicts", "verdict-file", "unplaced", "companies", "company-file", "limits",
)  # fmt: skip
OF_A_CHAIN = ("chain-map", "map-file")
FOR_OFFICERS = ("bring-list", "new-zone")
LISTS = ("zone", "chain-list", "verdicts", "unplaced", "companies", "company-file", "verdict-file", "chain-map", "limits")
MOST_STATEMENTS = 12
STRANGE = """<script>alert(1)</script>"'&;"""


def address(name: str, zone: Zone, language: str = "zh-hans") -> str:
    """The address of a page by its name, with the zone's first company and a segment that the zone asks for."""
    arguments: dict[str, list[object]] = {}
    for names, given in (((*OF_A_ZONE, "bring-list"), [zone.code]), (OF_A_PACK, [CHAIN]), (OF_A_CHAIN, [zone.code, CHAIN])):
        arguments.update({each: [*given] for each in names})
    arguments["company"] = [zone.code, zone.companies.order_by("pk")[0].pk]
    arguments["segment"] = [zone.code, "ti-forging"]
    with translation.override(language):
        return reverse(name, args=arguments.get(name, []))


EVERY_PAGE = (*OF_THE_HOUSE, *OF_A_PACK, *OF_A_ZONE, *OF_A_CHAIN, "company", "segment")


def statements(client: Client, path: str) -> int:
    """How many statements a page makes that nobody asked for before, sign-in included."""
    forget_reports()
    with CaptureQueriesContext(connection) as made:
        reply = client.get(path)
    assert reply.status_code == 200, path
    return len(made)


# --- who may open it ------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("name", EVERY_PAGE)
def test_a_reader_and_an_officer_open_every_page(
    name: str, language: str, zone: Zone, reader_client: Client, officer_client: Client
) -> None:
    path = address(name, zone, language)
    for client in (reader_client, officer_client):
        reply = client.get(path)
        assert reply.status_code == 200
        if reply["Content-Type"].startswith("text/html"):
            page = reply.content.decode()
            assert f'<html lang="{"en" if language == "en" else "zh-Hans"}">' in page
            assert page.count("<h1") == 1
            assert "%(" not in page


@pytest.mark.parametrize("name", [*EVERY_PAGE, *FOR_OFFICERS])
def test_the_signed_out_are_sent_to_the_door_and_come_back(name: str, zone: Zone) -> None:
    path = address(name, zone, "en")
    reply = Client().get(path)
    assert reply.status_code == 302
    assert reply["Location"] == f"/en/sign-in/?next={path}"


@pytest.mark.parametrize("name", FOR_OFFICERS)
def test_a_page_of_officers_is_forbidden_to_readers(name: str, zone: Zone, reader_client: Client, officer_client: Client) -> None:
    path = address(name, zone, "en")
    assert officer_client.get(path).status_code == 200
    reply = reader_client.get(path)
    assert reply.status_code == 403
    assert (NOT_ALLOWED % {"role": "zone reader"}) in reply.content.decode()


def test_sign_in_asks_for_name_and_password_and_leads_on(zone: Zone, reader: Person) -> None:
    path = address("zone", zone)
    door = Client()
    assert door.get("/zh-hans/sign-in/").status_code == 200
    wrong = door.post("/zh-hans/sign-in/", {"username": "wang", "password": "wrong", "next": path})
    assert (wrong.status_code, "_auth_user_id" in door.session) == (200, False)
    right = door.post("/zh-hans/sign-in/", {"username": "wang", "password": "for-tests-only", "next": path})
    assert (right.status_code, right["Location"]) == (302, path)
    assert door.get(path).status_code == 200
    assert door.post("/zh-hans/sign-out/").status_code == 302
    assert door.get(path).status_code == 302


def test_sign_in_never_leads_to_another_house(reader: Person) -> None:
    given = {"username": "wang", "password": "for-tests-only", "next": "https://example.org/"}
    assert Client().post("/zh-hans/sign-in/", given)["Location"] == "/zh-hans/"


def test_signing_out_needs_a_form(reader_client: Client) -> None:
    assert reader_client.get("/zh-hans/sign-out/").status_code == 405


# --- what it costs --------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("name", [*EVERY_PAGE, *FOR_OFFICERS])
def test_a_cold_page_makes_at_most_twelve_statements(name: str, zone: Zone, officer_client: Client) -> None:
    assert statements(officer_client, address(name, zone)) <= MOST_STATEMENTS


@pytest.fixture
def long_zone(start: Callable[..., Zone]) -> Zone:
    return start("long", long_list())


@pytest.mark.long
def test_no_list_makes_more_statements_at_a_thousand_companies(zone: Zone, long_zone: Zone, officer_client: Client) -> None:
    assert long_zone.companies.count() == 1000
    few = {name: statements(officer_client, address(name, zone)) for name in (*LISTS, "company", "segment", "home")}
    many = {name: statements(officer_client, address(name, long_zone)) for name in few}
    assert few == many
    assert max(many.values()) <= MOST_STATEMENTS


def test_a_warm_page_reads_only_the_session_the_person_the_membership_and_the_zone(zone: Zone, reader_client: Client) -> None:
    path = address("verdicts", zone)
    reader_client.get(path)
    with CaptureQueriesContext(connection) as made:
        reader_client.get(path)
    assert len(made) == 4


# --- what stands in it ----------------------------------------------------------------------------------------------


class Suspicions(HTMLParser):
    """What the security policy would not let run, and what an attacker would like to add."""

    def __init__(self) -> None:
        super().__init__()
        self.found: list[str] = []
        self._script = False

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given = dict(attrs)
        self._script = tag == "script"
        if tag in ("style", "iframe", "object", "embed", "base") or (tag == "script" and "src" not in given):
            self.found.append(tag)
        self.found += [f"{tag} {key}" for key in given if key == "style" or key.startswith("on")]
        links = (given.get(key) or "" for key in ("href", "src", "action"))
        self.found += [link for link in links if link.lower().strip().startswith(("javascript:", "data:"))]

    def handle_data(self, text: str) -> None:
        if self._script and text.strip():
            self.found.append(text)

    def handle_endtag(self, tag: str) -> None:
        self._script = False


def suspicions(page: str) -> list[str]:
    reader = Suspicions()
    reader.feed(page)
    return reader.found


@pytest.mark.parametrize("name", [*EVERY_PAGE, *FOR_OFFICERS])
def test_no_answer_has_inline_script_or_style_and_each_has_the_policy(name: str, zone: Zone, officer_client: Client) -> None:
    reply = officer_client.get(address(name, zone))
    policy = reply.headers["Content-Security-Policy"]
    assert "default-src 'none'" in policy
    assert "unsafe" not in policy
    assert reply.headers["X-Content-Type-Options"] == "nosniff"
    assert reply.headers["Referrer-Policy"] == "same-origin"
    if reply["Content-Type"].startswith("text/html"):
        assert suspicions(reply.content.decode()) == []


@pytest.fixture
def strange_zone(officer: Person) -> Zone:
    """A zone whose every text is an attempt to write code into the pages."""
    wanted = actions.NewZone("strange", STRANGE[:30], STRANGE, (CHAIN,))
    lines = [
        line(n, f"{STRANGE}{n}", *entry.products, STRANGE, anchor=entry.anchor, group=STRANGE, revenue_fen=1)
        for n, entry in enumerate(small_list(), start=2)
    ]
    zone = actions.start_zone(officer, wanted=wanted, lines=lines, title=STRANGE)
    actions.import_companies(officer, zone=zone, lines=[line(2, f"外{STRANGE}", name_of("prepreg"))], title="x", is_outside=True)
    row = Placement.objects.filter(company__zone=zone).order_by("pk")[1]
    actions.decide_placement(officer, zone=zone, placement_id=row.pk, is_right=True, reason=STRANGE)
    actions.answer_gap(officer, zone=zone, segment="ti-forging", kind="not-a-gap", reason=STRANGE)
    return zone


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("name", [*EVERY_PAGE, "bring-list"])
def test_names_and_reasons_are_never_read_as_code(name: str, language: str, strange_zone: Zone, officer_client: Client) -> None:
    reply = officer_client.get(address(name, strange_zone, language))
    kind = reply["Content-Type"].split(";")[0]
    if kind == "text/html":
        assert suspicions(reply.content.decode()) == []
        assert "<script>alert" not in reply.content.decode()
    elif kind == "image/svg+xml":
        tree = ElementTree.fromstring(reply.content)
        assert not [node for node in tree.iter() if node.tag.endswith("script")]
    assert reply.status_code == 200


@pytest.mark.parametrize("path", ["verdicts/?kind={0}&chain={0}", "companies/?q={0}&from={0}", "unplaced/?from={0}", "?on={0}"])
def test_what_is_asked_is_never_read_as_code(path: str, zone: Zone, reader_client: Client) -> None:
    reply = reader_client.get(f"/zh-hans/zones/{zone.code}/" + path.format(STRANGE))
    assert reply.status_code == (400 if "on=" in path else 200)
    assert suspicions(reply.content.decode()) == []


def test_a_cell_that_a_spreadsheet_would_run_is_escaped(officer: Person, zone: Zone, officer_client: Client) -> None:
    names = ["=cmd|'/c calc'!A0", "+1+1", "@SUM(A1)", "-2+3"]
    lines = [line(n, name, name_of("wing-panel"), anchor=True) for n, name in enumerate(names, start=2)]
    actions.import_companies(officer, zone=zone, lines=lines, title="x")
    for name in ("company-file", "verdict-file"):
        text = officer_client.get(address(name, zone)).content.decode("utf-8-sig")
        assert "cmd|" in text or name == "verdict-file"
        assert re.search(r'(^|",)"[=+@-](?!\d*\.?\d*")', text, re.MULTILINE) is None


def test_a_list_that_was_taken_away_can_be_brought_again(zone: Zone, officer_client: Client) -> None:
    from xinya.zones.files import read_companies

    taken = officer_client.get(address("company-file", zone)).content
    lines = read_companies(taken, "again.csv")
    assert [entry.name for entry in lines] == [c.name for c in zone.companies.order_by("pk")]
    assert [entry.products for entry in lines] == [entry.products for entry in small_list()]


# --- addresses ------------------------------------------------------------------------------------------------------


def links(page: str) -> list[str]:
    return re.findall(r'(?:href|action)="(/[^"#]*)', page.replace("&amp;", "&"))


@pytest.mark.long
@pytest.mark.parametrize("name", EVERY_PAGE)
def test_every_link_of_a_page_leads_somewhere(name: str, zone: Zone, officer_client: Client) -> None:
    reply = officer_client.get(address(name, zone, "en"))
    if not reply["Content-Type"].startswith("text/html"):
        return
    kinds: dict[str, str] = {}
    for link in links(reply.content.decode()):
        if not link.startswith("/static/"):
            kinds.setdefault(re.sub(r"\d+|segments/[a-z0-9-]+|packs/[a-z-]+", "", link), link)
    assert kinds
    for link in kinds.values():
        assert officer_client.get(link).status_code in (200, 405), link


@pytest.mark.parametrize("name", ["zone", "verdicts", "companies", "segment", "chain-map"])
def test_the_other_language_keeps_page_and_question(name: str, zone: Zone, reader_client: Client) -> None:
    path = address(name, zone) + "?on=2026-01-10&kind=missing&q=%E6%B8%AF"
    page = reader_client.get(path).content.decode()
    other = next(link for link in links(page) if link.startswith("/en/") and "?" in link)
    assert urlsplit(other).path == address(name, zone, "en")
    assert urlsplit(other).query == urlsplit(path).query
    assert '<html lang="en">' in reader_client.get(other).content.decode()


@pytest.mark.parametrize(
    "day", ["2026-13-01", "yesterday", "2026-1-5", "20260115", "2026-W03-4", "0001-01-01", "9999-12-31", "%00"]
)
@pytest.mark.parametrize("name", ["zone", "segment", "company-file"])
def test_a_day_that_is_none_is_one_sentence(name: str, day: str, zone: Zone, reader_client: Client) -> None:
    reply = reader_client.get(address(name, zone, "en") + f"?on={day}")
    assert reply.status_code == 400
    assert "is not a day written YYYY-MM-DD" in reply.content.decode()


@pytest.mark.parametrize("start_at", ["-1", "x", "1.5", "9" * 40, "٣", "²", "999999", ""])
@pytest.mark.parametrize("name", ["companies", "unplaced"])
def test_a_strange_first_row_does_no_harm(name: str, start_at: str, zone: Zone, reader_client: Client) -> None:
    assert reader_client.get(address(name, zone), {"from": start_at}).status_code == 200


def test_walking_the_companies_meets_each_once_and_keeps_day_and_filter(long_zone: Zone, reader_client: Client) -> None:
    path, seen = address("companies", long_zone) + "?on=2026-01-16&q=%E7%BB%AD&from=0", []
    while path:
        page = reader_client.get(path).content.decode()
        assert 'name="on" value="2026-01-16"' in page
        seen += re.findall(r'<th scope="row">\s*<a href="[^"]*/companies/(\d+)/', page)
        following = re.search(r'rel="next" href="([^"]*)"', page)
        path = address("companies", long_zone) + following[1].replace("&amp;", "&") if following else ""
    assert len(seen) == len(set(seen)) == 1000 - len(small_list())


def without_changing_parts(page: str) -> str:
    page = re.sub(r'name="csrfmiddlewaretoken" value="\w+"|<footer.*?</footer>', "", page, flags=re.DOTALL)
    return re.sub(r"\d+", "0", page)


@pytest.mark.parametrize("what", ["companies", "placements", "answers", "zones"])
def test_what_belongs_to_another_zone_looks_like_what_never_was(
    what: str, officer: Person, zone: Zone, start: Callable[..., Zone], officer_client: Client
) -> None:
    other = start("sea")
    answer = actions.answer_gap(officer, zone=other, segment="ti-forging", kind="not-a-gap", reason="外购")
    placement = Placement.objects.filter(company__zone=other).order_by("pk")[0]
    company, base = other.companies.order_by("pk")[0], f"/en/zones/{zone.code}"
    state = {"state": "building", "day": "2026-01-01", "source": "x"}
    asked: dict[str, tuple[str, object, dict[str, str] | None]] = {
        "companies": (base + "/companies/{}/", company.pk, None),
        "placements": (base + "/placements/{}/decide/", placement.pk, {"is_right": "yes", "reason": "看过"}),
        "answers": (base + "/answers/{}/withdraw/", answer.pk, {}),
        "zones": (base + "/companies/{}/state/", company.pk, state),
    }
    path, theirs, given = asked[what]
    before = (
        AuditRow.objects.filter(ok=True).count(),
        Placement.objects.filter(decided_by=None).count(),
        Answer.objects.filter(withdrawn_at=None).count(),
    )
    replies = []
    for pk in (theirs, 987654321, 10**30):
        reply = officer_client.get(path.format(pk)) if given is None else officer_client.post(path.format(pk), given)
        assert reply.status_code == 404
        replies.append(without_changing_parts(reply.content.decode()))
    assert len(set(replies)) == 1
    assert before == (
        AuditRow.objects.filter(ok=True).count(),
        Placement.objects.filter(decided_by=None).count(),
        Answer.objects.filter(withdrawn_at=None).count(),
    )


@pytest.mark.parametrize(
    "path",
    [
        "zones/absent/",
        "zones/harbour/chains/absent/",
        "zones/harbour/chains/absent/map.svg",
        "zones/harbour/segments/absent/",
        "packs/absent/",
        "packs/absent.zip",
        "absent/",
    ],
)
def test_an_address_that_leads_nowhere_is_a_page_with_404(path: str, zone: Zone, reader_client: Client) -> None:
    reply = reader_client.get(f"/zh-hans/{path}")
    assert reply.status_code == 404
    assert "Content-Security-Policy" in reply.headers
    assert suspicions(reply.content.decode()) == []


def test_a_zone_of_which_nothing_is_known_says_so_on_every_page(officer: Person, officer_client: Client) -> None:
    from xinya.zones.actions import start_zone

    bare = start_zone(officer, code="bare", name="无链高新区")
    for name in OF_A_ZONE:
        assert signed_in(officer).get(address_of_bare(name, bare)).status_code == 200, name


def address_of_bare(name: str, zone: Zone) -> str:
    with translation.override("zh-hans"):
        return reverse(name, args=[zone.code])


@pytest.mark.parametrize(("language", "said"), [("zh-hans", "这个名称或别名相同"), ("en", "the same as the name or alias")])
def test_the_company_page_tells_what_counted_for_a_placement(language: str, said: str, zone: Zone, officer_client: Client) -> None:
    row = Placement.objects.filter(company__zone=zone, company__is_outside=False).order_by("pk")[0]
    shown = officer_client.get(f"/{language}/zones/{zone.code}/companies/{row.company_id}/").content.decode()
    assert said in shown
