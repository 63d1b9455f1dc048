"""Which companies are never one, mergings on top of each other, and that every kind of row has its word."""

import pytest

from xinya.kit.text import plain
from xinya.zones.actions import MOVES, kinds_pointing, tell_apart, undo_merge
from xinya.zones.actions.merge_moves import OF_ACCOUNT, STAYS_WITH_ACCOUNT
from xinya.zones.models import Company, Organisation, Person, TwoFirms, Zone
from xinya.zones.queries.gate import survivor_of
from xinya.zones.queries.merges import signposts
from xinya.zones.tests.imports import code_of
from xinya.zones.tests.merges import everything, merged
from xinya.zones.tests.people import refused, someone

pytestmark = pytest.mark.django_db
FULL, SHORT = "岚洲甲一机械有限公司", "岚洲甲一机械公司"


@pytest.fixture
def officer(zone: Zone) -> Person:
    return someone("officer", "chain_officer", zone=zone, password=None)


def test_two_valid_codes_are_two_firms_whatever_their_names_say(officer: Person, zone: Zone) -> None:
    one = Company.objects.create(zone=zone, name=FULL, name_key=plain(FULL), uscc=code_of(1))
    other = Company.objects.create(zone=zone, name=SHORT, name_key=plain(SHORT), uscc=code_of(2))
    before = everything()
    with refused("two-codes") as caught:
        merged(officer, one, other)
    assert code_of(2) in caught.value.sentence("en")
    assert everything() == before
    Company.objects.filter(pk=other.pk).update(uscc=code_of(2)[:-1] + ("0" if code_of(2)[-1] != "0" else "1"))
    merged(officer, one, other)
    one.refresh_from_db()
    assert one.uscc == code_of(1)


def test_a_branch_is_never_merged_with_its_head(officer: Person, zone: Zone) -> None:
    head = Company.objects.create(zone=zone, name=FULL, name_key=plain(FULL))
    branch = Company.objects.create(zone=zone, name=f"{FULL}岚洲分公司", name_key=plain(f"{FULL}岚洲分公司"))
    with refused("branch"):
        merged(officer, head, branch)


def test_mergings_chain_and_are_undone_in_the_order_last_first(officer: Person, zone: Zone) -> None:
    a, b, c = (Company.objects.create(zone=zone, name=f"{FULL}{x}", name_key=plain(f"{FULL}{x}")) for x in "子丑寅")
    before = everything()
    first = merged(officer, b, a)
    second_row = merged(officer, c, b)
    assert (survivor_of(a.pk), survivor_of(b.pk), survivor_of(c.pk)) == (c.pk, c.pk, None)
    assert signposts(zone) == {a.pk: c.pk, b.pk: c.pk}
    for survivor, gone in ((a, c), (c, a), (b, c), (c, b)):
        with refused("merged-already"):
            merged(officer, survivor, gone)
    with refused("itself"):
        merged(officer, c, c)
    with refused("hangs") as caught:
        undo_merge(officer, merge_id=first.pk, reason="是两家企业")
    assert "merged into another company itself" in caught.value.findings[0].sentence("en")
    undo_merge(officer, merge_id=second_row.pk, reason="是两家企业")
    undo_merge(officer, merge_id=first.pk, reason="是两家企业")
    assert everything() == before


def test_a_later_merging_into_the_same_company_is_undone_first(officer: Person, zone: Zone) -> None:
    a, b, c = (Company.objects.create(zone=zone, name=f"{FULL}{x}", name_key=plain(f"{FULL}{x}")) for x in "子丑寅")
    first = merged(officer, c, a)
    merged(officer, c, b)
    with refused("hangs") as caught:
        undo_merge(officer, merge_id=first.pk, reason="是两家企业")
    assert b.name in caught.value.findings[0].sentence("en")


def test_a_name_or_code_taken_meanwhile_keeps_the_two_together(officer: Person, zone: Zone) -> None:
    one = Company.objects.create(zone=zone, name=FULL, name_key=plain(FULL))
    other = Company.objects.create(zone=zone, name=SHORT, name_key=plain(SHORT), uscc=code_of(5))
    row = merged(officer, one, other)
    Company.objects.create(zone=zone, name=SHORT, name_key=plain(SHORT))
    Company.objects.filter(pk=one.pk).update(uscc=code_of(6))
    with refused("hangs") as caught:
        undo_merge(officer, merge_id=row.pk, reason="是两家企业")
    told = " ".join(found.sentence("en") for found in caught.value.findings)
    assert len(caught.value.findings) == 2
    assert "credit code was changed" in told
    assert "bears now" in told


def test_two_firms_stay_two_when_one_of_them_is_merged_with_a_third(officer: Person, zone: Zone) -> None:
    a, b, c = (Company.objects.create(zone=zone, name=f"{FULL}{x}", name_key=plain(f"{FULL}{x}")) for x in "子丑寅")
    tell_apart(officer, zone=zone, one=a.pk, other=c.pk, reason="地址不同")
    tell_apart(officer, zone=zone, one=a.pk, other=b.pk, reason="地址不同")
    before = everything()
    row = merged(officer, c, b)
    assert set(TwoFirms.objects.filter(withdrawn_at=None, one=a).values_list("other", flat=True)) == {b.pk, c.pk}
    undo_merge(officer, merge_id=row.pk, reason="是两家企业")
    assert everything() == before


def test_every_kind_of_row_that_points_to_a_company_has_its_word_for_a_merging() -> None:
    assert {label for label, _model, _name in kinds_pointing()} == MOVES.keys()


def test_every_kind_of_row_that_points_to_an_account_has_its_word_for_a_merging() -> None:
    told = set()
    for relation in Organisation._meta.get_fields(include_hidden=True):
        if relation.auto_created and not relation.concrete:
            told.add(f"{relation.related_model._meta.label}.{relation.field.name}")  # type: ignore[union-attr]
    assert told == {f"{label}.{name}" for label, name in OF_ACCOUNT} | STAYS_WITH_ACCOUNT
