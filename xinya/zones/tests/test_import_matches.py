"""The same company or another: for how long a person's word holds, and what a typed value means."""

from typing import Any

import pytest

from xinya.zones.actions import Decision, abandon_import, answer_import, commit_import, undo_import
from xinya.zones.models import Company, CompanyIdent, CompanyName, Fact, ImportBatch, Person, Source, Zone
from xinya.zones.queries.import_export import companies_as_listed
from xinya.zones.tests.imports import checked, code_of, codes, grid_of, held, outcomes
from xinya.zones.tests.imports import company as row_of
from xinya.zones.tests.people import refused, someone
from xinya.zones.tests.uploads import committed, few, mapped, table

pytestmark = pytest.mark.django_db
HELD, LIKE, LIKE_TOO = "岚洲启曜精密机械有限公司", "岚洲启耀精密机械有限公司", "岚洲启躍精密机械有限公司"


@pytest.fixture
def officer(zone: Zone) -> Person:
    return someone("officer", "chain_officer", zone=zone, password=None)


@pytest.fixture
def known(zone: Zone) -> Company:
    return Company.objects.create(zone=zone, name=HELD, name_key=HELD)


def like(*names: str, **cells: Any) -> bytes:
    return table(*(row_of(1, name=name, code=None, **cells) for name in names))


def say(officer: Person, batch: ImportBatch, *decisions: Decision) -> ImportBatch:
    return answer_import(officer, batch_id=batch.pk, decisions=decisions)


def put_in(officer: Person, batch: ImportBatch) -> ImportBatch:
    return commit_import(officer, batch_id=batch.pk, key=batch.key)


def waits(officer: Person, zone: Zone, content: bytes) -> bool:
    """Whether another list with these rows is asked about."""
    return bool(mapped(officer, zone, "later.tsv", content, reason="再来一次").counts["waiting"])


@pytest.mark.parametrize("verb", ["different", "same", "reset"])
def test_nothing_is_decided_of_a_row_that_is_in_the_register(zone: Zone, officer: Person, known: Company, verb: str) -> None:
    batch = mapped(officer, zone, "a.tsv", like(LIKE))
    batch = put_in(officer, say(officer, batch, Decision("same", row=2, company=known.pk)))
    with refused("decision-wrong"):
        say(officer, batch, Decision(verb, row=2, company=known.pk if verb == "same" else 0))
    assert batch.decisions.get().state == "confirmed"


def test_another_company_in_a_list_thrown_away_makes_none_in_the_next(zone: Zone, officer: Person, known: Company) -> None:
    batch = say(officer, mapped(officer, zone, "a.tsv", like(LIKE)), Decision("different", row=2))
    assert batch.counts["created"] == 1
    assert waits(officer, zone, like(LIKE)), "nobody has committed it"
    abandon_import(officer, batch_id=batch.pk)
    assert waits(officer, zone, like(LIKE))


def test_another_company_in_a_list_that_was_undone_makes_none_in_the_next(zone: Zone, officer: Person, known: Company) -> None:
    batch = put_in(officer, say(officer, mapped(officer, zone, "a.tsv", like(LIKE)), Decision("different", row=2)))
    assert zone.companies.count() == 2
    assert not waits(officer, zone, like(LIKE, revenue=5))
    undo_import(officer, batch_id=batch.pk, reason="判断有误")
    assert waits(officer, zone, like(LIKE))


def test_what_a_company_says_of_itself_makes_none_in_the_officers_list(zone: Zone, officer: Person, known: Company) -> None:
    speaker = someone("speaker", "company_user", company=known, password=None)
    own = mapped(speaker, zone, "own.tsv", like(LIKE, HELD), company=known)
    put_in(speaker, say(speaker, own, Decision("different", row=2)))
    assert waits(officer, zone, like(LIKE))


def test_a_pair_that_was_called_two_companies_in_the_register_is_not_asked_again(
    zone: Zone, officer: Person, known: Company
) -> None:
    put_in(officer, say(officer, mapped(officer, zone, "a.tsv", like(LIKE)), Decision("different", row=2)))
    Company.objects.filter(name=LIKE).update(name="岚洲别名机械有限公司", name_key="岚洲别名机械有限公司")
    assert mapped(officer, zone, "b.tsv", like(LIKE, revenue=5)).counts["created"] == 1


def test_a_like_name_that_was_called_the_same_is_not_asked_again(zone: Zone, officer: Person, known: Company) -> None:
    batch = put_in(officer, say(officer, mapped(officer, zone, "a.tsv", like(LIKE)), Decision("same", row=2, company=known.pk)))
    assert CompanyName.objects.get().kind == "alias"
    again = mapped(officer, zone, "b.tsv", like(LIKE, revenue=5))
    assert (again.counts["changed"], again.counts["waiting"], again.rows.get().company_id) == (1, 0, known.pk)
    assert companies_as_listed(zone, officer).rows[0][2] is None, "it never bore that name"
    undo_import(officer, batch_id=batch.pk, reason="判断有误")
    assert waits(officer, zone, like(LIKE))


def test_a_like_name_with_nothing_new_is_kept_as_well(zone: Zone, officer: Person, known: Company) -> None:
    committed(officer, zone, "a.tsv", like(HELD))
    batch = say(officer, mapped(officer, zone, "b.tsv", like(LIKE)), Decision("same", row=2, company=known.pk))
    assert batch.counts["same"] == 1
    put_in(officer, batch)
    assert not waits(officer, zone, like(LIKE))


def test_two_rows_that_a_person_calls_one_company_are_not_both_written(zone: Zone, officer: Person, known: Company) -> None:
    content = table(*(row_of(1, name=n, code=None, revenue=r) for n, r in ((LIKE, 100), (LIKE_TOO, 200))))
    batch = mapped(officer, zone, "a.tsv", content)
    batch = say(officer, batch, Decision("same", row=2, company=known.pk), Decision("same", row=3, company=known.pk))
    assert (batch.counts["waiting"], set(batch.findings.filter(level="ask").values_list("code", flat=True))) == (
        2,
        {"DUP_CONFLICT"},
    )
    batch = say(officer, batch, Decision("leave_out", row=3))
    put_in(officer, batch)
    assert Fact.objects.get(kind="revenue").number == 100_000_000


def test_a_row_that_a_person_calls_the_company_of_another_rows_code_waits(zone: Zone, officer: Person) -> None:
    committed(officer, zone, "a.tsv", few(1, name=HELD))
    content = table(row_of(1, name=HELD, revenue=100), row_of(1, name=LIKE, code=None, revenue=200))
    batch = mapped(officer, zone, "b.tsv", content)
    batch = say(officer, batch, Decision("same", row=3, company=zone.companies.get().pk))
    assert [row.outcome for row in batch.rows.all()] == ["changed", "waiting"]


def test_what_was_said_of_a_row_is_taken_back_on_the_page(client_of: Any, zone: Zone, officer: Person, known: Company) -> None:
    content = table(*(row_of(1, name=n, code=None, revenue=r) for n, r in ((LIKE, 100), (LIKE_TOO, 200))))
    batch = mapped(officer, zone, "a.tsv", content)
    say(officer, batch, Decision("same", row=2, company=known.pk), Decision("same", row=3, company=known.pk))
    client = client_of("chain_officer")
    page = client.get(f"/en/zones/harbour/imports/{batch.pk}/?step=decisions").content.decode()
    assert 'value="reset:3"' in page
    assert client.post(f"/en/zones/harbour/imports/{batch.pk}/decide/", {"decision": "reset:3"}).status_code == 302
    page = client.get(f"/en/zones/harbour/imports/{batch.pk}/?step=decisions").content.decode()
    assert 'value="different:3"' in page


def test_of_two_rows_that_contradict_each_other_the_one_that_is_not_left_out_counts() -> None:
    from xinya.zones.engine.imports.desk import Answers

    rows = [row_of(3), row_of(3, revenue=9)]
    assert codes(checked(grid_of(*rows)), 2) == ["DUP_CONFLICT"]
    left = checked(grid_of(*rows), answers=Answers(leave_out=frozenset({3})))
    assert outcomes(left) == {2: "created", 3: "left_out"}
    by_name = [row_of(1, code="", revenue=8), row_of(1, code="", name=f" {row_of(1)[0]}", revenue=9)]
    left = checked(grid_of(*by_name), register=[held(1, code=False)], answers=Answers(leave_out=frozenset({2})))
    assert outcomes(left) == {2: "left_out", 3: "changed"}


def typed(officer: Person, zone: Zone, value: str, *, field: str = "revenue_2024", **cells: object) -> ImportBatch:
    batch = mapped(officer, zone, f"{value}.tsv", few(1, **cells))
    return put_in(officer, say(officer, batch, Decision("value", row=2, field=field, value=value)))


def test_a_range_that_is_typed_is_kept_as_a_range(zone: Zone, officer: Person) -> None:
    typed(officer, zone, "100-200万元", revenue=-5)
    fact = Fact.objects.get(kind="revenue")
    assert (fact.number, fact.bound, fact.lower, fact.upper) == (None, "range", 100_000_000, 200_000_000)


def test_a_figure_that_is_typed_as_about_stays_about(zone: Zone, officer: Person) -> None:
    typed(officer, zone, "约500", revenue=-5)
    fact = Fact.objects.get(kind="revenue")
    assert (fact.number, fact.bound) == (500_000_000, "about")


def test_a_figure_that_is_typed_keeps_the_worth_of_its_last_digit(zone: Zone, officer: Person) -> None:
    typed(officer, zone, "1.2亿元", revenue=-5)
    assert Fact.objects.get(kind="revenue").width == 10**9  # a tenth of a hundred million yuan, in fen


def test_a_month_that_is_typed_does_not_replace_the_day_that_is_held(zone: Zone, officer: Person) -> None:
    committed(officer, zone, "a.tsv", few(1))
    typed(officer, zone, "2015年3月", field="founded", founded="2015-02-30", revenue=7)
    assert Fact.objects.get(kind="founded", withdrawn_at=None).text == "2015-03-04"
    assert Fact.objects.get(kind="revenue", withdrawn_at=None).number == 7_000_000


def test_a_list_of_products_that_is_typed_is_a_list(zone: Zone, officer: Person) -> None:
    long = "很长" * 200
    batch = mapped(officer, zone, "a.tsv", few(1, products=long))
    assert batch.counts["waiting"] == 1
    put_in(officer, say(officer, batch, Decision("value", row=2, field="products", value="齿轮；轴承")))
    assert sorted(Fact.objects.filter(kind="product").values_list("text", flat=True)) == ["轴承", "齿轮"]


def test_a_name_whose_place_stands_elsewhere_is_asked_about(zone: Zone, officer: Person) -> None:
    name = "沈阳岚洲启曜机械有限公司"
    Company.objects.create(zone=zone, name=name, name_key=name)
    batch = mapped(officer, zone, "a.tsv", like("岚洲启曜机械（沈阳）有限公司"))
    assert batch.counts["waiting"] == 1
    assert batch.decisions.get().candidate == name


def test_a_name_under_which_lists_tell_a_company_hides_no_new_registered_name(zone: Zone, officer: Person) -> None:
    heads: list[object] = ["企业名称", "统一社会信用代码", "主要产品"]
    committed(officer, zone, "a.tsv", table([HELD, code_of(1), "齿轮"], heads=heads))
    company = zone.companies.get()
    batch = mapped(officer, zone, "b.tsv", table([LIKE, "", "齿轮"], heads=heads))
    put_in(officer, say(officer, batch, Decision("same", row=2, company=company.pk)))
    register = mapped(officer, zone, "r.tsv", table([LIKE, code_of(1), "齿轮"], heads=heads))
    assert list(register.findings.filter(level="ask").values_list("code", flat=True)) == ["RENAME"]
    put_in(officer, say(officer, register, Decision("take", reason="RENAME")))
    company.refresh_from_db()
    assert company.name == LIKE
    assert not waits(officer, zone, table([LIKE, "", "轴承"], heads=heads)), "without a code it is found by it still"


NUMBER = "210132000012345"


@pytest.fixture
def numbered(zone: Zone, known: Company) -> Company:
    source = Source.objects.create(kind="register", title="登记档案")
    CompanyIdent.objects.create(company=known, zone=zone, scheme="reg15", value=NUMBER, source=source)
    return known


def with_number(name: str, code: str = NUMBER, products: str = "芯片") -> bytes:
    return table([name, code, products], heads=["企业名称", "统一社会信用代码", "主要产品"])


def test_an_older_number_under_a_name_that_is_not_alike_is_a_question(zone: Zone, officer: Person, numbered: Company) -> None:
    batch = mapped(officer, zone, "a.tsv", with_number("大港电子股份有限公司"))
    (asked,) = batch.findings.filter(level="ask")
    assert (asked.code, batch.counts["waiting"], batch.decisions.get().company) == ("NAME_NEAR", 1, numbered)
    assert NUMBER in str(asked.told)
    batch = put_in(officer, say(officer, batch, Decision("different", row=2)))
    made = zone.companies.get(name="大港电子股份有限公司")
    again = mapped(officer, zone, "b.tsv", with_number("大港电子股份有限公司", products="芯片；模组"))
    assert (again.counts["waiting"], again.rows.get().company) == (0, made), "told apart once, found by its own name since"


def test_an_older_number_under_the_same_or_a_like_name_decides(zone: Zone, officer: Person, numbered: Company) -> None:
    for name in (HELD, LIKE):
        row = mapped(officer, zone, "a.tsv", with_number(name)).rows.get()
        assert (row.matched_by, row.company) == ("ident", numbered)


def test_a_company_of_the_name_is_offered_beside_the_one_of_the_number(zone: Zone, officer: Person, numbered: Company) -> None:
    other = Company.objects.create(zone=zone, name="大港电子股份有限公司", name_key="大港电子股份有限公司", uscc=code_of(8))
    batch = mapped(officer, zone, "a.tsv", with_number(other.name))
    assert {pair.company for pair in batch.decisions.all()} == {numbered, other}
    batch = put_in(officer, say(officer, batch, Decision("same", row=2, company=other.pk)))
    assert (batch.rows.get().company, zone.companies.count()) == (other, 2)


def test_a_pair_told_apart_is_asked_again_when_the_company_has_a_new_name_or_number(
    zone: Zone, officer: Person, known: Company
) -> None:
    put_in(officer, say(officer, mapped(officer, zone, "a.tsv", like(LIKE)), Decision("different", row=2)))
    Company.objects.filter(name=LIKE).update(name="岚洲别名机械有限公司", name_key="岚洲别名机械有限公司")
    assert not waits(officer, zone, like(LIKE, revenue=5))
    source = Source.objects.create(kind="register", title="登记档案")
    number = CompanyIdent.objects.create(company=known, zone=zone, scheme="reg15", value=NUMBER, source=source)
    assert waits(officer, zone, like(LIKE, revenue=5))
    number.delete()
    assert not waits(officer, zone, like(LIKE, revenue=5))
    Company.objects.filter(pk=known.pk).update(uscc=code_of(9))
    assert waits(officer, zone, like(LIKE, revenue=5))


def test_a_pair_told_apart_is_asked_again_when_the_row_says_another_name_or_number(
    zone: Zone, officer: Person, known: Company
) -> None:
    put_in(officer, say(officer, mapped(officer, zone, "a.tsv", like(LIKE)), Decision("different", row=2)))
    Company.objects.filter(name=LIKE).update(name="岚洲别名机械有限公司", name_key="岚洲别名机械有限公司")
    assert not waits(officer, zone, with_number(LIKE, code=""))
    assert waits(officer, zone, with_number(LIKE))
    heads: list[object] = ["企业名称", "曾用名", "主要产品"]
    assert waits(officer, zone, table([LIKE, "岚洲从前机械厂", "芯片"], heads=heads))
