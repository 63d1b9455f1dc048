"""The composites gap of Shenyang comes out of the data: change the data, and the paragraph, the demand and the rank change."""

import datetime
from collections.abc import Sequence
from dataclasses import replace
from functools import lru_cache

import pytest

from xinya.chain.engine.paragraph import gap_paragraph
from xinya.chain.engine.placer import Placer
from xinya.chain.engine.report import PRODUCING, Company, Report, place_products, report
from xinya.chain.engine.verdicts import GAPS, VERDICTS
from xinya.chain.files import everyday_list, listed_companies, shipped_atlas, shipped_placer
from xinya.kit.text import plain
from xinya.zones.files import read_companies
from xinya.zones.files.case import SHIPPED, shipped_case

GAP = "composite-part"
ANCHOR, ANCHOR_EN = "中航沈飞民用飞机有限责任公司", "AVIC SAC Commercial Aircraft Company"
COMPOSITES = "沈阳翮铺复合材料有限公司"
INTERVIEW, GROUND_BREAKING = datetime.date(2025, 2, 6), datetime.date(2025, 3, 21)
START = datetime.date(2026, 6, 30)


def placer() -> Placer:
    """What places the zone's texts in the product too."""
    return shipped_placer(shipped_case().zone("shenyang").chains)


@lru_cache(maxsize=1)
def listed() -> tuple[tuple[Company, ...], tuple[Company, ...]]:
    """The sample and the makers outside, as their lists tell of them."""
    atlas = shipped_atlas(shipped_case().zone("shenyang").chains)
    read = [read_companies((SHIPPED / f).read_bytes(), f) for f in ("shenyang.csv", "shenyang_outside.csv")]
    here, outside = (tuple(listed_companies(lines, placer(), atlas)) for lines in read)
    return here, outside


def companies_on(day: datetime.date) -> list[Company]:
    """The sample on a day, with the dated states of the case."""
    states = {s.company: s.state for s in shipped_case().zone("shenyang").states if s.on <= day}
    return [replace(c, state=states.get(c.name, c.state)) for c in listed()[0]]


def diagnosed(companies: Sequence[Company] | None = None, on: datetime.date = INTERVIEW) -> Report:
    here = companies_on(on) if companies is None else companies
    atlas = shipped_atlas(shipped_case().zone("shenyang").chains)
    return report(atlas, here, as_of=on, outside=listed()[1])


def rank(made: Report) -> int | None:
    """The place of the composites gap among all verdicts, from 1."""
    codes = [f.segment for f in made.diagnosis.verdicts]
    return codes.index(GAP) + 1 if GAP in codes else None


def paragraphs(made: Report) -> tuple[str, str]:
    zone = shipped_case().zone("shenyang")
    names = {c.line.name: c.name_en for c in (*zone.companies, *zone.outside)}
    zh = gap_paragraph(made, GAP, "zh", zone="沈阳高新区")
    return zh, gap_paragraph(made, GAP, "en", zone="the Shenyang High-tech Zone", names=names)


def maker(name: str = "沈阳某某复材有限公司") -> Company:
    products = ("航空复合材料",)
    return Company(name, products, place_products(placer(), name, products), is_above_scale=True)


def test_composites_are_the_first_gap_and_among_the_first_three_by_score() -> None:
    made = diagnosed()
    finding = made.diagnosis.findings[GAP]
    gaps = [f.segment for f in made.diagnosis.verdicts if f.kind in GAPS]
    by_score = sorted(made.diagnosis.findings.values(), key=lambda f: -f.score)
    assert finding.kind == "missing"
    assert gaps[0] == GAP
    assert GAP in [f.segment for f in made.diagnosis.verdicts[:3]]
    assert finding in [f for f in by_score if f.kind in VERDICTS][:3]


def test_nobody_in_the_sample_makes_composites_or_anything_narrower() -> None:
    atlas = diagnosed().atlas
    below = {code for code, line in atlas.lines.items() if GAP in line} | {"prepreg"}
    makers = [c.name for c in companies_on(INTERVIEW) if any(p.segment in below for p in c.placements)]
    assert makers == [COMPOSITES]


def test_the_paragraph_names_the_anchors_demand_first_in_both_languages() -> None:
    zh, en = paragraphs(diagnosed())
    assert zh.startswith("沈阳高新区没有企业生产航空复合材料")
    assert zh.index(ANCHOR) < min(zh.index(c.name) for c in companies_on(INTERVIEW) if c.name != ANCHOR and c.name in zh)
    assert "飞机大部件" in zh
    assert ANCHOR_EN in en
    assert "first of all the anchor" in en
    assert not any("\u4e00" <= c <= "\u9fff" for c in en)


def test_the_paragraph_names_the_makers_known_outside() -> None:
    made = diagnosed()
    outside = made.diagnosis.findings[GAP].outside
    assert outside is not None
    assert len(outside) > 1
    assert all(name in paragraphs(made)[0] for name in outside[:3])


def test_a_renamed_anchor_is_named_anew() -> None:
    renamed = [replace(c, name="北辰民机有限公司") if c.is_anchor else c for c in companies_on(INTERVIEW)]
    zh, _en = paragraphs(diagnosed(renamed))
    assert "链主北辰民机有限公司" in zh
    assert ANCHOR not in zh


def test_without_the_anchor_the_demand_falls_and_the_gap_ranks_lower() -> None:
    before = diagnosed()
    after = diagnosed([c for c in companies_on(INTERVIEW) if not c.is_anchor])
    was, now = before.diagnosis.findings[GAP], after.diagnosis.findings[GAP]
    assert now.demand == was.demand - 1
    assert now.score == was.score - 4
    assert (rank(after) or 0) > (rank(before) or 0)
    assert paragraphs(after)[0] != paragraphs(before)[0]
    assert "链主" not in paragraphs(after)[0]


def test_each_buyer_that_goes_takes_its_own_demand_with_it() -> None:
    was = diagnosed().diagnosis.findings[GAP]
    assert len(was.buyers) >= 6
    for need in was.buyers:
        now = diagnosed([c for c in companies_on(INTERVIEW) if c.name != need.resident]).diagnosis.findings[GAP]
        assert now.demand == was.demand - need.strength
        assert now.score < was.score


def test_with_few_buyers_left_it_is_no_gap_at_all() -> None:
    buyers = {n.resident for n in diagnosed().diagnosis.findings[GAP].buyers}
    made = diagnosed([c for c in companies_on(INTERVIEW) if c.name not in buyers])
    assert made.diagnosis.findings[GAP].kind not in GAPS


def test_a_maker_ends_the_gap_and_a_second_one_the_thin_place() -> None:
    one = diagnosed([*companies_on(INTERVIEW), maker()])
    two = diagnosed([*companies_on(INTERVIEW), maker(), maker("沈阳另一复材有限公司")])
    assert one.diagnosis.findings[GAP].kind == "thin"
    assert "沈阳某某复材有限公司" in paragraphs(one)[0]
    assert two.diagnosis.findings[GAP].kind == "made"


@pytest.mark.parametrize(
    ("day", "kind", "is_coming", "said", "said_en"),
    [
        (INTERVIEW, "missing", True, "尚未开工", "not yet being built"),
        (GROUND_BREAKING, "missing", True, "正在建设", "is being built"),
        (START - datetime.timedelta(days=1), "missing", True, "正在建设", "is being built"),
        (START, "thin", False, f"1家：{COMPOSITES}", "One maker of"),
    ],
)
def test_the_landed_company_is_named_while_it_is_built_and_closes_the_gap_when_it_produces(
    day: datetime.date, kind: str, is_coming: bool, said: str, said_en: str
) -> None:
    made = diagnosed(on=day)
    zh, en = paragraphs(made)
    assert made.diagnosis.findings[GAP].kind == kind
    assert (COMPOSITES in {c.name for c in made.building.get(GAP, ())}) == is_coming
    assert said in zh
    assert said_en in en


def test_the_sample_shows_every_kind_of_verdict() -> None:
    found = diagnosed().diagnosis.verdicts
    assert {f.kind for f in found} == set(VERDICTS)
    assert any(f.is_ready for f in found)


def test_every_chain_of_the_sample_is_known_and_has_gaps_and_thin_places() -> None:
    made = diagnosed()
    for chain in made.diagnosis.chains:
        kinds = {f.kind for f in made.diagnosis.verdicts if chain.chain in made.atlas.chains_of[f.segment]}
        assert chain.is_known
        assert kinds >= {"missing", "thin", "extendable"}


def test_about_one_text_in_eight_of_the_sample_finds_no_segment() -> None:
    made = diagnosed()
    texts = sum(len(c.products) for c in made.companies)
    assert 0.1 <= len(made.unplaced) / texts <= 0.15


def test_trading_firms_and_the_maker_of_model_aircraft_are_placed_nowhere() -> None:
    placed = {p.company for p in diagnosed().placements}
    others = {c.name for c in companies_on(INTERVIEW) if c.state == PRODUCING} - placed
    assert others == {"沈阳浑畔航材贸易有限公司", "沈阳凌崧航模科技有限公司"}


def test_the_sample_is_written_in_the_words_of_companies_and_not_in_those_of_the_packs() -> None:
    """Fewer than a third of the texts are letter for letter a name, an alias or an everyday name that ships."""
    segments = shipped_atlas().segments.values()
    words = {plain(w) for s in segments for w in (s.name_zh, *s.aliases)} | {plain(w) for w, _code, _among in everyday_list()}
    texts = [text for company in listed()[0] for text in company.products]
    assert len(texts) > 100
    assert sum(plain(text) in words for text in texts) < len(texts) / 3
