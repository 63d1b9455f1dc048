"""Makers outside of another zone's open data: own facts stay, an edition replaces its earlier one, nothing merges in silence."""

import copy
from typing import Any

import pytest

from xinya.chain import actions, queries
from xinya.chain.actions.exchange import bring_open_data
from xinya.chain.files.open_lines import maker_lines
from xinya.chain.files.open_zone import document_bytes, read_open_zone
from xinya.chain.models import OpenData, Placement
from xinya.zones.engine.credit_code import check_character
from xinya.zones.models import Check, Company, Fact, Person, Source, Zone
from xinya.zones.tests.people import refused

from .conftest import DAY, STANDS, line
from .test_exchange import small_document

pytestmark = STANDS

NAME = "远方复材有限公司"
CODE = "91350100M000100Y43"
OTHER = "91350100M000200Y4" + check_character("91350100M000200Y4")


def document(*companies: dict[str, Any], origin: str = "elsewhere") -> bytes:
    made = copy.deepcopy(small_document())
    made["companies"] = list(companies)
    made["zone"]["code"] = origin
    return document_bytes(made)


def maker(name: str = NAME, *products: str, code: str = "", segments: tuple[str, ...] = ()) -> dict[str, Any]:
    return {"name": name, "credit_code": code, "products": list(products or ("某种浸料",)), "segments": list(segments)}


def said_of(zone: Zone, name: str = NAME) -> dict[str, str]:
    """What is in force of a maker outside: text -> title of its source."""
    rows = Fact.objects.filter(zone=zone, company__name=name, kind=Fact.Kind.PRODUCT, withdrawn_at=None)
    return dict(rows.values_list("text", "source__title"))


@pytest.mark.django_db
def test_the_officer_s_own_facts_of_a_maker_stay_when_another_zone_s_open_data_name_it_too(officer: Person, zone: Zone) -> None:
    actions.import_companies(officer, zone=zone, lines=[line(2, NAME, "碳纤维", "预浸料")], title="自建外地名单", is_outside=True)
    own = said_of(zone)
    bring_open_data(officer, zone=zone, content=document(maker(NAME, "某种浸料")), with_makers=True)
    assert said_of(zone) == own | {"某种浸料": "远方高新区"}
    assert not Check.objects.exists()


@pytest.mark.django_db
def test_a_later_document_replaces_what_the_earlier_one_of_its_origin_said_and_nothing_else(officer: Person, zone: Zone) -> None:
    bring_open_data(officer, zone=zone, content=document(maker(NAME, "某种浸料", "旧产品")), with_makers=True)
    bring_open_data(officer, zone=zone, content=document(maker(NAME, "第三方产品"), origin="third"), with_makers=True)
    bring_open_data(officer, zone=zone, content=document(maker(NAME, "某种浸料", "新产品")), with_makers=True)
    assert set(said_of(zone)) == {"某种浸料", "新产品", "第三方产品"}


@pytest.mark.django_db
def test_an_own_list_leaves_open_data_alone_and_what_both_say_stands_as_its_own(officer: Person, zone: Zone) -> None:
    bring_open_data(officer, zone=zone, content=document(maker(NAME, "某种浸料", "另一种浸料")), with_makers=True)
    actions.import_companies(officer, zone=zone, lines=[line(2, NAME, "某种浸料")], title="自建外地名单", is_outside=True)
    assert said_of(zone) == {"某种浸料": "自建外地名单", "另一种浸料": "远方高新区"}
    bring_open_data(officer, zone=zone, content=document(maker(NAME, "全新产品")), with_makers=True)
    assert said_of(zone) == {"某种浸料": "自建外地名单", "全新产品": "远方高新区"}


@pytest.mark.django_db
def test_open_data_do_not_overrule_what_an_officer_decided_of_a_maker(officer: Person, zone: Zone) -> None:
    bring_open_data(officer, zone=zone, content=document(maker(segments=("prepreg",))), with_makers=True)
    row = Placement.objects.get(company__name=NAME, segment="prepreg", text="")
    actions.decide_placement(officer, zone=zone, placement_id=row.pk, is_right=False, reason="不生产预浸料")
    bring_open_data(officer, zone=zone, content=document(maker(segments=("prepreg",))), with_makers=True)
    row.refresh_from_db()
    assert (row.state, row.reason) == ("REJECTED", "不生产预浸料")


@pytest.mark.django_db
@pytest.mark.parametrize(
    "makers", [(maker("甲公司", code=CODE), maker("乙公司", code=CODE)), (maker("甲公司", code=CODE), maker("甲公司", code=OTHER))]
)
def test_makers_that_a_document_does_not_tell_apart_are_refused_with_both_names(
    officer: Person, zone: Zone, makers: tuple[dict[str, Any], ...]
) -> None:
    with refused("makers-alike"):
        bring_open_data(officer, zone=zone, content=document(*makers), with_makers=True)
    assert not OpenData.objects.exists()
    assert not Source.objects.filter(title="远方高新区").exists()
    assert not Company.objects.filter(zone=zone, is_outside=True).exists()
    bring_open_data(officer, zone=zone, content=document(*makers))  # for comparison alone it serves


def test_a_maker_named_twice_alike_is_one_and_a_code_that_is_none_tells_nothing() -> None:
    rows = (maker("甲公司", "一", code=CODE), maker("甲公司", "二", code=CODE), maker("乙公司", code="1" * 18))
    lines = maker_lines(read_open_zone(document(*rows)))
    assert [(r.name, r.uscc, r.products) for r in lines] == [("甲公司", CODE, ("一", "二")), ("乙公司", None, ("某种浸料",))]


# --- what a later edition takes back ----------------------------------------------------------------------------------


def makers_of(zone: Zone, segment: str = "prepreg") -> tuple[str, ...]:
    """Known makers outside of a segment."""
    zone.refresh_from_db()
    return queries.zone_report(zone, DAY).report.diagnosis.findings[segment].outside or ()


@pytest.mark.django_db
def test_a_segment_that_a_later_edition_no_longer_names_is_taken_back(officer: Person, zone: Zone) -> None:
    bring_open_data(officer, zone=zone, content=document(maker(segments=("prepreg",))), with_makers=True)
    assert makers_of(zone) == (NAME,)
    bring_open_data(officer, zone=zone, content=document(maker()), with_makers=True)
    assert makers_of(zone) == ()
    assert not Placement.objects.filter(company__name=NAME, segment="prepreg").exists()


@pytest.mark.django_db
@pytest.mark.parametrize("later", [(maker("另一家有限公司"),), ()])
def test_a_company_that_a_later_edition_no_longer_names_makes_nothing_by_its_word(
    officer: Person, zone: Zone, later: tuple[dict[str, Any], ...]
) -> None:
    bring_open_data(officer, zone=zone, content=document(maker(NAME, "碳纤维", segments=("prepreg",))), with_makers=True)
    assert (makers_of(zone), makers_of(zone, "carbon-fibre")) == ((NAME,), (NAME,))
    bring_open_data(officer, zone=zone, content=document(*later), with_makers=True)
    assert (makers_of(zone), makers_of(zone, "carbon-fibre")) == ((), ())
    assert said_of(zone) == {}


@pytest.mark.django_db
def test_what_was_decided_here_or_is_said_by_another_origin_or_an_own_list_is_not_taken_back(officer: Person, zone: Zone) -> None:
    rows = tuple(maker(f"{mark}复材有限公司", segments=("prepreg",)) for mark in "甲乙丙丁")
    bring_open_data(officer, zone=zone, content=document(*rows), with_makers=True)
    decided = Placement.objects.get(company__name="甲复材有限公司", segment="prepreg", text="")
    actions.decide_placement(officer, zone=zone, placement_id=decided.pk, is_right=False, reason="不生产预浸料")
    bring_open_data(officer, zone=zone, content=document(rows[1], origin="third"), with_makers=True)
    own = line(2, "丙复材有限公司", "某种浸料", segments=("prepreg",))
    actions.import_companies(officer, zone=zone, lines=[own], title="自建外地名单", is_outside=True)
    bare = tuple(maker(f"{mark}复材有限公司") for mark in "甲乙丙丁")
    bring_open_data(officer, zone=zone, content=document(*bare), with_makers=True)
    states = dict(Placement.objects.filter(segment="prepreg", text="").values_list("company__name", "state"))
    kept = {"甲复材有限公司": "REJECTED", "乙复材有限公司": "CONFIRMED", "丙复材有限公司": "CONFIRMED"}
    assert {k: v for k, v in states.items() if k in {r["name"] for r in rows}} == kept


@pytest.mark.django_db
def test_an_edition_for_comparison_alone_leaves_the_makers(officer: Person, zone: Zone) -> None:
    bring_open_data(officer, zone=zone, content=document(maker(segments=("prepreg",))), with_makers=True)
    bring_open_data(officer, zone=zone, content=document(maker()))
    assert makers_of(zone) == (NAME,)
