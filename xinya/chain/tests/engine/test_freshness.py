"""Segments as old as their youngest placement; what alone holds up a gap, against taking it away and diagnosing anew."""

import datetime
from dataclasses import replace

from hypothesis import given
from hypothesis import strategies as st

from xinya.chain.engine.freshness import Known, Share, confirmed_shares, lone_supports, segment_ages
from xinya.chain.engine.placement import AUTOMATIC
from xinya.chain.engine.report import Company, Placed, report
from xinya.chain.engine.verdicts import GAPS
from xinya.chain.files import shipped_atlas
from xinya.zones.engine.freshness import aged

ATLAS = shipped_atlas(["aero-structures"])
CODES = sorted(ATLAS.segments)
DAY = datetime.date(2026, 1, 15)


def known(company: str, segment: str, days: int, confirmed: int | None = None) -> Known:
    age = aged("placement", since=DAY - datetime.timedelta(days=days), on=DAY)
    return Known(company, segment, "", age, None if confirmed is None else DAY - datetime.timedelta(days=confirmed))


placements = st.lists(st.builds(known, st.just("甲"), st.sampled_from(CODES), st.integers(0, 3000)), max_size=12)


@given(placements)
def test_a_segment_is_as_old_as_its_youngest_placement(rows: list[Known]) -> None:
    ages = segment_ages(ATLAS, rows)
    for code, age in ages.items():
        on_it = [one.age.days for one in rows if code in ATLAS.lines[one.segment]]
        assert age.days == min(on_it)
    assert set(ages) == {code for one in rows for code in ATLAS.lines[one.segment]}


def test_the_share_counts_what_people_confirmed_within_a_year() -> None:
    rows = [known("甲", CODES[0], 9), known("乙", CODES[0], 9, 365), known("丙", CODES[1], 9, 366), known("丁", CODES[1], 9, -1)]
    assert confirmed_shares(ATLAS, rows, DAY) == {"aero-structures": Share(1, 4)}
    assert Share(0, 0).value is None


@st.composite
def zones(draw: st.DrawFn) -> list[Company]:
    companies = []
    for n in range(draw(st.integers(1, 5))):
        codes = draw(st.lists(st.sampled_from(CODES), min_size=1, max_size=3, unique=True))
        name = f"企业{n}"
        companies.append(Company(name, placements=tuple(Placed(name, c, AUTOMATIC, 0.9, "name", c) for c in codes)))
    return companies


@given(zones())
def test_without_what_alone_holds_up_a_gap_nobody_would_need_it(companies: list[Company]) -> None:
    made = report(ATLAS, companies, as_of=DAY)
    lone = lone_supports(made)
    for name, segment, text in lone:
        left = [
            replace(c, placements=tuple(p for p in c.placements if (p.company, p.segment, p.text) != (name, segment, text)))
            for c in companies
        ]
        after = report(ATLAS, left, as_of=DAY).diagnosis.findings
        gaps = [f for f in made.diagnosis.verdicts if f.kind in GAPS and [n.resident for n in f.buyers] == [name]]
        assert any(not after[f.segment].buyers for f in gaps)
