"""How figures, lists, names and codes are written for readers: units once, separators between names, words for codes."""

from dataclasses import replace

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import translation

from xinya.chain import actions
from xinya.chain.actions.packs import begin_draft, save_draft
from xinya.chain.actions.proposals import bring_proposals
from xinya.chain.engine import Limits
from xinya.chain.engine.candidate_words import reason_words
from xinya.chain.engine.candidates import INPUTS_HERE, Reason
from xinya.chain.engine.proposals import Evidence, Proposal
from xinya.chain.engine.wording import as_written, why_placed
from xinya.chain.files import SHIPPED, pack_from_folder, shipped_packs
from xinya.chain.files.drafts import changed_rows
from xinya.chain.files.likeness import check_likeness
from xinya.chain.forms import limits_initial
from xinya.chain.tests.conftest import CHAIN, DAY, STANDS, line, name_of
from xinya.chain.views.rows import spread, yuan
from xinya.zones.models import Company, Person, Zone

pytestmark = STANDS


@pytest.mark.parametrize(
    ("low", "high", "said"),
    [
        ("CNY 5.84 million", "CNY 10.84 million", "CNY 5.84–10.84 million"),
        ("CNY 900,000", "CNY 1.3 million", "CNY 900,000 – CNY 1.3 million"),
        ("CNY 2 million", "CNY 2 million", "CNY 2 million"),
        ("584万元", "1084万元", "584–1084万元"),
        ("9,108万元", "1.51亿元", "9,108万元–1.51亿元"),
        ("0元", "5万元", "0元–5万元"),
        ("26.36%", "43.13%", "26.36%–43.13%"),
        ("3", "4.5", "3–4.5"),
    ],
)
def test_a_range_says_its_unit_once(low: str, high: str, said: str) -> None:
    assert spread(low, high) == said


@pytest.mark.django_db
@pytest.mark.parametrize("count", [4, 5, 6, 8])
def test_every_company_that_waits_for_a_segment_is_parted_from_the_next(count: int, officer: Person, zone: Zone) -> None:
    made = name_of("empennage")
    actions.import_companies(officer, zone=zone, lines=[line(n, f"等{n}有限公司", made) for n in range(2, count + 2)], title="x")
    client = Client()
    client.force_login(officer)
    page = client.get(reverse("verdicts", args=[zone.code])).content.decode()
    cells = page.split('data-f="buyers">')[1:]
    assert any(cell.partition("</td>")[0].count("<a ") >= count for cell in cells)
    assert not [cell for cell in cells if "</a><a " in cell.partition("</td>")[0]]


@pytest.mark.django_db
def test_a_company_s_facts_are_words_and_not_ticks(officer_client: Client, zone: Zone) -> None:
    anchor = Company.objects.get(zone=zone, name="港湾飞机有限公司")
    page = officer_client.get(reverse("company", args=[zone.code, anchor.pk]))
    assert {f["value"] for f in page.context["facts"] if f["fact"].kind in ("anchor", "above_scale")} == {"是"}
    other = Company.objects.filter(zone=zone, facts__kind="above_scale", facts__number=0)[0]
    page = officer_client.get(reverse("company", args=[zone.code, other.pk]))
    assert {f["value"] for f in page.context["facts"] if f["fact"].kind == "above_scale"} == {"否"}


def test_the_names_of_inputs_stand_in_an_english_sentence_as_its_words_do() -> None:
    names = {"ndt": "Nondestructive testing", "nc": "NC-machined airframe parts"}
    reason = Reason(INPUTS_HERE, ("ndt", "nc"), 6)
    said = reason_words(reason, "en", segment=names.__getitem__)
    assert said == "essential inputs made here: 2 of 6 (nondestructive testing, NC-machined airframe parts)"


@pytest.mark.django_db
def test_the_evidence_of_a_proposal_names_segments_and_not_their_codes(officer: Person, officer_client: Client, zone: Zone) -> None:
    evidence = (Evidence("甲公司", 1, 1, ("aerostructure ← ti-sponge", "大部件 ← 某种新胶")),)
    bring_proposals(officer, zone=zone, rows=[Proposal("aerostructure", "ti-sponge", "", evidence, 1)])
    page = officer_client.get(reverse("proposals", args=[zone.code])).content.decode()
    assert f"{name_of('aerostructure')} ← {name_of('ti-sponge')}；大部件 ← 某种新胶" in page
    assert "aerostructure ← ti-sponge" not in page


@pytest.mark.django_db
def test_what_a_save_changed_is_told_in_words_also_of_rows_that_are_gone(
    officer: Person, officer_client: Client, zone: Zone
) -> None:
    draft = begin_draft(officer, zone=zone, base=CHAIN)
    pack = pack_from_folder(SHIPPED / CHAIN)
    gone = pack.inputs[0]

    def change(now):  # type: ignore[no-untyped-def]
        renamed = changed_rows(now, "segments", {9: {"name_zh": "另一个名字"}}, day=DAY)
        return replace(renamed, inputs=renamed.inputs[1:])

    save_draft(officer, zone=zone, draft_id=draft.pk, seen=1, change=change)
    page = officer_client.get(reverse("draft-history", args=[zone.code, draft.pk])).content.decode()
    assert "<small>name_zh</small>" not in page
    assert "<small>名称</small>" in page
    assert f"{name_of(gone['product'])} ← {name_of(gone['input'])}" in page


@pytest.mark.django_db
def test_the_stages_of_a_pack_are_offered_in_words(officer: Person, officer_client: Client, zone: Zone) -> None:
    draft = begin_draft(officer, zone=zone, base=CHAIN)
    page = officer_client.get(reverse("pack-draft", args=[zone.code, draft.pk]) + "?table=head").content.decode()
    assert ">up</option>" not in page
    assert 'value="up"' in page


@pytest.mark.parametrize("name", [p.code for p in shipped_packs()][:3])
def test_a_pack_held_against_the_others_hears_of_itself_what_all_together_would_say(name: str) -> None:
    packs = list(shipped_packs())
    pack = next(p for p in packs if p.code == name)
    other = next(p for p in packs if p.code != name)
    words = next(row["definition_zh"] for row in other.segments if not row["home"])
    own = next(n for n, row in enumerate(pack.segments) if not row["home"])
    copied = replace(pack, segments=tuple({**r, "definition_zh": words} if n == own else r for n, r in enumerate(pack.segments)))
    rest = [p for p in packs if p.code != name]
    together, _hints = check_likeness([copied, *rest])
    alone, _hints = check_likeness([copied], homes=rest)
    assert [d.code for d in alone] == ["definition-like"]
    assert [d.sentence() for d in alone] == [d.sentence() for d in together]


@pytest.mark.parametrize(
    ("fen", "zh", "en"),
    [
        (999_900, "9,999元", "CNY 9,999"), (6_820_000_000, "6,820万元", "CNY 68.2 million"),
        (15_120_000_000, "1.51亿元", "CNY 151.2 million"),
        (123_456_000_000_000, "12,345.6亿元", "CNY 1,234.56 billion"), (50, "0.5元", "CNY 0"), (None, "–", "–"),
    ],
)  # fmt: skip
def test_an_amount_has_a_comma_at_each_thousand(fen: int | None, zh: str, en: str) -> None:
    with translation.override("zh-hans"):
        assert yuan(fen) == zh
    with translation.override("en"):
        assert yuan(fen) == en


@pytest.mark.parametrize(
    ("word", "text", "written"),
    [
        ("c919", "C919中机身（筒段制造）", "C919"), ("cfrp", "机翼Cfrp结构件", "Cfrp"), ("机身段", "支线客机机身段", "机身段"),
        ("台灣", "台湾件", "台灣"), ("i", "İ", "i"), ("c919", "", "c919"), ("", "C919", ""),
    ],
)  # fmt: skip
def test_a_reason_quotes_a_company_s_words_as_it_wrote_them(word: str, text: str, written: str) -> None:
    assert as_written(word, text) == written


def test_the_sentence_of_a_placement_quotes_the_capitals_of_its_text() -> None:
    assert why_placed("head", "中机身", "c919", "zh", "C919中机身") == "中心词是“中机身”，前面的“C919”不改变行业。"
    assert "“C919” before it" in why_placed("head", "中机身", "c919", "en", "C919中机身")


def test_a_form_of_limits_begins_with_the_numbers_of_the_table_beside_it() -> None:
    first = limits_initial(Limits(demand=2.0, share=0.125, decay=1.0))
    assert [repr(first[name]) for name in ("demand", "share", "decay")] == ["2", "0.125", "1"]
