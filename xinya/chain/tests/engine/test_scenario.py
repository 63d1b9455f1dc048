"""What if: a scenario is diagnosed by the zone's own rules, and the zone itself is not touched."""

import datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from xinya.chain.engine.placement import CONFIRMED
from xinya.chain.engine.report import PLANNED, Company, Placed, Report, report
from xinya.chain.engine.scenario import IMAGINED, Steps, measured, play
from xinya.chain.files import shipped_atlas

ATLAS = shipped_atlas(["aero-structures"])
CODES = sorted(ATLAS.segments)
DAY = datetime.date(2026, 1, 15)


def company(name: str, *codes: str, **said: object) -> Company:
    return Company(name, placements=tuple(Placed(name, c, CONFIRMED, 0.99, "confirmed", "") for c in codes), **said)  # type: ignore[arg-type]


def zone(*companies: Company, outside: list[Company] | None = None) -> Report:
    return report(ATLAS, companies, as_of=DAY, outside=outside)


drawn = st.lists(st.lists(st.sampled_from(CODES), min_size=1, max_size=3, unique=True), min_size=3, max_size=8).map(
    lambda made: [company(f"企业{n}", *codes) for n, codes in enumerate(made)]
)


@given(drawn)
def test_no_step_changes_nothing(companies: list[Company]) -> None:
    base = zone(*companies)
    outcome = play(base, Steps())
    assert (outcome.closed, outcome.opened, outcome.turned, outcome.eased) == ((), (), (), 0)
    assert outcome.measures == measured(base)


@given(drawn, st.lists(st.sampled_from(CODES), min_size=1, max_size=4, unique=True))
def test_a_scenario_is_the_diagnosis_of_the_zone_with_that_company(companies: list[Company], codes: list[str]) -> None:
    base = zone(*companies)
    outcome = play(base, Steps(makes=tuple(codes)))
    with_it = zone(*companies, company(IMAGINED, *codes))
    assert outcome.report.diagnosis.verdicts == with_it.diagnosis.verdicts
    assert outcome.measures == measured(with_it)
    assert base.diagnosis.verdicts == zone(*companies).diagnosis.verdicts, "the zone itself was touched"


@given(drawn, st.lists(st.sampled_from(CODES), min_size=1, max_size=3, unique=True))
def test_what_is_made_is_no_gap_and_what_closes_was_one(companies: list[Company], codes: list[str]) -> None:
    base = zone(*companies)
    outcome = play(base, Steps(makes=tuple(codes)))
    gaps_before = {f.segment for f in base.diagnosis.verdicts if f.kind in ("missing", "dependent")}
    gaps_after = {f.segment for f in outcome.report.diagnosis.verdicts if f.kind in ("missing", "dependent")}
    assert not gaps_after & {above for code in codes for above in ATLAS.lines[code]}
    assert set(outcome.closed) == gaps_before - gaps_after
    assert set(outcome.opened) == gaps_after - gaps_before
    assert outcome.eased == pytest.approx(sum(base.diagnosis.findings[c].demand for c in outcome.closed))


@given(drawn, st.integers(0, 7))
def test_who_comes_and_leaves_again_leaves_the_zone_as_it_was(companies: list[Company], number: int) -> None:
    guest = company("区外企业", CODES[number])
    base = zone(*companies, outside=[guest])
    there = play(base, Steps(comes=("区外企业",)), outside=[guest])
    back = play(there.report, Steps(leaves=("区外企业",)), outside=[guest])
    assert back.measures == measured(base)


def test_a_maker_that_settles_is_no_maker_outside_any_more() -> None:
    product = ATLAS.chain("aero-structures").product or CODES[0]
    users = [company(f"整机厂{n}", product) for n in range(3)]
    outside = [company("区外企业", "composite-part")]
    base = zone(*users, outside=outside)
    assert base.diagnosis.findings["composite-part"].kind == "dependent"
    outcome = play(base, Steps(comes=("区外企业",)), outside=outside)
    finding = outcome.report.diagnosis.findings["composite-part"]
    assert finding.makers == ("区外企业",)
    assert not finding.outside_makers
    assert "composite-part" in outcome.closed
    assert outcome.eased >= base.diagnosis.findings["composite-part"].demand


def test_a_planned_company_that_comes_produces_in_the_scenario() -> None:
    guest = company("在建企业", "composite-part", state=PLANNED)
    base = zone(company("甲", CODES[0]), outside=[guest])
    assert play(base, Steps(comes=("在建企业",)), outside=[guest]).measures.companies == 2


def test_a_segment_that_a_person_called_no_gap_is_counted_in_neither() -> None:
    product = ATLAS.chain("aero-structures").product or CODES[0]
    base = zone(*[company(f"整机厂{n}", product) for n in range(3)])
    gap = next(f.segment for f in base.diagnosis.verdicts if f.kind == "missing")
    outcome = play(base, Steps(makes=(gap,)), without={gap})
    assert gap not in outcome.closed
    assert measured(base, {gap}).gaps == measured(base).gaps - 1


@pytest.mark.parametrize("steps", [Steps(makes=("nowhere",)), Steps(comes=("无此企业",)), Steps(leaves=("无此企业",))])
def test_what_is_not_there_is_refused(steps: Steps) -> None:
    with pytest.raises(ValueError, match=r"nowhere|无此企业"):
        play(zone(company("甲", CODES[0])), steps, outside=[])
