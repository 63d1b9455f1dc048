"""The shipped case: five zones as one interview tells of them, and samples that say of themselves that they are invented."""

import datetime
import itertools
import re
import shutil
from pathlib import Path

import pytest

from xinya.zones.files import read_companies
from xinya.zones.files.case import SHIPPED, Case, CaseCompany, read_case, shipped_case

ANCHOR = "中航沈飞民用飞机有限责任公司"
COMPOSITES = "沈阳翮铺复合材料有限公司"
STATED_OUTPUT_FEN = 697_000_000_000
LONGEST_SHARED_RUN = 12
NAMES_OF_THE_PAGE = (ANCHOR, "无锡亘芯悦科技有限公司", "飞机大部件", "燃气轮机总装及核心部件", "航空发动机")


@pytest.fixture
def case() -> Case:
    return shipped_case()


@pytest.fixture
def sample(case: Case) -> list[CaseCompany]:
    """The companies of Shenyang, each once."""
    return list({c.line.name: c for c in case.zone("shenyang").companies}.values())


def test_the_case_holds_the_five_zones_of_the_interview(case: Case) -> None:
    assert [z.code for z in case.zones] == ["tianjin-binhai", "shenyang", "wuxi", "xiangtan", "chengdu"]
    assert [z.name for z in case.zones] == ["天津滨海高新区", "沈阳高新区", "无锡高新区", "湘潭高新区", "成都高新区"]
    assert case.as_of == datetime.date(2025, 2, 6)


def test_every_zone_has_the_chains_that_the_interview_names(case: Case) -> None:
    assert {z.code: z.chains for z in case.zones} == {
        "tianjin-binhai": ("lithium-battery", "photovoltaics", "wind-power"),
        "shenyang": ("aero-structures", "gas-turbine", "aero-engine-parts"),
        "wuxi": ("integrated-circuits", "intelligent-equipment"),
        "xiangtan": ("electric-motors", "steel-materials", "intelligent-equipment"),
        "chengdu": ("nuclear-medicine", "low-altitude"),
    }


def test_every_statement_is_told_in_both_languages_and_fits_its_column(case: Case) -> None:
    for zone in case.zones:
        assert len(zone.statements) >= 8
        for said in zone.statements:
            assert re.search("[\u4e00-\u9fff]", said.text)
            assert not re.search("[\u4e00-\u9fff]", said.text_en.replace("拨转投", ""))
            assert max(len(said.text), len(said.text_en)) <= 300
            assert max(len(said.note), len(said.note_en)) <= 200
            assert bool(said.note) == bool(said.note_en)
            assert (said.number is None) == (said.unit == "")


def test_what_the_interview_says_has_the_confidence_of_news(case: Case) -> None:
    assert {s.confidence for z in case.zones for s in z.statements} == {0.5}
    assert {s.source for z in case.zones for s in z.statements if z.code != "chengdu"} == {"interview"}


def test_chengdus_directions_are_six_and_its_tracks_are_said_to_be_partial(case: Case) -> None:
    zone, news = case.zone("chengdu"), {s.id for s in case.sources if s.kind == "news"}
    tracks = [t for d in zone.directions for t in d.tracks]
    assert len(zone.directions) == len({d.name for d in zone.directions}) == 6
    assert (zone.tracks_stated, len(tracks)) == (24, len({t.name for t in tracks}))
    assert 0 < len(tracks) < 24
    assert {d.source for d in zone.directions} | {t.source for t in tracks} <= news
    told = [s for s in zone.statements if s.text.startswith("未来产业方向之一")]
    assert all(f"共24个赛道，此处只列读到的报道点名的{len(tracks)}个" in s.note and s.period == "2024" for s in told)
    assert all(any(d.name in s.text for s in told) for d in zone.directions)
    assert all(any(t.name in s.text for s in told) for t in tracks)


def test_the_two_figures_that_cannot_be_recomputed_say_so(case: Case) -> None:
    marked = {s.number: s for s in case.zone("shenyang").statements if "无法复算" in s.note}
    assert set(marked) == {6_970_000_000, 778}
    assert all("cannot be recomputed from the page" in s.note_en for s in marked.values())


def test_the_doubled_orders_stay_ambiguous(case: Case) -> None:
    orders = next(s for s in case.zone("tianjin-binhai").statements if "两倍" in s.text)
    assert orders.number is None
    assert "歧义" in orders.note


def test_no_sentence_of_the_page_is_copied(case: Case, shared: Path) -> None:
    page = (shared / "case" / "interview-page.txt").read_text(encoding="utf-8")
    for said in (s for z in case.zones for s in z.statements):
        text = said.text
        for name in NAMES_OF_THE_PAGE:
            text = text.replace(name, "|")
        starts = range(len(text) - LONGEST_SHARED_RUN + 1)
        runs = [text[start : start + LONGEST_SHARED_RUN] for start in starts]
        assert not [run for run in runs if run in page], said.text


def test_the_source_is_as_printed_on_the_page(case: Case, shared: Path) -> None:
    page = (shared / "case" / "interview-page.txt").read_text(encoding="utf-8")
    interview = next(s for s in case.sources if s.id == "interview")
    assert interview.title in page
    assert interview.url in page
    assert interview.issued_on == case.as_of


def test_every_company_that_is_not_invented_is_named_in_the_interview(case: Case, shared: Path) -> None:
    page = (shared / "case" / "interview-page.txt").read_text(encoding="utf-8")
    real = [c for z in case.zones for c in z.companies if not c.is_invented]
    assert {c.line.name for c in real} >= {"TCL中环", "力神", "电科蓝天", "湘钢", "云克药业", ANCHOR}
    assert all(c.line.name in page for c in real)
    assert all(c.line.revenue_fen is None and c.line.above_scale is None and c.line.uscc is None for c in real)


def test_the_sample_has_49_companies_and_one_of_them_is_real(sample: list[CaseCompany]) -> None:
    assert len(sample) == 49
    assert [c.line.name for c in sample if not c.is_invented] == [ANCHOR]


@pytest.mark.parametrize("code", ["tianjin-binhai", "wuxi", "xiangtan", "chengdu"])
def test_the_other_zones_have_samples_of_15_to_30_invented_companies_beside_the_interviews(case: Case, code: str) -> None:
    zone = case.zone(code)
    invented = [c for c in zone.companies if c.is_invented]
    assert 15 <= len(invented) <= 30
    assert all(c.is_invented for c in zone.outside)
    assert not any(c.line.anchor for c in invented)
    lines = {line.name: line for line in read_companies((SHIPPED / f"{code}.csv").read_bytes(), f"{code}.csv")}
    assert set(lines) == {c.line.name for c in zone.companies}
    assert all(lines[c.line.name].products == c.line.products for c in zone.companies)


def test_no_company_stands_in_two_zones(case: Case) -> None:
    names = [c.line.name for z in case.zones for c in (*z.companies, *z.outside)]
    doubled = {name for name in names if names.count(name) > 1}
    assert doubled == {ANCHOR}  # told of by two sources


def test_sixteen_of_the_sample_are_above_scale_and_the_anchors_status_is_unknown(sample: list[CaseCompany]) -> None:
    assert sum(c.line.above_scale is True for c in sample) == 16
    assert next(c for c in sample if c.line.name == ANCHOR).line.above_scale is None


def test_the_anchors_facts_are_those_of_the_interview_and_one_inference(case: Case) -> None:
    told = [c for c in case.zone("shenyang").companies if c.line.name == ANCHOR]
    assert [(c.source, c.line.products, c.line.anchor) for c in told] == [
        ("interview", (), True), ("inferred", ("飞机大部件",), None),
    ]  # fmt: skip
    assert told[1].confidence == 0.5


def test_the_list_that_the_command_line_reads_says_the_same_of_the_anchor() -> None:
    lines = {line.name: line for line in read_companies((SHIPPED / "shenyang.csv").read_bytes(), "shenyang.csv")}
    assert len(lines) == 49
    assert (lines[ANCHOR].products, lines[ANCHOR].anchor) == (("飞机大部件",), True)
    assert lines[COMPOSITES].state == "planned"


def test_every_company_has_an_english_name_of_its_own(case: Case) -> None:
    named = {c.line.name: c.name_en for z in case.zones for c in (*z.companies, *z.outside)}
    assert len(set(named.values())) == len(named)
    assert all(name.isascii() and len(name) > 3 for name in named.values())


def test_nothing_invented_carries_a_credit_code(case: Case) -> None:
    invented = [c for z in case.zones for c in (*z.companies, *z.outside) if c.is_invented]
    assert all(c.line.uscc is None and c.source == "invented" for c in invented)


def test_no_sum_of_the_sample_comes_near_the_stated_output(sample: list[CaseCompany]) -> None:
    total = sum(c.line.revenue_fen or 0 for c in sample)
    assert 0 < total < STATED_OUTPUT_FEN // 2


def test_companies_above_scale_reach_its_threshold_and_the_others_do_not(case: Case) -> None:
    threshold_fen = 2_000_000_000  # 20 million yuan a year for industry since 2011
    for c in (c for z in case.zones for c in z.companies):
        makes = not any("销售" in p or "代理" in p or "批发" in p for p in c.line.products)
        if c.line.revenue_fen is not None and makes:
            assert c.line.above_scale == (c.line.revenue_fen >= threshold_fen), c.line.name


def test_two_groups_own_more_than_one_company(sample: list[CaseCompany]) -> None:
    groups = sorted(c.line.group for c in sample if c.line.group)
    sizes = {name: len(list(members)) for name, members in itertools.groupby(groups)}
    assert sum(size > 1 for size in sizes.values()) >= 2


def test_the_composites_company_is_planned_then_built_then_produces_and_each_day_says_who_says_so(case: Case) -> None:
    states = [s for s in case.zone("shenyang").states if s.company == COMPOSITES]
    assert [(s.state, s.on.isoformat(), s.source) for s in states] == [
        ("planned", "2025-02-06", "interview"), ("building", "2025-03-21", "inferred"),
        ("producing", "2026-06-30", "invented"),
    ]  # fmt: skip
    assert all("虚构" in s.note and "invented" in s.note_en.lower() for s in states)


def test_makers_outside_are_elsewhere_and_none_of_them_is_in_the_zone(case: Case) -> None:
    zone = case.zone("shenyang")
    assert 12 <= len(zone.outside) <= 20
    assert not {c.line.name for c in zone.outside} & {c.line.name for c in zone.companies}
    assert all(c.is_invented and not c.line.name.startswith("沈阳") for c in zone.outside)


def changed(folder: Path, old: str, new: str) -> Path:
    """A copy of the case with one change in `zones.toml`."""
    copy = folder / "case"
    shutil.copytree(SHIPPED, copy)
    toml = copy / "zones.toml"
    text = toml.read_text(encoding="utf-8")
    assert old in text
    toml.write_text(text.replace(old, new, 1), encoding="utf-8")
    return copy


def test_a_state_with_a_source_that_nobody_named_is_refused(tmp_path: Path) -> None:
    with pytest.raises(ValueError, match="no source rumour"):
        read_case(changed(tmp_path, 'source = "inferred"', 'source = "rumour"'))


def test_a_statement_of_a_company_that_is_not_there_is_refused(tmp_path: Path) -> None:
    with pytest.raises(ValueError, match="no company 湘铁"):
        read_case(changed(tmp_path, 'company = "湘钢"', 'company = "湘铁"'))
