"""Companies that are one, on the pages, through the API and from the shell."""

import json
import threading
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from xinya.cli.main import main
from xinya.kit.refusals import Refused
from xinya.kit.text import plain
from xinya.zones.actions import Merging, merge_companies
from xinya.zones.models import Company, CompanyMerge, Fact, Person, Source, TwoFirms, Zone
from xinya.zones.tests.imports import code_of
from xinya.zones.tests.merges import everything
from xinya.zones.tests.people import someone
from xinya.zones.tests.uploads import DAY, mapped, table

pytestmark = pytest.mark.django_db
FULL, SHORT = "岚洲甲一机械有限公司", "岚洲甲一机械公司"
PAGES = "/zh-hans/zones/harbour"


@pytest.fixture
def zone() -> Zone:
    return Zone.objects.create(code="harbour", name="港湾高新区", name_en="Harbour Zone")


@pytest.fixture
def officer(zone: Zone) -> Person:
    return someone("officer", "chain_officer", zone=zone)


@pytest.fixture
def pair(zone: Zone) -> tuple[Company, Company]:
    made = []
    for name, code, revenue in ((FULL, code_of(1), 1_000_00), (SHORT, "", 2_000_00)):
        company = Company.objects.create(zone=zone, name=name, name_key=plain(name), uscc=code)
        source = Source.objects.create(kind="list", title=f"{name}的名单")
        Fact.objects.create(
            zone=zone,
            company=company,
            kind="revenue",
            period="2024",
            number=revenue,
            source=source,
            observed_on=DAY,
            confidence="0.7",
        )
        made.append(company)
    return made[0], made[1]


@pytest.fixture
def browser(officer: Person) -> Client:
    client = Client()
    client.force_login(officer)
    return client


def sent(client: Client, path: str, **body: Any) -> Any:
    return client.post(f"/api/v1/zones/harbour/{path}", json.dumps(body), content_type="application/json")


def test_an_officer_finds_a_pair_looks_at_both_merges_them_and_undoes_it(browser: Client, pair: tuple[Company, Company]) -> None:
    one, other = pair
    before = everything()
    page = browser.get(f"{PAGES}/duplicates/").content.decode()
    assert f"{PAGES}/companies/{one.pk}/same/?with={other.pk}" in page
    sides = browser.get(f"{PAGES}/companies/{one.pk}/same/?with={other.pk}").content.decode()
    assert "≠" in sides
    assert "1,000 元" in sides or "1,000 yuan" in sides
    merged = browser.post(
        f"{PAGES}/companies/{one.pk}/same/merge/",
        {"with": other.pk, "keep": one.pk, "name_was": "alias", "reason": "同一家企业"},
        follow=True,
    )
    assert merged.redirect_chain[-1][0] == f"{PAGES}/companies/{one.pk}/"
    assert SHORT in merged.content.decode()
    row = CompanyMerge.objects.get()
    led = browser.get(f"{PAGES}/companies/{other.pk}/?on=2026-01-01")
    assert (led.status_code, led["Location"]) == (302, f"{PAGES}/companies/{one.pk}/?on=2026-01-01")
    assert browser.get(f"{PAGES}/companies/{other.pk}/inputs/")["Location"] == f"{PAGES}/companies/{one.pk}/inputs/"
    assert browser.post(f"{PAGES}/companies/{other.pk}/state/", {"state": "planned"}).status_code == 409
    undone = browser.post(f"{PAGES}/merges/{row.pk}/undo/", {"reason": "是两家"}, follow=True)
    assert undone.redirect_chain[-1][0] == f"{PAGES}/companies/{other.pk}/"
    assert everything() == before
    assert browser.get(f"{PAGES}/merges/{row.pk}/").status_code == 200


def test_two_firms_stay_two_and_leave_the_list(browser: Client, pair: tuple[Company, Company]) -> None:
    one, other = pair
    path = f"{PAGES}/companies/{one.pk}/same/apart/"
    assert browser.post(path, {"with": other.pk, "apart-reason": ""}).status_code == 422
    assert browser.post(path, {"with": other.pk, "apart-reason": "法人不同"}).status_code == 302
    assert "/same/?with=" not in browser.get(f"{PAGES}/duplicates/").content.decode()
    assert "法人不同" in browser.get(f"{PAGES}/duplicates/?judged=yes").content.decode()
    assert TwoFirms.objects.count() == 1


def test_two_companies_are_named_by_name_code_or_number(browser: Client, pair: tuple[Company, Company]) -> None:
    one, other = pair
    led = browser.post(f"{PAGES}/duplicates/", {"company": code_of(1), "other": SHORT})
    assert led["Location"] == f"{PAGES}/companies/{one.pk}/same/?with={other.pk}"
    assert browser.post(f"{PAGES}/duplicates/", {"company": str(other.pk), "other": "没有这家"}).status_code == 422


def test_what_cannot_be_merged_says_why_and_offers_no_form(browser: Client, pair: tuple[Company, Company]) -> None:
    one, other = pair
    Company.objects.filter(pk=other.pk).update(uscc=code_of(2))
    page = browser.get(f"{PAGES}/companies/{one.pk}/same/?with={other.pk}").content.decode()
    assert 'id="impossible"' in page
    assert "same/merge/" not in page
    sent_all_the_same = browser.post(
        f"{PAGES}/companies/{one.pk}/same/merge/", {"with": other.pk, "keep": one.pk, "name_was": "alias", "reason": "同一家"}
    )
    assert sent_all_the_same.status_code == 422
    assert Company.objects.count() == 2


def test_an_undo_that_is_refused_names_what_hangs(browser: Client, pair: tuple[Company, Company], zone: Zone) -> None:
    one, other = pair
    third = Company.objects.create(zone=zone, name=f"{FULL}三", name_key=plain(f"{FULL}三"))
    for gone in (other, third):
        data = {"with": gone.pk, "keep": one.pk, "name_was": "alias", "reason": "同一家企业"}
        assert browser.post(f"{PAGES}/companies/{one.pk}/same/merge/", data).status_code == 302
    first = CompanyMerge.objects.order_by("pk")[0]
    reply = browser.post(f"{PAGES}/merges/{first.pk}/undo/", {"reason": "是两家"})
    assert reply.status_code == 409
    assert third.name in reply.content.decode()


@pytest.mark.parametrize("role", ["zone_reader", "commissioner", "company_user", "desk_lead", "auditor"])
def test_to_others_these_pages_do_not_exist(role: str, zone: Zone, pair: tuple[Company, Company]) -> None:
    client = Client()
    client.force_login(someone(role, role, zone=zone, company=pair[0] if role == "company_user" else None))
    for path in ("duplicates/", f"companies/{pair[0].pk}/same/?with={pair[1].pk}", "merges/1/"):
        assert client.get(f"{PAGES}/{path}").status_code == 404
    for path in ("duplicates", "merges"):
        assert client.get(f"/api/v1/zones/harbour/{path}").status_code == 404
    assert sent(client, "merges", merged=pair[1].pk, survivor=pair[0].pk, reason="同一家").status_code == 404


def test_the_pages_make_at_most_twelve_statements_whatever_the_number_of_rows(browser: Client, zone: Zone) -> None:
    def made(numbers: range) -> None:
        for number in numbers:
            for name in (f"岚洲{number}甲机械有限公司", f"岚洲{number}甲机械公司"):
                Company.objects.create(zone=zone, name=name, name_key=plain(name))
        Zone.objects.update(revision=len(numbers))

    counts = []
    for numbers in (range(1, 3), range(3, 30)):
        made(numbers)
        one, other = Company.objects.order_by("pk")[:2]
        said = {"zone": zone, "known": "0" * 64, "reason": "不同", "by": Person.objects.get(username="officer")}
        TwoFirms.objects.get_or_create(one=one, other=other, defaults=said)
        some = []
        for path in ("duplicates/", f"companies/{one.pk}/same/?with={other.pk}", f"companies/{one.pk}/"):
            with CaptureQueriesContext(
                connection,
            ) as told:
                assert browser.get(f"{PAGES}/{path}").status_code == 200
            some.append(len(told))
        counts.append(some)
    assert counts[0] == counts[1]
    assert max(counts[0]) <= 12, counts


def test_the_api_merges_undoes_and_says_where_a_number_leads(browser: Client, pair: tuple[Company, Company]) -> None:
    one, other = pair
    (found,) = browser.get("/api/v1/zones/harbour/duplicates").json()["items"]
    assert (found["one"]["id"], found["other"]["id"], found["told_apart"]) == (one.pk, other.pk, None)
    assert found["why"]
    made = sent(
        browser, "merges", merged=other.pk, survivor=one.pk, reason="同一家企业", name_was="former", name_until="2024-05-01"
    )
    assert made.status_code == 201
    told = made.json()
    assert (told["state"], told["moved"]["zones.Fact.company"]) == ("merged", 1)
    for path in (f"/api/v1/companies/{other.pk}", f"/api/v1/zones/harbour/companies/{other.pk}"):
        gone = browser.get(path).json()
        assert (gone["merged_into"], gone["name"], gone["facts"]) == (one.pk, SHORT, [])
    assert [row["id"] for row in browser.get("/api/v1/companies").json()["items"]] == [one.pk]
    again = sent(browser, "merges", merged=other.pk, survivor=one.pk, reason="同一家企业")
    assert (again.status_code, again.json()["code"]) == (409, "merged-already")
    undone = sent(browser, f"merges/{told['id']}/undo", reason="是两家")
    assert (undone.status_code, undone.json()["state"]) == (200, "undone")
    assert browser.get(f"/api/v1/companies/{other.pk}").json()["merged_into"] is None
    assert sent(browser, "two-firms", one=other.pk, other=one.pk, reason="法人不同").status_code == 201
    assert browser.get("/api/v1/zones/harbour/duplicates").json()["items"] == []
    (judged,) = browser.get("/api/v1/zones/harbour/duplicates?judged=true").json()["items"]
    assert judged["told_apart"] == "法人不同"


@pytest.mark.django_db(transaction=True)
def test_two_people_who_merge_the_same_two_at_once_make_one_merging(zone: Zone, pair: tuple[Company, Company]) -> None:
    one, other = pair
    people = [someone(f"o{n}", "chain_officer", zone=zone, password=None) for n in range(4)]
    told: list[str] = []
    start = threading.Barrier(len(people))

    def act(person: Person, gone: Company, stays: Company) -> None:
        start.wait()
        try:
            merge_companies(person, zone=zone, merging=Merging(gone.pk, stays.pk, "同一家企业"))
            told.append("merged")
        except Refused as refused:
            told.append(refused.code)
        finally:
            connection.close()

    turns = [(other, one), (one, other)] * 2
    threads = [threading.Thread(target=act, args=(person, *turn)) for person, turn in zip(people, turns, strict=True)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(told) == ["merged", "merged-already", "merged-already", "merged-already"]
    assert CompanyMerge.objects.count() == 1
    assert Company.objects.count() == 1


def test_the_desk_asks_whether_two_like_companies_of_the_register_are_one(browser: Client, officer: Person, zone: Zone) -> None:
    for name in ("岚洲澜江电机有限公司", "岚洲澜江电机股份有限公司"):
        Company.objects.create(zone=zone, name=name, name_key=plain(name))
    one, other = Company.objects.order_by("pk")
    batch = mapped(officer, zone, "a.tsv", table(["岚洲澜江电机", "", "电机", 12, "2015-03-04"]))
    page = browser.get(f"{PAGES}/imports/{batch.pk}/?step=decisions").content.decode()
    links = {f"/companies/{a.pk}/same/?with={b.pk}" for a, b in ((one, other), (other, one))}
    assert any(link in page for link in links)


def test_the_shell_lists_merges_and_undoes(
    officer: Person, pair: tuple[Company, Company], capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    from contextlib import nullcontext

    from xinya.cli import zones_merge

    monkeypatch.setattr(zones_merge, "open_house", nullcontext)
    whose = ["--zone", "harbour", "--as", officer.username, "--language", "en"]
    assert main(["zones", "duplicates", *whose]) == 1
    assert SHORT in capsys.readouterr().out
    assert main(["zones", "merge", SHORT, code_of(1), *whose, "--reason", "同一家企业"]) == 0
    assert f"under number {pair[0].pk}" in capsys.readouterr().out
    row = CompanyMerge.objects.get()
    assert main(["zones", "merges", *whose]) == 0
    assert f"{SHORT} → {FULL}" in capsys.readouterr().out
    assert main(["zones", "unmerge", str(row.pk), *whose, "--reason", "是两家", "--json"]) == 0
    assert json.loads(capsys.readouterr().out)["state"] == "undone"
    assert main(["zones", "apart", SHORT, FULL, *whose, "--reason", "法人不同"]) == 0
    capsys.readouterr()
    assert main(["zones", "duplicates", *whose]) == 0
    reader = someone("reader", "zone_reader", password=None)
    assert main(["zones", "duplicates", "--zone", "harbour", "--as", reader.username]) == 2
    assert "not-allowed" in capsys.readouterr().err
