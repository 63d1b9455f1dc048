"""The pages of the import desk: five steps without script, statements constant in rows, nothing of other companies."""

import re
from collections.abc import Callable, Sequence
from datetime import date, timedelta
from io import BytesIO

import openpyxl
import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from xinya.zones.models import Company, ImportBatch, Zone
from xinya.zones.tests.imports import HEADS, code_of, company

pytestmark = pytest.mark.django_db
XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"


def book(*rows: list[object], above: Sequence[str] = ()) -> bytes:
    whole = openpyxl.Workbook()
    sheet = whole.worksheets[0]
    for line in above:
        sheet.append([line])
    for row in (HEADS, *rows):
        sheet.append(row)
    out = BytesIO()
    whole.save(out)
    return out.getvalue()


def file_of(content: bytes, name: str = "名单.xlsx") -> BytesIO:
    file = BytesIO(content)
    file.name = name
    return file


def brought(client: Client, content: bytes, name: str = "名单.xlsx", **more: str) -> str:
    """The address of the list that was brought."""
    reply = client.post("/zh-hans/zones/harbour/imports/", {"file": file_of(content, name), "kind": "companies", **more})
    assert reply.status_code == 302, reply.content.decode()
    return str(reply["Location"])


def columns_sent(html: str) -> dict[str, str]:
    """The form of the second step as it is proposed."""
    day = re.search(r'name="as_of" value="([^"]*)"', html)
    assert day is not None
    assert date.fromisoformat(day[1])
    sent = {"as_of": "2025-12-31", "source_kind": "list"}
    for name, options in re.findall(r'<select class="in"[^>]* name="((?:field|unit)-\d+)"[^>]*>(.*?)</select>', html, re.S):
        chosen = re.search(r'value="([^"]*)" selected', options)
        sent[name] = chosen[1] if chosen else ""
    sent |= dict(re.findall(r'name="(period-\d+)" value="([^"]*)"', html))
    return sent


def checked(client: Client, content: bytes) -> str:
    address = brought(client, content)
    html = client.get(address).content.decode()
    if 'id="columns"' not in html:  # the office has said before what such columns hold
        return address
    reply = client.post(f"{address}columns/", columns_sent(html))
    assert reply.status_code == 302, reply.content.decode()
    return address


def key_in(html: str) -> str:
    return str(re.search(r'name="key" value="(\w{64})"', html)[1])  # type: ignore[index]


def test_a_list_goes_through_five_steps_and_back_out(client_of: Callable[[str], Client], zone: Zone) -> None:
    client = client_of("chain_officer")
    rows = [company(n) for n in range(1, 7)]
    address = checked(client, book(*rows, company(8, revenue=-5), company(9, code="91990102MA00000O1X")))
    page = client.get(address).content.decode()
    assert 'aria-current="step"' in page
    waiting = client.get(f"{address}?step=decisions").content.decode()
    assert "NEGATIVE" in waiting
    reply = client.post(f"{address}decide/", {"decision": "give_up:NEGATIVE"})
    assert reply.status_code == 302
    reply = client.post(f"{address}decide/", {"decision": "value:9:revenue_2024", "value-9:revenue_2024": "-7"})
    assert reply.status_code == 422
    commit = client.get(f"{address}?step=commit").content.decode()
    reply = client.post(f"{address}commit/", {"key": key_in(commit)})
    assert reply.status_code == 302
    assert zone.companies.filter(name__contains="岚洲测").count() >= 7
    again = client.post(f"{address}commit/", {"key": key_in(commit)})
    assert again.status_code == 302
    assert len(ImportBatch.objects.get().parts) == 1
    undone = client.post(f"{address}undo/", {"reason": "传错了"})
    assert undone.status_code == 302
    assert ImportBatch.objects.get().state == "undone"
    assert zone.companies.count() == 1  # the one that was there before


def test_a_typed_value_is_read_as_the_cell_would_be(client_of: Callable[[str], Client], zone: Zone) -> None:
    client = client_of("chain_officer")
    address = checked(client, book(company(1, revenue=-5)))
    client.post(f"{address}decide/", {"decision": "value:2:revenue_2024", "value-2:revenue_2024": "1.5亿元"})
    row = ImportBatch.objects.get().rows.get()
    assert row.outcome == "created"
    assert row.values["revenue_2024"] == {"value": 15_000_000_000, "precision": 1_000_000_000}


def test_a_like_name_is_judged_row_by_row_and_remembered(client_of: Callable[[str], Client], zone: Zone) -> None:
    client = client_of("chain_officer")
    Company.objects.create(zone=zone, name="岚洲启曜精密机械有限公司", name_key="岚洲启曜精密机械有限公司")
    content = book(company(1, name="岚洲启耀精密机械有限公司", code=""))
    address = checked(client, content)
    page = client.get(f"{address}?step=decisions").content.decode()
    assert "<mark>耀</mark>" in page
    assert "<mark>曜</mark>" in page
    assert client.post(f"{address}decide/", {"decision": "take:NAME_NEAR"}).status_code == 422
    assert client.post(f"{address}decide/", {"decision": "different:2"}).status_code == 302
    batch = ImportBatch.objects.get()
    assert (batch.counts["created"], batch.counts["waiting"]) == (1, 0)
    client.post(f"{address}commit/", {"key": key_in(client.get(f"{address}?step=commit").content.decode())})
    again = checked(client, book(company(1, name="岚洲启耀精密机械有限公司", code="", products="轴承")))
    assert ImportBatch.objects.first().counts["waiting"] == 0  # type: ignore[union-attr]
    assert "NAME_NEAR" not in client.get(f"{again}?step=check").content.decode()


def test_the_same_labels_are_read_as_the_office_said_before(client_of: Callable[[str], Client], zone: Zone) -> None:
    client = client_of("chain_officer")
    checked(client, book(company(1)))
    address = brought(client, book(company(2), above=["填报日期：2026年3月31日"]), "又一份.xlsx")
    batch = ImportBatch.objects.get(name="又一份.xlsx")
    assert (batch.state, batch.as_of) == ("previewed", date(2026, 3, 31))
    assert batch.template is not None
    assert client.get(f"{address}?step=columns").status_code == 200


def test_the_next_list_of_the_office_has_its_own_day_and_keeps_who_says_so(client_of: Callable[[str], Client], zone: Zone) -> None:
    client = client_of("chain_officer")
    address = brought(client, book(company(1)))
    sent = columns_sent(client.get(address).content.decode())
    assert client.post(f"{address}columns/", sent | {"source_kind": "tax"}).status_code == 302
    address = brought(client, book(company(2)), "又一份.xlsx")
    batch = ImportBatch.objects.get(name="又一份.xlsx")
    assert (batch.state, batch.source_kind, batch.as_of) == ("read", "tax", timezone.localdate())
    assert "does not state the day" in client.get(address.replace("zh-hans", "en")).content.decode()
    dated = book(company(3), above=["填报日期：2026年3月31日"])
    brought(client, dated, "第三份.xlsx")
    batch = ImportBatch.objects.get(name="第三份.xlsx")
    assert (batch.state, batch.source_kind, batch.as_of) == ("previewed", "tax", date(2026, 3, 31))


def test_a_list_of_a_day_that_has_not_come_is_refused(client_of: Callable[[str], Client], zone: Zone) -> None:
    client = client_of("chain_officer")
    address = brought(client, book(company(1)))
    sent = columns_sent(client.get(address).content.decode())
    tomorrow = timezone.localdate() + timedelta(days=1)
    for day in (tomorrow.isoformat(), "2199-12-31"):
        assert client.post(f"{address}columns/", sent | {"as_of": day}).status_code == 422
    brought(client, book(company(2), above=["填报日期：2199年12月31日"]), "又一份.xlsx")
    later = ImportBatch.objects.get(name="又一份.xlsx")
    assert (later.state, later.as_of) == ("read", timezone.localdate())


def test_the_very_same_file_says_when_it_was_committed_and_wants_a_reason(client_of: Callable[[str], Client], zone: Zone) -> None:
    client = client_of("chain_officer")
    content = book(company(1))
    address = checked(client, content)
    client.post(f"{address}commit/", {"key": key_in(client.get(f"{address}?step=commit").content.decode())})
    number = ImportBatch.objects.get().pk
    reply = client.post("/en/zones/harbour/imports/", {"file": file_of(content), "kind": "companies"})
    assert reply.status_code == 422
    assert f"as list {number}" in reply.content.decode()
    brought(client, content, reason="再核对")


def test_a_file_with_many_blocks_asks_twice(client_of: Callable[[str], Client], zone: Zone) -> None:
    client = client_of("chain_officer")
    address = checked(client, book(company(1), company(2, revenue=-5), company(3, revenue=-5)))
    key = key_in(client.get(f"{address}?step=commit").content.decode())
    assert client.post(f"{address}commit/", {"key": key}).status_code == 409
    assert client.post(f"{address}commit/", {"key": key, "confirmed": "on"}).status_code == 302


def test_a_company_brings_only_itself(client_of: Callable[[str], Client], zone: Zone, company: Company) -> None:
    client = client_of("company_user")
    other = Company.objects.create(zone=zone, name="乙机密公司", name_key="乙机密公司", uscc=code_of(5))
    whole = openpyxl.Workbook()
    sheet = whole.worksheets[0]
    for row in (HEADS, [company.name, company.uscc, "叶片", 300, date(2010, 1, 1)], ["乙机密公司", code_of(5), "秘密", 9, None]):
        sheet.append(row)
    out = BytesIO()
    whole.save(out)
    address = checked(client, out.getvalue())
    batch = ImportBatch.objects.get()
    assert batch.company == company
    assert [row.outcome for row in batch.rows.all()] == ["changed", "left_out"]
    assert "NOT_OWN" in client.get(f"{address}?step=check&reason=NOT_OWN").content.decode()
    client.post(f"{address}commit/", {"key": key_in(client.get(f"{address}?step=commit").content.decode())})
    assert company.facts.filter(kind="product", source__kind="company").get().text == "叶片"
    assert not other.facts.exists()
    assert client_of("chain_officer").get(address).status_code == 404


def test_the_file_comes_back_with_comments(client_of: Callable[[str], Client], zone: Zone) -> None:
    client = client_of("chain_officer")
    address = checked(client, book(company(1, revenue=-5)))
    reply = client.get(f"{address}findings.xlsx")
    copy = openpyxl.load_workbook(BytesIO(reply.content)).worksheets[0]
    assert "NEGATIVE" in copy["D2"].comment.text


@pytest.mark.parametrize("step", ["columns", "check", "decisions", "commit"])
def test_steps_need_twelve_statements_at_most_whatever_the_rows(client_of: Callable[[str], Client], zone: Zone, step: str) -> None:
    client, counted = client_of("chain_officer"), []
    for many in (3, 60):
        address = checked(client, book(*(company(n, revenue=-5 if n % 2 else 100) for n in range(1, many))))
        client.get(f"{address}?step={step}")
        with CaptureQueriesContext(connection) as caught:
            assert client.get(f"{address}?step={step}").status_code == 200
        counted.append(len(caught))
        ImportBatch.objects.all().delete()
    assert counted[0] == counted[1]
    assert counted[1] <= 12


def test_the_list_of_lists_needs_twelve_statements_at_most(client_of: Callable[[str], Client], zone: Zone) -> None:
    client = client_of("chain_officer")
    for n in range(1, 4):
        checked(client, book(company(n)))
    with CaptureQueriesContext(connection) as caught:
        assert client.get("/zh-hans/zones/harbour/imports/").status_code == 200
    assert len(caught) <= 12


def test_who_brings_no_lists_sees_no_desk(client_of: Callable[[str], Client], zone: Zone) -> None:
    for role in ("zone_reader", "commissioner", "office_handler", "security_officer"):
        assert client_of(role).get("/zh-hans/zones/harbour/imports/").status_code == 404


def test_a_row_that_moved_is_looked_at_and_committed_from_the_page(client_of: Callable[[str], Client], zone: Zone) -> None:
    client = client_of("chain_officer")

    def commit(address: str) -> None:
        key = key_in(client.get(f"{address}?step=commit").content.decode())
        assert client.post(f"{address}commit/", {"key": key}).status_code == 302

    commit(checked(client, book(company(1), company(2))))
    one = checked(client, book(company(1, revenue=500), company(2, revenue=500)))
    commit(checked(client, book(company(1, revenue=600))))
    commit(one)
    page = client.get(f"{one}?step=commit").content.decode()
    assert "outcome=moved" in page
    looked = client.get(f"{one}?step=check&outcome=moved").content.decode()
    assert looked.count('<th scope="row">') == 1
    commit(one)
    assert "outcome=moved" not in client.get(f"{one}?step=commit").content.decode()


def test_the_sheets_of_a_file_are_offered_by_name(client_of: Callable[[str], Client], zone: Zone) -> None:
    client, whole = client_of("chain_officer"), openpyxl.Workbook()
    for name in ("甲、乙", "丙"):
        sheet = whole.create_sheet(name)
        for row in (HEADS, company(1), company(2)):
            sheet.append(row)
    out = BytesIO()
    whole.save(out)
    address = brought(client, out.getvalue())
    for typed in ("", "丁"):
        if typed:
            assert client.post(f"{address}reading/", {"sheet": typed}).status_code == 302
        page = client.get(address).content.decode()
        assert re.findall(r'<option value="([^"]*)">', page.partition('id="sheet"')[2].partition("</select>")[0]) == [
            "甲、乙",
            "丙",
        ]
    assert client.post(f"{address}reading/", {"sheet": "甲、乙"}).status_code == 302
    assert ImportBatch.objects.get().state == "read"


def test_of_a_file_too_large_for_comments_the_page_says_so_in_a_sentence(
    client_of: Callable[[str], Client], zone: Zone, monkeypatch: pytest.MonkeyPatch
) -> None:
    client = client_of("chain_officer")
    address = checked(client, book(company(1, revenue=-5), company(2)))
    assert "findings.xlsx" in client.get(address).content.decode()
    monkeypatch.setattr("xinya.zones.files.import_copy.MAX_CELLS", 9)
    page = client.get(address.replace("zh-hans", "en")).content.decode()
    assert "findings.xlsx" not in page
    assert "too large for a copy with comments" in page
    reply = client.get(f"{address}findings.xlsx")
    assert (reply.status_code, reply["Content-Type"].partition(";")[0]) == (413, "text/html")
