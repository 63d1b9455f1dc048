"""What is sent to the pages: answers, decisions, limits, lists. Kept whole, or refused in a sentence and nothing stored."""

import io
import re
import zipfile
from collections.abc import Callable
from typing import Any

import openpyxl
import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client

from xinya.chain import queries
from xinya.chain.engine import KINDS
from xinya.chain.models import Answer, LimitSet, Placement
from xinya.chain.tests.conftest import CHAIN, DAY, OTHER_CHAIN, STANDS, file_of, line, name_of, small_list
from xinya.chain.tests.test_actions import stored
from xinya.zones.actions import mark_as_demo
from xinya.zones.models import Company, Fact, Person, Source, Zone

pytestmark = [pytest.mark.django_db, STANDS]
HEADS = "企业名称,统一社会信用代码,主营产品,营业收入(万元),是否规上"
MEGABYTE = 1024 * 1024


def paths(zone: Zone) -> dict[str, tuple[str, dict[str, Any]]]:
    """Each form of a zone: its address, and what an officer may send there."""
    base = f"/zh-hans/zones/{zone.code}/"
    company = zone.companies.order_by("pk")[0].pk
    placement = Placement.objects.filter(company__zone=zone).order_by("pk")[0].pk
    limits = {
        "demand": 2,
        "share": 0.8,
        "readiness": 0.5,
        "depth": 3,
        "decay": 0.5,
        "residents": 3,
        "kinds": list(KINDS),
        "reason": "复核",
    }
    new: dict[str, Any] = {"name": "海滨高新区", "name_en": "", "code": "sea", "chains": [CHAIN]}
    return {
        "answer": (base + "segments/prepreg/answer/", {"kind": "not-a-gap", "reason": "外购", "company": ""}),
        "decide": (base + f"placements/{placement}/decide/", {"is_right": "no", "reason": "看过"}),
        "state": (base + f"companies/{company}/state/", {"state": "building", "day": "2025-03-01", "source": "环评批复"}),
        "limits": (base + "limits/", limits),
        "import": (base + "import/", {"companies": file_of(small_list())}),
        "remove": (base + "remove/", {}),
        "new": ("/zh-hans/zones/new/", new),
    }


FORMS = ("answer", "decide", "state", "limits", "import", "remove", "new")


@pytest.fixture
def demo(officer: Person, zone: Zone) -> Zone:
    mark_as_demo(officer, zone=zone, is_sample=True)
    Source.objects.update(kind=Source.Kind.INVENTED)
    return zone


@pytest.mark.parametrize("form", FORMS)
def test_an_officer_sends_each_form(form: str, demo: Zone, officer_client: Client) -> None:
    path, given = paths(demo)[form]
    before = stored()
    reply = officer_client.post(path, given)
    assert reply.status_code == 302, reply.content.decode()
    assert stored() != before


@pytest.mark.parametrize("form", FORMS)
def test_a_reader_is_refused_and_nothing_is_stored(form: str, demo: Zone, reader_client: Client) -> None:
    path, given = paths(demo)[form]
    before = stored()
    reply = reader_client.post(path, given)
    assert reply.status_code == 403
    assert "403 · not-allowed" in reply.content.decode()
    assert stored() == before


@pytest.mark.parametrize("form", FORMS)
def test_the_signed_out_store_nothing(form: str, demo: Zone) -> None:
    path, given = paths(demo)[form]
    before = stored()
    reply = Client().post(path, given)
    assert (reply.status_code, reply["Location"].split("?")[0]) == (302, "/zh-hans/sign-in/")
    assert stored() == before


@pytest.mark.parametrize("form", FORMS)
def test_a_form_from_elsewhere_is_refused(form: str, demo: Zone, officer: Person) -> None:
    path, given = paths(demo)[form]
    elsewhere = Client(enforce_csrf_checks=True)
    elsewhere.force_login(officer)
    before = stored()
    assert elsewhere.post(path, given).status_code == 403
    assert stored() == before


@pytest.mark.parametrize("form", ["answer", "decide", "state", "remove"])
def test_an_act_is_never_done_by_opening_an_address(form: str, demo: Zone, officer_client: Client) -> None:
    before = stored()
    assert officer_client.get(paths(demo)[form][0]).status_code == 405
    assert stored() == before


# --- answers, decisions, states, limits -----------------------------------------------------------------------------


def test_not_a_gap_leaves_the_table_of_verdicts_and_comes_back(zone: Zone, officer_client: Client) -> None:
    found = queries.zone_report(zone, DAY)
    gap = found.report.diagnosis.verdicts[0].segment
    table, row = f"/zh-hans/zones/{zone.code}/verdicts/", f'data-segment="{gap}"'
    assert row in officer_client.get(table).content.decode()
    officer_client.post(f"/zh-hans/zones/{zone.code}/segments/{gap}/answer/", {"kind": "not-a-gap", "reason": "常年外购"})
    assert row not in officer_client.get(table).content.decode()
    assert "常年外购" in officer_client.get(f"/zh-hans/zones/{zone.code}/").content.decode()
    answer = Answer.objects.get()
    officer_client.post(f"/zh-hans/zones/{zone.code}/answers/{answer.pk}/withdraw/")
    assert row in officer_client.get(table).content.decode()


@pytest.mark.parametrize(
    ("form", "values"),
    [
        ("answer", {"kind": "perhaps"}),
        ("answer", {"reason": ""}),
        ("answer", {"reason": "长" * 301}),
        ("answer", {"kind": "we-have-one", "company": ""}),
        ("answer", {"reason": "a\0b"}),
        ("decide", {"reason": " "}),
        ("decide", {"is_right": "perhaps"}),
        ("state", {"state": "gone"}),
        ("state", {"day": "2025-13-01"}),
        ("state", {"day": "0001-01-01"}),
        ("state", {"source": "证" * 201}),
        ("limits", {"demand": "nan"}),
        ("limits", {"demand": "-1"}),
        ("limits", {"share": "2"}),
        ("limits", {"depth": "11"}),
        ("limits", {"kinds": ["friendship"]}),
        ("limits", {"reason": ""}),
        ("new", {"code": "Sea"}),
        ("new", {"code": "new"}),
        ("new", {"name": ""}),
        ("new", {"chains": ["absent"]}),
        ("new", {"chains": []}),
    ],
)
def test_a_form_with_a_wrong_field_says_so_and_stores_nothing(
    form: str, values: dict[str, object], zone: Zone, officer_client: Client
) -> None:
    path, given = paths(zone)[form]
    before = stored()
    reply = officer_client.post(path, given | values)
    page = reply.content.decode()
    assert reply.status_code == 422
    assert any(mark in page for mark in ('role="alert"', "errmsg")), page
    assert stored() == before


def test_a_refused_answer_still_leads_to_the_other_language(zone: Zone, officer_client: Client) -> None:
    reply = officer_client.post(f"/zh-hans/zones/{zone.code}/segments/prepreg/answer/", {"kind": "not-a-gap"})
    assert f'href="/en/zones/{zone.code}/segments/prepreg/"' in reply.content.decode()


def test_a_zone_of_real_data_is_not_removed(zone: Zone, officer_client: Client) -> None:
    assert officer_client.post(f"/zh-hans/zones/{zone.code}/remove/").status_code == 409
    assert Zone.objects.filter(pk=zone.pk).exists()


def test_new_limits_are_shown_with_their_author(zone: Zone, officer_client: Client) -> None:
    path, given = paths(zone)["limits"]
    officer_client.post(path, given)
    page = officer_client.get(path).content.decode()
    assert LimitSet.objects.get(zone=zone).demand == 2
    assert "复核" in page
    assert "li" in page


# --- starting a zone in one post ------------------------------------------------------------------------------------


def test_a_zone_of_ones_own_is_open_after_one_post(officer_client: Client) -> None:
    given = {"name": "海滨高新区", "code": "sea", "chains": [CHAIN, OTHER_CHAIN], "companies": file_of(small_list(), "我们.csv")}
    reply = officer_client.post("/zh-hans/zones/new/", given, follow=True)
    assert reply.redirect_chain[-1][0] == "/zh-hans/zones/sea/"
    zone = Zone.objects.get(code="sea")
    assert zone.companies.count() == len(small_list())
    assert queries.zone_chains(zone) == (CHAIN, OTHER_CHAIN)
    assert 'id="first-gap"' in reply.content.decode()


def test_a_zone_whose_list_is_wrong_is_not_opened(officer_client: Client) -> None:
    file = SimpleUploadedFile("我们.csv", f"{HEADS}\n甲,,锻件,-1,\n".encode())
    before = stored()
    reply = officer_client.post("/zh-hans/zones/new/", {"name": "海滨高新区", "code": "sea", "chains": [CHAIN], "companies": file})
    assert reply.status_code == 422
    assert "营业收入(万元)" in reply.content.decode()
    assert stored() == before


def test_a_code_that_is_taken_is_said_at_its_field(zone: Zone, officer_client: Client) -> None:
    before = stored()
    reply = officer_client.post("/en/zones/new/", {"name": "海滨高新区", "code": zone.code, "chains": [CHAIN]})
    assert reply.status_code == 409
    assert f"already a zone with the code {zone.code}" in reply.content.decode()
    assert stored() == before


# --- lists ----------------------------------------------------------------------------------------------------------


def test_a_list_in_gb18030_is_read(zone: Zone, officer_client: Client) -> None:
    content = f"{HEADS}\n镕城叶片有限公司,,{name_of('prepreg')},3,否\n".encode("gb18030")
    reply = officer_client.post(f"/zh-hans/zones/{zone.code}/import/", {"companies": SimpleUploadedFile("名单.csv", content)})
    assert reply.status_code == 302
    company = Company.objects.get(name="镕城叶片有限公司")
    assert [p.segment for p in company.placements.all()] == ["prepreg"]
    assert Fact.objects.get(company=company, kind="revenue").number == 3_000_000


def test_a_list_of_makers_outside_is_kept_apart(zone: Zone, officer_client: Client) -> None:
    content = f"{HEADS}\n外地有限公司,,{name_of('prepreg')},,\n".encode()
    given = {"companies": SimpleUploadedFile("外部.csv", content), "outside": "on"}
    assert officer_client.post(f"/zh-hans/zones/{zone.code}/import/", given).status_code == 302
    assert Company.objects.get(name="外地有限公司").is_outside


def workbook(*rows: list[Any]) -> bytes:
    book = openpyxl.Workbook()
    table: list[list[Any]] = [HEADS.split(","), *rows]
    for row in table:
        book.worksheets[0].append(row)
    out = io.BytesIO()
    book.save(out)
    return out.getvalue()


def swollen() -> bytes:
    """A workbook of a few hundred kilobytes that unpacks to more than 200 MB."""
    out = io.BytesIO()
    with (
        zipfile.ZipFile(io.BytesIO(workbook(["甲", "", "锻件", 1, "是"]))) as book,
        zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as copy,
    ):
        for name in book.namelist():
            copy.writestr(name, book.read(name))
        copy.writestr("xl/theme/theme9.xml", b"<a>" + b" " * (210 * MEGABYTE) + b"</a>")
    return out.getvalue()


def rows(*lines: str) -> bytes:
    return "\n".join((HEADS, *lines)).encode()


GOOD = "甲锻造有限公司,,锻件,1,是"
BAD_FILES: dict[str, tuple[Callable[[], bytes], int, tuple[str, ...]]] = {
    "a company twice": (lambda: rows(GOOD, "乙,,,,", GOOD), 422, (">4<", "企业名称", "2")),
    "a code twice": (lambda: rows("甲,91350100M000100Y43,,,", "乙,91350100M000100Y43,,,"), 422, (">3<", "统一社会信用代码")),
    "a negative revenue": (lambda: rows(GOOD, "乙,,锻件,-5,"), 422, (">3<", "营业收入(万元)", "-5")),
    "a revenue in words": (lambda: rows(GOOD, "乙,,锻件,很多,"), 422, (">3<", "营业收入(万元)", "很多")),
    "a mistyped credit code": (lambda: rows("乙,91350100M000100Y44,锻件,,"), 422, (">2<", "统一社会信用代码")),
    "a company without a name": (lambda: rows(GOOD, ",,锻件,,"), 422, (">3<", "企业名称")),
    "a name of 121 characters": (lambda: rows("企" * 121 + ",,,,"), 422, (">2<", "121")),
    "neither yes nor no": (lambda: rows("乙,,,,也许"), 422, (">2<", "是否规上", "也许")),
    "a formula": (lambda: workbook(["甲", "", "锻件", "=1+1", "是"]), 422, (">2<", "营业收入(万元)")),
    "a formula as text": (lambda: rows("=cmd|x,,锻件,,"), 422, (">2<", "企业名称")),
    "an error cell": (lambda: rows("乙,,#REF!,,"), 422, (">2<", "主营产品", "#REF!")),
    "wrong columns": ("名,品\n甲,锻件\n".encode, 422, ("企业名称", "主营产品")),
    "a head row alone": (rows, 422, ("findings-title",)),
    "blank lines": (lambda: b"\n\n  \n", 422, ("findings-title",)),
    "bytes of no encoding": (lambda: rows("乙,,,,") + b"\xff\xff\x81", 422, ("UTF-8",)),
    "two encodings": (lambda: rows("乙工厂,,,,") + b"\n" + "丙工厂,,,,".encode("gb18030"), 422, (">3<", "UTF-8")),
    "a picture": (lambda: b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR", 422, ("findings-title",)),
    "a web page": (lambda: b"<html><table><tr><td>x</td></tr></table></html>", 422, ("xlsx",)),
    "an old workbook": (lambda: b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\0" * 600, 422, ("xlsx",)),
    "a broken workbook": (lambda: workbook(["甲", "", "", 1, ""])[:-200], 422, ("findings-title",)),
    "a workbook of 200 MB": (swollen, 413, ("200",)),
    "a segment that no pack has": (
        f"{HEADS},环节\n乙,,锻件,,,no-such-one\n".encode, 422, (">2<", ">环节<", "no-such-one"),
    ),
    "a row with more cells than heads": (lambda: rows(GOOD, "乙,,机身段,1,1,234,是"), 422, (">3<", "234")),
    "a file of 50 MB": (lambda: b"x" * (50 * MEGABYTE), 413, ("20",)),
    "nothing": (lambda: b"", 422, ("errmsg",)),
}  # fmt: skip


@pytest.mark.parametrize("what", BAD_FILES)
def test_a_bad_list_is_refused_with_its_place_and_nothing_is_stored(what: str, zone: Zone, officer_client: Client) -> None:
    made, status, said = BAD_FILES[what]
    before = stored()
    file = SimpleUploadedFile("名单.csv", made())
    reply = officer_client.post(f"/zh-hans/zones/{zone.code}/import/", {"companies": file})
    page = " ".join(reply.content.decode().split()).replace("> ", ">").replace(" <", "<")
    assert reply.status_code == status, page
    assert stored() == before
    for text in said:
        assert text in page, (text, page)
    if "findings-title" in page:
        assert re.search('<small class="code">[a-z-]+</small></td>', page), page
    assert "%(" not in page
    assert "Traceback" not in page


def test_a_list_without_a_file_is_refused_at_its_field(zone: Zone, officer_client: Client) -> None:
    before = stored()
    assert officer_client.post(f"/zh-hans/zones/{zone.code}/import/", {}).status_code == 422
    assert stored() == before


def test_three_hundred_rows_with_one_bad_row_are_refused_whole(zone: Zone, officer_client: Client) -> None:
    lines = [f"企业{n},,锻件,1,是" for n in range(299)] + ["企业末,,锻件,-1,是"]
    before = stored()
    file = SimpleUploadedFile("名单.csv", rows(*lines))
    reply = officer_client.post(f"/zh-hans/zones/{zone.code}/import/", {"companies": file})
    assert reply.status_code == 422
    assert "301" in reply.content.decode()
    assert stored() == before


def test_a_list_that_contradicts_what_is_stored_is_refused_with_its_row(zone: Zone, officer_client: Client) -> None:
    def bring(code: str) -> Any:
        file = file_of([line(2, "乙"), line(3, "甲", uscc=code)])
        return officer_client.post(f"/zh-hans/zones/{zone.code}/import/", {"companies": file})

    assert bring("91350100M000100Y43").status_code == 302
    before = stored()
    reply = bring("91210100MA0000002K")
    assert reply.status_code == 422
    assert "91350100M000100Y43" in reply.content.decode()
    assert stored() == before
