"""Every write of the chain slice: done with its audit row, refused by role, refused by state, and never half done."""

from collections.abc import Callable

import pytest

from xinya.chain import actions, queries
from xinya.chain.actions import NewZone
from xinya.chain.engine import Limits
from xinya.chain.models import Answer, LimitSet, Placement, ZoneChain
from xinya.chain.tests.conftest import CHAIN, DAY, OTHER_CHAIN, line, name_of, small_list
from xinya.kit.models import AuditRow
from xinya.kit.refusals import Refused
from xinya.zones import actions as zone_actions
from xinya.zones.models import Company, Fact, Person, Source, Zone

pytestmark = pytest.mark.django_db


def stored() -> dict[str, object]:
    """Everything that an act could leave behind; a refusal leaves its own row."""
    rows = (Zone, Company, Fact, Source, ZoneChain, LimitSet)
    return {
        "acts": AuditRow.objects.filter(ok=True).count(),
        "counts": [model.objects.count() for model in rows],
        "revisions": list(Zone.objects.order_by("pk").values_list("pk", "revision")),
        "placements": list(Placement.objects.values_list("pk", "company", "segment", "text", "state", "decided_by")),
        "answers": list(Answer.objects.values_list("pk", "withdrawn_at")),
    }


def refused(act: Callable[[], object]) -> Refused:
    """The refusal of an act that must leave nothing behind, not even an audit row."""
    before = stored()
    with pytest.raises(Refused) as caught:
        act()
    assert stored() == before
    for language in ("zh", "en"):
        assert "%(" not in caught.value.sentence(language)
    return caught.value


def kinds(zone: Zone) -> dict[str, str]:
    """The verdicts by segment, as stored now."""
    zone = Zone.objects.get(pk=zone.pk)
    return {f.segment: f.kind for f in queries.zone_report(zone, DAY).report.diagnosis.verdicts}


def a_gap(zone: Zone) -> str:
    return next(segment for segment, kind in kinds(zone).items() if kind == "missing")


def last_act() -> tuple[str, dict[str, object]]:
    row = AuditRow.objects.order_by("-pk")[0]
    said = {field: new for field, (_old, new) in row.change.items()}
    return row.act, said | ({"reason": row.reason} if row.reason else {})


# --- starting a zone ------------------------------------------------------------------------------------------------


def test_a_zone_is_started_with_chains_list_and_placements_in_one_act(officer: Person) -> None:
    wanted = NewZone("harbour", "港湾高新区", "Harbour", (CHAIN, OTHER_CHAIN), DAY)
    zone = actions.start_zone(officer, wanted=wanted, lines=small_list(), title="2026 名单.xlsx")
    assert queries.zone_chains(zone) == (CHAIN, OTHER_CHAIN)
    assert zone.companies.count() == len(small_list())
    assert Placement.objects.filter(company__zone=zone, state="AUTOMATIC").count() == len(small_list()) - 1
    assert [row.act for row in AuditRow.objects.all()] == ["start-zone", "choose-chains", "record-companies"]
    assert Source.objects.get().title == "2026 名单.xlsx"
    assert "missing" in kinds(zone).values()


def test_a_reader_starts_no_zone(reader: Person) -> None:
    found = refused(lambda: actions.start_zone(reader, wanted=NewZone("harbour", "港湾", "", (CHAIN,)), lines=small_list()))
    assert found.status == 403


@pytest.mark.parametrize(
    ("wanted", "code"),
    [
        (NewZone("harbour", "港湾高新区"), "no-chains"),
        (NewZone("harbour", "港湾高新区", "", ("absent",)), "unknown-chain"),
        (NewZone("harbour", "港湾高新区", "", (CHAIN, "absent")), "unknown-chain"),
        (NewZone("H", "港湾高新区", "", (CHAIN,)), "zone-code-wrong"),
        (NewZone("harbour", "", "", (CHAIN,)), "zone-name-wrong"),
        (NewZone("harbour", "港湾高新区", "", (CHAIN,), DAY.replace(year=1)), "day-wrong"),
    ],
)
def test_a_zone_that_cannot_be_is_refused_whole(officer: Person, wanted: NewZone, code: str) -> None:
    assert refused(lambda: actions.start_zone(officer, wanted=wanted, lines=small_list())).code == code


def test_a_zone_whose_list_names_an_unknown_segment_is_not_started(officer: Person) -> None:
    lines = [*small_list(), line(99, "乙", segments=("no-such-segment",))]
    found = refused(lambda: actions.start_zone(officer, wanted=NewZone("harbour", "港湾高新区", "", (CHAIN,)), lines=lines))
    assert (found.code, found.row) == ("unknown-segment", 99)


# --- chains ---------------------------------------------------------------------------------------------------------


def test_other_chains_are_chosen_and_companies_placed_anew(officer: Person, zone: Zone) -> None:
    before = set(Placement.objects.values_list("segment", flat=True))
    actions.choose_chains(officer, zone=zone, chains=[OTHER_CHAIN, OTHER_CHAIN])
    assert queries.zone_chains(zone) == (OTHER_CHAIN,)
    assert set(Placement.objects.values_list("segment", flat=True)) < before
    assert last_act() == ("choose-chains", {"chains": [OTHER_CHAIN]})


def test_a_reader_chooses_no_chains(reader: Person, zone: Zone) -> None:
    assert refused(lambda: actions.choose_chains(reader, zone=zone, chains=[OTHER_CHAIN])).status == 403


@pytest.mark.parametrize(("chains", "code"), [([], "no-chains"), ([CHAIN, "absent"], "unknown-chain")])
def test_chains_that_are_not_there_are_refused(officer: Person, zone: Zone, chains: list[str], code: str) -> None:
    assert refused(lambda: actions.choose_chains(officer, zone=zone, chains=chains)).code == code


# --- lists ----------------------------------------------------------------------------------------------------------


def test_a_list_brought_twice_changes_no_fact_and_no_placement(officer: Person, zone: Zone) -> None:
    facts, verdicts = Fact.objects.count(), kinds(zone)
    places = sorted(Placement.objects.values_list("company", "segment", "text", "state"))
    actions.import_companies(officer, zone=zone, lines=small_list(), title="again.csv")
    assert Fact.objects.count() == facts
    assert sorted(Placement.objects.values_list("company", "segment", "text", "state")) == places
    assert kinds(zone) == verdicts
    assert last_act()[0] == "record-companies"


def test_a_reader_brings_no_list(reader: Person, zone: Zone) -> None:
    assert refused(lambda: actions.import_companies(reader, zone=zone, lines=small_list(), title="x")).status == 403


def test_300_companies_are_not_taken_when_the_last_one_names_an_unknown_segment(officer: Person, zone: Zone) -> None:
    lines = [line(n, f"续{n}", name_of("ti-forging")) for n in range(2, 301)] + [line(301, "末", segments=("absent",))]
    assert refused(lambda: actions.import_companies(officer, zone=zone, lines=lines, title="x")).row == 301


def test_300_companies_are_not_taken_when_the_last_one_contradicts_what_is_known(officer: Person, zone: Zone) -> None:
    code, other = "91350100M000100Y43", "91210100MA0000001A"
    actions.import_companies(officer, zone=zone, lines=[line(2, "末", uscc=code)], title="x")
    lines = [line(n, f"续{n}", name_of("ti-forging")) for n in range(2, 301)] + [line(301, "末", uscc=other)]
    assert refused(lambda: actions.import_companies(officer, zone=zone, lines=lines, title="x")).row == 301


def test_a_segment_that_the_list_confirms_is_a_confirmed_place(officer: Person, zone: Zone) -> None:
    gap = a_gap(zone)
    actions.import_companies(officer, zone=zone, lines=[line(2, "新来者", segments=(gap,))], title="确认名单")
    row = Placement.objects.get(company__name="新来者")
    assert (row.segment, row.state, row.decided_by, row.reason) == (gap, "CONFIRMED", officer, "确认名单")
    assert kinds(zone).get(gap) != "missing"


def test_makers_outside_answer_who_could_fill_a_gap_and_fill_none(officer: Person, zone: Zone) -> None:
    gap = a_gap(zone)
    there = [line(2, "外地企业", name_of(gap))]
    actions.import_companies(officer, zone=zone, lines=there, title="外部", is_outside=True)
    assert kinds(zone)[gap] in ("missing", "dependent")
    found = queries.zone_report(Zone.objects.get(pk=zone.pk), DAY)
    assert found.report.diagnosis.findings[gap].outside == ("外地企业",)
    assert "外地企业" not in found.by_name


# --- placements that a person decided -------------------------------------------------------------------------------


def place_of(zone: Zone, company: str = "港湾飞机有限公司") -> Placement:
    return Placement.objects.get(company__zone=zone, company__name=company)


@pytest.mark.parametrize(("is_right", "state"), [(True, "CONFIRMED"), (False, "REJECTED")])
def test_an_officer_decides_a_placement(officer: Person, zone: Zone, is_right: bool, state: str) -> None:
    row = actions.decide_placement(officer, zone=zone, placement_id=place_of(zone).pk, is_right=is_right, reason=" 实地看过 ")
    assert (row.state, row.decided_by, row.reason) == (state, officer, "实地看过")
    act, values = last_act()
    assert (act, values["state"], values["reason"]) == ("decide-placement", state, "实地看过")


def test_what_was_decided_survives_a_new_list_and_new_chains(officer: Person, zone: Zone) -> None:
    decided = place_of(zone)
    actions.decide_placement(officer, zone=zone, placement_id=decided.pk, is_right=False, reason="不是这家")
    actions.import_companies(officer, zone=zone, lines=small_list(), title="again.csv")
    actions.choose_chains(officer, zone=zone, chains=[CHAIN, OTHER_CHAIN])
    row = place_of(zone)
    assert (row.pk, row.state, row.reason) == (decided.pk, "REJECTED", "不是这家")
    makers = queries.zone_report(Zone.objects.get(pk=zone.pk), DAY).report.diagnosis.findings[decided.segment].makers
    assert "港湾飞机有限公司" not in makers


def test_a_reader_decides_nothing(reader: Person, zone: Zone) -> None:
    row = place_of(zone)
    found = refused(lambda: actions.decide_placement(reader, zone=zone, placement_id=row.pk, is_right=True, reason="看过"))
    assert found.status == 403


@pytest.mark.parametrize("reason", ["", " ", "x", "  y ", "长" * 301])
def test_a_decision_without_a_reason_is_refused(officer: Person, zone: Zone, reason: str) -> None:
    row = place_of(zone)
    found = refused(lambda: actions.decide_placement(officer, zone=zone, placement_id=row.pk, is_right=True, reason=reason))
    assert found.code == "reason-missing"


def test_a_placement_of_another_zone_is_not_there(officer: Person, zone: Zone, start: Callable[..., Zone]) -> None:
    row = place_of(start("sea"))
    found = refused(lambda: actions.decide_placement(officer, zone=zone, placement_id=row.pk, is_right=True, reason="看过"))
    assert (found.code, found.status) == ("no-such-placement", 404)


# --- answers to gaps ------------------------------------------------------------------------------------------------


def test_we_have_one_closes_a_gap_and_its_withdrawal_opens_it_again(officer: Person, zone: Zone) -> None:
    gap, before = a_gap(zone), kinds(zone)
    answer = actions.answer_gap(officer, zone=zone, segment=gap, kind="we-have-one", reason="已投产", company="新材料有限公司")
    assert kinds(zone).get(gap) != "missing"
    assert last_act()[1]["company"] == "新材料有限公司"
    actions.withdraw_answer(officer, zone=zone, answer_id=answer.pk)
    assert kinds(zone) == before
    answer.refresh_from_db()
    assert answer.withdrawn_at is not None
    assert last_act()[0] == "withdraw-answer"


def test_we_have_one_may_name_a_company_of_the_list(officer: Person, zone: Zone) -> None:
    known = zone.companies.get(name="无名制品有限公司")
    answer = actions.answer_gap(
        officer, zone=zone, segment=a_gap(zone), kind="we-have-one", reason="看过", company="无名 制品有限公司"
    )
    assert answer.company == known


def test_the_same_company_is_not_named_twice_for_one_segment(officer: Person, zone: Zone) -> None:
    gap = a_gap(zone)
    actions.answer_gap(officer, zone=zone, segment=gap, kind="we-have-one", reason="已投产", company="新材料")
    found = refused(
        lambda: actions.answer_gap(officer, zone=zone, segment=gap, kind="we-have-one", reason="又说", company="新材料")
    )
    assert (found.code, found.status) == ("already-answered", 409)


def test_a_withdrawn_answer_leaves_alone_what_a_list_has_confirmed_since(officer: Person, zone: Zone) -> None:
    gap = a_gap(zone)
    answer = actions.answer_gap(officer, zone=zone, segment=gap, kind="we-have-one", reason="已投产", company="新材料")
    actions.import_companies(officer, zone=zone, lines=[line(2, "新材料", segments=(gap,))], title="确认名单")
    actions.withdraw_answer(officer, zone=zone, answer_id=answer.pk)
    assert Placement.objects.get(company__name="新材料").reason == "确认名单"


def test_not_a_gap_takes_it_off_the_zones_gaps_and_keeps_who_said_so(officer: Person, zone: Zone) -> None:
    gap = a_gap(zone)
    answer = actions.answer_gap(officer, zone=zone, segment=gap, kind="not-a-gap", reason="常年外购")
    found = queries.zone_report(Zone.objects.get(pk=zone.pk), DAY)
    assert found.not_gaps == {gap: answer}
    assert last_act() == ("answer-gap", {"segment": gap, "kind": "not-a-gap", "company": "", "reason": "常年外购"})
    actions.withdraw_answer(officer, zone=zone, answer_id=answer.pk)
    assert queries.zone_report(Zone.objects.get(pk=zone.pk), DAY).not_gaps == {}


def test_a_second_not_a_gap_is_refused_until_the_first_is_withdrawn(officer: Person, zone: Zone) -> None:
    gap = a_gap(zone)
    answer = actions.answer_gap(officer, zone=zone, segment=gap, kind="not-a-gap", reason="常年外购")
    again = lambda: actions.answer_gap(officer, zone=zone, segment=gap, kind="not-a-gap", reason="再说一次")  # noqa: E731
    assert refused(again).code == "already-answered"
    actions.withdraw_answer(officer, zone=zone, answer_id=answer.pk)
    assert again().pk != answer.pk


def test_a_reader_answers_no_gap_and_withdraws_no_answer(officer: Person, reader: Person, zone: Zone) -> None:
    gap = a_gap(zone)
    assert refused(
        lambda: actions.answer_gap(reader, zone=zone, segment=gap, kind="not-a-gap", reason="外购")
    ).status == 403  # fmt: skip
    answer = actions.answer_gap(officer, zone=zone, segment=gap, kind="not-a-gap", reason="外购")
    assert refused(lambda: actions.withdraw_answer(reader, zone=zone, answer_id=answer.pk)).status == 403


@pytest.mark.parametrize(
    ("values", "code"),
    [
        ({"segment": "no-such"}, "unknown-segment"),
        ({"kind": "perhaps"}, "answer-unknown"),
        ({"reason": "  "}, "reason-missing"),
        ({"kind": "we-have-one", "company": ""}, "company-missing"),
        ({"kind": "we-have-one", "company": "企" * 121}, "company-missing"),
    ],
)
def test_an_answer_that_says_too_little_is_refused(officer: Person, zone: Zone, values: dict[str, str], code: str) -> None:
    given = {"segment": a_gap(zone), "kind": "not-a-gap", "reason": "外购", "company": ""} | values
    assert refused(lambda: actions.answer_gap(officer, zone=zone, **given)).code == code


def test_a_zone_without_chains_has_no_segment_to_answer_for(officer: Person) -> None:
    bare = zone_actions.start_zone(officer, code="bare", name="无链高新区")
    found = refused(lambda: actions.answer_gap(officer, zone=bare, segment="ti-forging", kind="not-a-gap", reason="外购"))
    assert found.code == "unknown-segment"


def test_an_answer_of_another_zone_or_one_withdrawn_is_not_there(officer: Person, zone: Zone, start: Callable[..., Zone]) -> None:
    other = start("sea")
    answer = actions.answer_gap(officer, zone=other, segment=a_gap(other), kind="not-a-gap", reason="外购")
    assert refused(lambda: actions.withdraw_answer(officer, zone=zone, answer_id=answer.pk)).code == "no-such-answer"
    actions.withdraw_answer(officer, zone=other, answer_id=answer.pk)
    assert refused(lambda: actions.withdraw_answer(officer, zone=other, answer_id=answer.pk)).status == 404


# --- limits ---------------------------------------------------------------------------------------------------------


def test_new_limits_are_a_new_version_and_the_older_ones_stay(officer: Person, zone: Zone) -> None:
    before = kinds(zone)
    first = actions.set_limits(officer, zone=zone, limits=Limits(demand=500.0), reason="先看大缺口")
    assert "missing" not in kinds(zone).values()
    second = actions.set_limits(officer, zone=zone, limits=Limits(), reason="恢复默认")
    assert (first.version, second.version, LimitSet.objects.filter(zone=zone).count()) == (1, 2, 2)
    assert kinds(zone) == before
    assert last_act() == ("set-limits", {"version": 2, "reason": "恢复默认"})


def test_the_versions_of_two_zones_are_counted_apart(officer: Person, zone: Zone, start: Callable[..., Zone]) -> None:
    other = start("sea")
    for one in (zone, other):
        assert actions.set_limits(officer, zone=one, limits=Limits(), reason="复核").version == 1


def test_a_reader_sets_no_limits(reader: Person, zone: Zone) -> None:
    assert refused(lambda: actions.set_limits(reader, zone=zone, limits=Limits(), reason="复核")).status == 403


def test_limits_without_a_reason_are_refused(officer: Person, zone: Zone) -> None:
    assert refused(lambda: actions.set_limits(officer, zone=zone, limits=Limits(), reason="")).code == "reason-missing"


# --- removing a demonstration ---------------------------------------------------------------------------------------


def test_a_demonstration_goes_with_its_placements_answers_and_limits(officer: Person, zone: Zone) -> None:
    actions.answer_gap(officer, zone=zone, segment=a_gap(zone), kind="we-have-one", reason="已投产", company="新材料")
    actions.set_limits(officer, zone=zone, limits=Limits(), reason="复核")
    zone_actions.mark_as_demo(officer, zone=zone, is_sample=True)
    Source.objects.update(kind=Source.Kind.INVENTED)
    zone_actions.remove_zone(officer, zone=zone)
    for model in (Zone, Company, Fact, Placement, Answer, LimitSet, ZoneChain):
        assert not model.objects.exists(), model


# --- a person's word is knowledge for the next name -----------------------------------------------------------------


def placed_of(zone: Zone, company: str) -> dict[str, str]:
    return dict(Placement.objects.filter(company__zone=zone, company__name=company).values_list("segment", "state"))


def test_a_rejected_pair_of_text_and_segment_is_not_proposed_again_in_the_zone(
    officer: Person, zone: Zone, start: Callable[..., Zone]
) -> None:
    decided = place_of(zone)
    assert placed_of(zone, "新厂") == {}
    actions.decide_placement(officer, zone=zone, placement_id=decided.pk, is_right=False, reason="说的是别的")
    actions.import_companies(officer, zone=zone, lines=[line(2, "新厂", decided.text)], title="新名单")
    assert decided.segment not in placed_of(zone, "新厂")
    other = start("sea")
    actions.import_companies(officer, zone=other, lines=[line(2, "新厂", decided.text)], title="新名单")
    assert placed_of(other, "新厂")[decided.segment] == "AUTOMATIC"


def test_a_confirmed_text_stands_for_its_segment_in_the_zone_from_then_on(officer: Person, zone: Zone) -> None:
    company = Company.objects.get(zone=zone, name="无名制品有限公司")
    segment = place_of(zone).segment
    row = Placement.objects.create(
        company=company, segment=segment, text="随便什么零碎", state="PENDING", confidence="0.40", rule="likeness", placed_on=DAY
    )
    actions.decide_placement(officer, zone=zone, placement_id=row.pk, is_right=True, reason="实地看过")
    actions.import_companies(officer, zone=zone, lines=[line(2, "又一厂", "随便什么零碎")], title="新名单")
    assert placed_of(zone, "又一厂") == {segment: "AUTOMATIC"}
    assert Placement.objects.get(company__name="又一厂").rule == "known"


def test_a_placement_keeps_what_counted_for_it(zone: Zone) -> None:
    row = place_of(zone)
    assert row.told_reasons
    assert all(isinstance(weight, float) for _code, weight, _words in row.told_reasons)
