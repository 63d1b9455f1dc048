"""A list that comes through the import desk is placed on the chains in the same act, and an undo takes its places away."""

import pytest

from xinya.chain import actions
from xinya.chain.actions import NewZone
from xinya.chain.files import shipped_atlas
from xinya.chain.models import Placement
from xinya.chain.tests.conftest import CHAIN, name_of
from xinya.zones.actions import undo_import
from xinya.zones.models import Company, Fact, Person, Zone
from xinya.zones.tests.imports import code_of
from xinya.zones.tests.people import refused, someone
from xinya.zones.tests.uploads import committed

pytestmark = pytest.mark.django_db
ONE, TWO = (code for code, _column in shipped_atlas([CHAIN]).chain(CHAIN).members[10:24:7])


@pytest.fixture
def lister() -> Person:
    return someone("lister", "chain_officer", password=None)


@pytest.fixture
def here(lister: Person) -> Zone:
    return actions.start_zone(lister, wanted=NewZone("harbour", "港湾高新区", "Harbour", (CHAIN,)))


def listed(*rows: tuple[str, int, str]) -> bytes:
    lines = ["企业名称\t统一社会信用代码\t主要产品", *(f"{name}\t{code_of(n)}\t{products}" for name, n, products in rows)]
    return "\n".join(lines).encode()


def test_products_are_placed_with_the_commit_and_gone_with_the_undo(lister: Person, here: Zone) -> None:
    batch = committed(lister, here, "a.tsv", listed(("岚洲甲机械有限公司", 1, name_of(ONE)), ("岚洲乙机械有限公司", 2, "随便什么")))
    assert [p.segment for p in Placement.objects.all()] == [ONE]
    revision = Zone.objects.get(pk=here.pk).revision
    undo_import(lister, batch_id=batch.pk, reason="传错了文件")
    assert not Placement.objects.exists()
    assert not Company.objects.exists()
    assert Zone.objects.get(pk=here.pk).revision > revision


def test_products_that_a_later_list_takes_away_are_placed_anew_by_its_undo(lister: Person, here: Zone) -> None:
    committed(lister, here, "a.tsv", listed(("岚洲甲机械有限公司", 1, name_of(ONE))))
    batch = committed(lister, here, "b.tsv", listed(("岚洲甲机械有限公司", 1, name_of(TWO))))
    assert [p.segment for p in Placement.objects.all()] == [TWO]
    undo_import(lister, batch_id=batch.pk, reason="传错了文件")
    assert [p.segment for p in Placement.objects.all()] == [ONE]
    assert [f.text for f in Fact.objects.filter(kind="product", withdrawn_at=None)] == [name_of(ONE)]


def test_a_place_that_a_person_decided_holds_the_company(lister: Person, here: Zone) -> None:
    batch = committed(lister, here, "a.tsv", listed(("岚洲甲机械有限公司", 1, name_of(ONE))))
    placement = Placement.objects.get()
    actions.decide_placement(lister, zone=here, placement_id=placement.pk, is_right=True, reason="去看过")
    with refused("hangs"):
        undo_import(lister, batch_id=batch.pk, reason="传错了文件")
    assert Company.objects.count() == 1


def test_a_list_from_the_desk_finds_the_links_that_named_its_companies(lister: Person, here: Zone) -> None:
    committed(lister, here, "a.tsv", listed(("岚洲甲机械有限公司", 1, name_of(ONE))))
    wanted = actions.NewLink(is_supplier=False, other="岚洲乙机械有限公司", text="齿轮", period="2025")
    row = actions.state_link(lister, company=Company.objects.get(), wanted=wanted)
    batch = committed(lister, here, "b.tsv", listed(("岚洲乙机械有限公司", 2, "随便什么")))
    row.refresh_from_db()
    assert row.supplier == Company.objects.get(name="岚洲乙机械有限公司")
    with refused("hangs"):
        undo_import(lister, batch_id=batch.pk, reason="传错了文件")
