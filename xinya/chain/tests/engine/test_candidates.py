"""Who could fill a gap: reasons that hold, an order that can be explained, and an officer's word that is used."""

import datetime
import random

import pytest
from hypothesis import given
from hypothesis import strategies as st

from xinya.chain.engine.candidate_words import SENTENCES, reason_words
from xinya.chain.engine.candidates import (
    ALSO_FILLS,
    CAN_MAKE,
    CONFIRMED_MAKER,
    INPUTS_HERE,
    NEEDS_ELSEWHERE,
    SAID_NO,
    SAID_YES,
    SAME_GROUP,
    SERVES_ANCHOR,
    Reason,
    candidates,
)
from xinya.chain.engine.placement import CONFIRMED
from xinya.chain.engine.report import Company, Placed, Report, report
from xinya.chain.files import shipped_atlas

ATLAS = shipped_atlas(["aero-structures"])
CODES = sorted(ATLAS.segments)
GAP = "composite-part"
PRODUCT = ATLAS.chain("aero-structures").product or CODES[0]
DAY = datetime.date(2026, 1, 15)


def company(name: str, *codes: str, **said: object) -> Company:
    placements = tuple(Placed(name, c, CONFIRMED, 0.99, "name", ATLAS.segments[c].name_zh) for c in codes)
    return Company(name, tuple(p.text for p in placements), placements, **said)  # type: ignore[arg-type]


def zone(*more: Company) -> Report:
    users = [company(f"整机厂{n}", PRODUCT, is_anchor=n == 0) for n in range(3)]
    return report(ATLAS, [*users, *more], as_of=DAY)


drawn = st.lists(st.lists(st.sampled_from(CODES), max_size=3, unique=True), min_size=1, max_size=6).map(
    lambda made: [company(f"外企{n}", GAP, *(c for c in codes if c != GAP)) for n, codes in enumerate(made)]
)


@given(drawn)
def test_every_maker_outside_stands_once_with_a_reason_and_the_order_of_the_list_is_nothing(outside: list[Company]) -> None:
    made = zone()
    found = candidates(made, GAP, outside)
    assert sorted(c.company for c in found) == sorted(c.name for c in outside)
    assert all(c.pro for c in found)
    mixed = list(outside)
    random.Random(0).shuffle(mixed)
    assert candidates(made, GAP, mixed) == found


@given(drawn, st.data())
def test_whom_an_officer_calls_suitable_stands_first_and_whom_they_turn_down_last(
    outside: list[Company], data: st.DataObject
) -> None:
    words = {c.name: data.draw(st.booleans()) for c in outside if data.draw(st.booleans())}
    found = candidates(zone(), GAP, outside, words=words)
    assert [c.word for c in found] == sorted((c.word for c in found), key=lambda w: {True: 0, None: 1, False: 2}[w])
    for c in found:
        said = {True: c.pro[0].code == SAID_YES, False: c.con[0].code == SAID_NO if c.con else False, None: True}[c.word]
        assert said


@given(drawn)
def test_what_a_maker_covers_are_gaps_that_it_makes(outside: list[Company]) -> None:
    made = zone()
    gaps = {f.segment: f.demand for f in made.diagnosis.verdicts if f.kind in ("missing", "dependent")}
    for c in candidates(made, GAP, outside):
        makes = {above for p in next(o for o in outside if o.name == c.company).placements for above in ATLAS.lines[p.segment]}
        assert set(c.covers) == set(gaps) & makes
        assert c.served == pytest.approx(sum(gaps[code] for code in c.covers))


def test_who_does_not_make_it_is_no_candidate() -> None:
    assert candidates(zone(), GAP, [company("外企", next(c for c in CODES if GAP not in ATLAS.lines[c]))]) == []


def test_an_anchor_that_waits_and_a_group_that_is_here_speak_for_a_maker() -> None:
    made = zone(company("本地关联厂", "ndt", group="某集团"))
    (one,) = candidates(made, GAP, [company("外企", GAP, group="某集团")])
    reasons = {r.code: r.names for r in one.pro}
    assert reasons[SERVES_ANCHOR] == ("整机厂0",)
    assert reasons[SAME_GROUP] == ("本地关联厂",)
    assert "ndt" in reasons[INPUTS_HERE]
    assert "ndt" not in next(r.names for r in one.con if r.code == NEEDS_ELSEWHERE)


def test_a_maker_that_a_person_confirmed_and_one_of_another_chain_have_their_reasons_too() -> None:
    """A product of a chain that the zone does not look at says nothing here, and breaks nothing."""
    confirmed = Company("经确认", (), (Placed("经确认", GAP, CONFIRMED, 0.99, "confirmed", ""),))
    foreign = Company(
        "两链",
        ("锂辉石",),
        (Placed("两链", GAP, CONFIRMED, 0.99, "name", "复材"), Placed("两链", "lb-spodumene", CONFIRMED, 0.9, "name", "锂辉石")),
    )
    found = {c.company: c for c in candidates(zone(), GAP, [confirmed, foreign])}
    assert CONFIRMED_MAKER in {r.code for r in found["经确认"].pro}
    assert next(r.names for r in found["两链"].pro if r.code == CAN_MAKE) == ("复材",)


def test_where_it_is_made_here_already_no_anchor_waits() -> None:
    made = zone(*[company(f"本地{n}", GAP) for n in range(3)])
    (one,) = candidates(made, GAP, [company("外企", GAP)])
    assert SERVES_ANCHOR not in {r.code for r in one.pro}


def test_of_two_makers_the_one_that_serves_more_demand_stands_first() -> None:
    made = zone()
    other = next(f.segment for f in made.diagnosis.verdicts if f.kind == "missing" and f.segment != GAP and f.demand >= 1)
    found = candidates(made, GAP, [company("甲一", GAP), company("乙二", GAP, other)])
    assert [c.company for c in found] == ["乙二", "甲一"]
    assert next(r for r in found[0].pro if r.code == ALSO_FILLS).names[0] == other


def test_a_segment_that_a_person_called_no_gap_counts_for_nobody() -> None:
    made = zone()
    (one,) = candidates(made, GAP, [company("外企", GAP)], without={GAP})
    assert (one.served, one.covers) == (0, ())


@pytest.mark.parametrize("code", sorted(SENTENCES))
@pytest.mark.parametrize("language", ["zh", "en"])
def test_every_reason_has_a_sentence_in_both_languages(code: str, language: str) -> None:
    names = ("ndt", "bearing", "ti-forging", "composite-part", "aero-fastener")
    words = reason_words(Reason(code, names, 7), language, segment=lambda c: ATLAS.segments[c].name(language))
    assert words
    assert "{" not in words
    assert (language == "zh") == any("一" <= c <= "鿿" for c in words)
