"""Companies that ended or moved away, by the register: they count as nothing, and leaving them out says the same."""

import datetime
from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from xinya.chain.engine.candidates import candidates
from xinya.chain.engine.placement import CONFIRMED
from xinya.chain.engine.report import BUILDING, PRODUCING, Company, Placed, report
from xinya.chain.engine.resilience.zone_risk import zone_networks, zone_risks
from xinya.chain.engine.scenario import Steps, play

from .worlds import small_atlas

DAY = datetime.date(2026, 11, 24)
ATLAS = small_atlas([("S", "P", True), ("P", "C", True), ("S", "F", False)], broader={"N": "P"}, product="S")
CODES = sorted(ATLAS.segments)
GONE = ("注销", "吊销，未注销", "已迁出", "清算中")


def company(name: str, *segments: str, **more: object) -> Company:
    return Company(name, (), tuple(Placed(name, code, CONFIRMED, 0.9, "name", "text") for code in segments), **more)  # type: ignore[arg-type]


BUYERS = [company(n, "S") for n in "abc"]


@pytest.mark.parametrize("standing", GONE)
def test_a_deregistered_maker_closes_no_gap(standing: str) -> None:
    assert report(ATLAS, [*BUYERS, company("d", "P")], as_of=DAY).diagnosis.findings["P"].kind == "thin"
    found = report(ATLAS, [*BUYERS, company("d", "P", standing=standing)], as_of=DAY)
    assert found.diagnosis.findings["P"].kind == "missing"
    assert [(c.name, c.standing) for c in found.gone] == [("d", standing)]


@pytest.mark.parametrize("standing", ["停业", "歇业", "迁出中", "经营异常", "存续", ""])
def test_an_uncertain_standing_takes_nobody_out_of_the_count(standing: str) -> None:
    found = report(ATLAS, [*BUYERS, company("d", "P", standing=standing)], as_of=DAY)
    assert (found.diagnosis.findings["P"].kind, found.gone) == ("thin", ())


def test_a_deregistered_company_needs_nothing_and_is_no_anchor_that_waits() -> None:
    anchor = company("z", "S", is_anchor=True, standing="注销")
    found = report(ATLAS, [*BUYERS, anchor], as_of=DAY).diagnosis.findings["P"]
    assert ([n.resident for n in found.buyers], found.score) == (["a", "b", "c"], 3)


def test_a_plant_of_a_deregistered_company_is_not_being_built() -> None:
    assert report(ATLAS, [*BUYERS, company("d", "P", state=BUILDING, standing="吊销")], as_of=DAY).building == {}


def test_a_struck_off_maker_outside_is_no_source_and_one_that_moved_is() -> None:
    def kind(standing: str) -> str:
        outside = [company("o", "P", standing=standing)]
        return report(ATLAS, BUYERS, as_of=DAY, outside=outside).diagnosis.findings["P"].kind

    assert [kind(s) for s in ("", "注销", "已迁出")] == ["dependent", "missing", "dependent"]


def test_a_struck_off_maker_stays_among_the_candidates_with_that_against_it() -> None:
    outside = [company("o", "P", standing="吊销"), company("q", "P")]
    ranked = candidates(report(ATLAS, BUYERS, as_of=DAY, outside=outside), "P", outside)
    against = {c.company: [r.code for r in c.con] for c in ranked}
    assert "abnormal-standing" in against["o"]
    assert "abnormal-standing" not in against["q"]


def test_who_ended_does_not_settle_and_who_ended_here_cannot_leave() -> None:
    base = report(ATLAS, [*BUYERS, company("d", "P", standing="注销")], as_of=DAY)
    with pytest.raises(ValueError, match="gone: o"):
        play(base, Steps(comes=("o",)), outside=[company("o", "P", standing="注销")])
    with pytest.raises(ValueError, match="gone: d"):
        play(base, Steps(leaves=("d",)))
    moved = play(base, Steps(comes=("o",)), outside=[company("o", "P", standing="已迁出")])
    assert moved.closed == ("P",), "who moves here counts here"
    assert [c.name for c in moved.report.gone] == ["d"]


some_companies = st.lists(
    st.builds(
        lambda codes, anchor, scale, revenue, group, state, standing: company(
            "x", *sorted(codes), is_anchor=anchor, is_above_scale=scale, revenue_fen=revenue, group=group, state=state,
            standing=standing,
        ),
        st.sets(st.sampled_from(CODES), max_size=3), st.booleans(), st.sampled_from([None, True, False]),
        st.sampled_from([None, 0, 50]), st.sampled_from([None, "g"]), st.sampled_from([PRODUCING, BUILDING]),
        st.sampled_from(["", "", "存续", "歇业", *GONE]),
    ),
    max_size=9,
)  # fmt: skip


def named(companies: list[Company], letter: str) -> list[Company]:
    """Each by a name of its own, its placements too."""
    return [
        replace(c, name=f"{letter}{n}", placements=tuple(replace(p, company=f"{letter}{n}") for p in c.placements))
        for n, c in enumerate(companies)
    ]


@given(some_companies, some_companies, st.booleans())
def test_a_deregistered_company_changes_nothing_compared_with_leaving_it_out(
    here: list[Company], there: list[Company], is_listed: bool
) -> None:
    here, there = named(here, "r"), named(there, "o")
    with_all = report(ATLAS, here, as_of=DAY, outside=there if is_listed else None)
    left = [c for c in here if c.standing not in GONE]
    left_outside = [c for c in there if c.standing not in GONE or c.standing == "已迁出"]
    without = report(ATLAS, left, as_of=DAY, outside=left_outside if is_listed else None)
    assert with_all.diagnosis.findings == without.diagnosis.findings
    assert with_all.diagnosis.verdicts == without.diagnosis.verdicts
    # NaN is not itself: chains are compared by what they print
    assert repr(with_all.diagnosis.chains) == repr(without.diagnosis.chains)
    assert (with_all.companies, with_all.placements, with_all.building) == (without.companies, without.placements, without.building)
    assert {c.name for c in with_all.gone} == {c.name for c in here} - {c.name for c in left}
    residents = (tuple(r.diagnosis.residents.values()) for r in (with_all, without))
    one, other = (repr(zone_risks(zone_networks(ATLAS, rows))) for rows in residents)
    assert one == other
