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
def test_a_scenario_is_the_diagnosis_of_the_zone_with_those_companies(companies: list[Company], codes: list[str]) -> None:
    base = zone(*companies)
    outcome = play(base, Steps(makes=tuple(codes)))
    with_it = zone(*companies, *(company(f"{IMAGINED} {n}", code) for n, code in enumerate(codes, start=1)))
    assert outcome.report.diagnosis.verdicts == with_it.diagnosis.verdicts
    assert outcome.measures == measured(with_it)
    assert base.diagnosis.verdicts == zone(*companies).diagnosis.verdicts, "the zone itself was touched"


def gaps(made: Report) -> set[str]:
    return {f.segment for f in made.diagnosis.verdicts if f.kind in ("missing", "dependent")}


@given(drawn, st.lists(st.sampled_from(CODES), max_size=3, unique=True), st.integers(0, 2))
def test_what_closes_is_made_here_then_and_what_opens_was_no_gap(companies: list[Company], codes: list[str], leavers: int) -> None:
    base = zone(*companies)
    outcome = play(base, Steps(makes=tuple(codes), leaves=tuple(c.name for c in companies[:leavers])))
    after = outcome.report.diagnosis.findings
    assert all(after[code].makers and code in gaps(base) for code in outcome.closed)
    assert all(not after[code].makers and code in gaps(base) - gaps(outcome.report) for code in outcome.gone)
    assert all(code in gaps(outcome.report) - gaps(base) for code in outcome.opened)
    assert outcome.eased == pytest.approx(sum(base.diagnosis.findings[c].demand for c in outcome.closed))
    if not outcome.learnt and not outcome.forgotten:
        assert {*outcome.closed, *outcome.gone} == gaps(base) - gaps(outcome.report)
        assert set(outcome.opened) == gaps(outcome.report) - gaps(base)


@given(drawn, st.integers(1, 3))
def test_who_only_leaves_closes_nothing(companies: list[Company], leavers: int) -> None:
    outcome = play(zone(*companies), Steps(leaves=tuple(c.name for c in companies[:leavers])))
    assert outcome.closed == ()
    assert outcome.eased == 0


def test_a_chain_of_which_too_little_is_known_then_says_so_and_closes_nothing() -> None:
    product = ATLAS.chain("aero-structures").product or CODES[0]
    base = zone(*[company(f"整机厂{n}", product) for n in range(3)])
    outcome = play(base, Steps(leaves=("整机厂0",)))
    assert outcome.forgotten == ("aero-structures",)
    assert (outcome.closed, outcome.gone, outcome.opened, outcome.turned) == ((), (), (), ())
    assert play(outcome.report, Steps(makes=(product,))).learnt == ("aero-structures",)


def test_two_segments_that_are_newly_made_are_made_by_two_companies() -> None:
    base = zone(company("甲", CODES[0]))
    assert play(base, Steps(makes=(CODES[1], CODES[2]))).measures.companies == 3


def test_a_maker_outside_whose_works_here_are_being_built_produces_and_one_that_produces_here_cannot_come() -> None:
    guest = company("两地企业", "composite-part")
    building = zone(company("甲", CODES[0]), company("两地企业", "composite-part", state=PLANNED), outside=[guest])
    assert play(building, Steps(comes=("两地企业",)), outside=[guest]).measures.companies == 2
    producing = zone(company("甲", CODES[0]), guest, outside=[guest])
    with pytest.raises(ValueError, match="twice"):
        play(producing, Steps(comes=("两地企业",)), outside=[guest])


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
