"""A zone's report: what counts, what is shown, what is listed beside the verdicts."""

import datetime

import pytest

from xinya.chain.engine import Limits
from xinya.chain.engine.placement import AUTOMATIC, CONFIRMED, OBJECTED, PENDING, REJECTED, Lexicon
from xinya.chain.engine.report import BUILDING, PLANNED, PRODUCING, Company, Placed, Report, place_products, report

from .worlds import small_atlas

DAY = datetime.date(2026, 11, 24)
ATLAS = small_atlas([("S", "P", True), ("P", "C", True)], broader={"N": "P"})


def company(name: str, segment: str, *, placed: str = CONFIRMED, state: str = PRODUCING) -> Company:
    return Company(name, (), (Placed(name, segment, placed, 0.9, "name", "text"),), state=state)


BUYERS = [company(n, "S") for n in "abc"]


def drawn(*more: Company, outside: list[Company] | None = None) -> Report:
    return report(ATLAS, [*BUYERS, *more], as_of=DAY, outside=outside)


@pytest.mark.parametrize("state", [PLANNED, BUILDING])
def test_a_company_on_the_way_counts_nowhere_and_is_shown_at_what_it_will_make(state: str) -> None:
    coming = company("d", "N", state=state)
    before, after = drawn(), drawn(coming)
    assert after.diagnosis.findings == before.diagnosis.findings
    assert after.diagnosis.chains == before.diagnosis.chains
    assert after.building == {"N": (coming,), "P": (coming,)}
    assert [p.company for p in after.placements] == ["a", "b", "c", "d"]
    assert "d" not in after.diagnosis.residents


def test_the_gap_closes_on_the_day_its_maker_produces() -> None:
    assert drawn(company("d", "P", state=BUILDING)).diagnosis.findings["P"].kind == "missing"
    landed = drawn(company("d", "P"))
    assert landed.diagnosis.findings["P"].kind == "thin"
    assert landed.building == {}


@pytest.mark.parametrize(
    ("placed", "kind"),
    [(AUTOMATIC, "thin"), (CONFIRMED, "thin"), (PENDING, "missing"), (REJECTED, "missing"), (OBJECTED, "missing")],
)
def test_only_automatic_and_confirmed_placements_make_a_maker(placed: str, kind: str) -> None:
    found = drawn(company("d", "P", placed=placed))
    assert found.diagnosis.findings["P"].kind == kind
    assert ("d", placed) in {(p.company, p.state) for p in found.placements}, "whatever its state, it is shown"


def test_a_pending_placement_does_not_make_a_chain_known() -> None:
    unsure = [company(n, "S", placed=PENDING) for n in "ab"]
    assert report(ATLAS, [company("c", "S"), *unsure], as_of=DAY).diagnosis.verdicts == ()


def test_product_texts_that_found_no_segment_are_listed_by_company() -> None:
    lexicon = Lexicon(ATLAS, [("航空", "neutral")])
    texts = ("航空环节S", "月饼", "环节S", "")
    one = Company("a", texts, place_products(lexicon, "a", texts))
    found = report(ATLAS, [one], as_of=DAY)
    assert [(p.segment, p.rule, p.text) for p in found.placements] == [
        ("S", "head", "航空环节S"),
        ("S", "name", "环节S"),
    ]
    assert found.unplaced == (("a", "月饼"), ("a", ""))


def test_the_same_text_unplaced_at_one_company_is_not_hidden_by_another() -> None:
    placed = Company("a", ("环节S",), (Placed("a", "S", CONFIRMED, 0.99, "confirmed", "环节S"),))
    assert report(ATLAS, [placed, Company("b", ("环节S",))], as_of=DAY).unplaced == (("b", "环节S"),)


def test_a_segment_that_a_person_confirmed_is_placed_without_a_text() -> None:
    lexicon = Lexicon(ATLAS)
    found = place_products(lexicon, "a", ["环节S"], confirmed=["P"])
    assert [(p.segment, p.state, p.rule, p.text) for p in found] == [
        ("P", CONFIRMED, "confirmed", ""), ("S", AUTOMATIC, "name", "环节S"),
    ]  # fmt: skip


def test_companies_outside_are_sources_and_never_residents() -> None:
    found = drawn(outside=[company("o", "N"), company("q", "P", placed=PENDING)])
    assert (found.diagnosis.findings["P"].kind, found.diagnosis.findings["P"].outside) == ("dependent", ("o",))
    assert list(found.diagnosis.residents) == ["a", "b", "c"]
    assert {p.company for p in found.placements} == {"a", "b", "c"}


def test_a_placement_on_a_segment_of_another_chain_is_left_out() -> None:
    found = drawn(company("d", "elsewhere"))
    assert {p.segment for p in found.placements} == {"S"}
    assert found.diagnosis.chains[0].residents == 3


def test_the_report_keeps_its_day_its_companies_and_its_limits() -> None:
    limits = Limits(residents=1)
    found = report(ATLAS, BUYERS, as_of=DAY, limits=limits)
    assert (found.as_of, found.companies, found.diagnosis.limits, found.atlas) == (DAY, tuple(BUYERS), limits, ATLAS)
