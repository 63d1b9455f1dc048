"""The row of an act: impossible outside a transaction, kept or lost together with the act, tied to the row before it."""

import datetime
import json
from dataclasses import dataclass
from decimal import Decimal
from types import SimpleNamespace
from typing import Any

import pytest
from django.db import IntegrityError, transaction
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from xinya.kit import audit
from xinya.kit.address import coming_from
from xinya.kit.audit import digest, must_say_why, record, record_refusal
from xinya.kit.audit_chain import GENESIS, canonical, link_hash
from xinya.kit.audit_check import verify_stored
from xinya.kit.models import AuditHead, AuditRow, AuditSeal, Unchangeable
from xinya.kit.refusals import Refused


@dataclass(frozen=True)
class Someone:
    """A person as the log sees one."""

    pk: int | None
    acting_for: Any = None


def act_that_fails(act: str) -> None:
    with transaction.atomic():
        record("officer", act, "zone", 7)
        raise ZeroDivisionError


def done(*args: Any, **values: Any) -> AuditRow:
    with transaction.atomic():
        return record(*args, **values)


@pytest.mark.django_db(transaction=True)
def test_an_act_outside_a_transaction_is_refused_and_leaves_no_row() -> None:
    with pytest.raises(RuntimeError, match="inside its own transaction"):
        record("officer", "start-zone", "zone", 1)
    assert not AuditRow.objects.exists()


@pytest.mark.django_db(transaction=True)
def test_the_row_is_kept_with_the_act() -> None:
    done("officer", "start-zone", "zone", 7, code="shenyang", day=datetime.date(2026, 1, 2))
    row = AuditRow.objects.get()
    assert (row.actor, row.act, row.object, row.ok, row.reason) == ("officer", "start-zone", "zone:7", True, "")
    assert row.change == {"code": [None, "shenyang"], "day": [None, "2026-01-02"]}
    assert "officer start-zone zone:7" in str(row)


@pytest.mark.django_db(transaction=True)
def test_the_row_is_lost_with_the_act_and_its_number_is_given_again() -> None:
    done("officer", "first", "zone")
    for _time in range(3):
        with pytest.raises(ZeroDivisionError):
            act_that_fails("start-zone")
    done("officer", "second", "zone")
    assert list(AuditRow.objects.values_list("seq", "act")) == [(1, "first"), (2, "second")]
    assert verify_stored().ok


@pytest.mark.django_db(transaction=True)
def test_the_row_of_an_inner_act_is_lost_alone() -> None:
    with transaction.atomic():
        record("officer", "outer", "zone")
        with pytest.raises(ZeroDivisionError):
            act_that_fails("inner")
        record("officer", "last", "zone")
    assert [row.act for row in AuditRow.objects.all()] == ["outer", "last"]
    assert verify_stored().ok


@pytest.mark.django_db(transaction=True)
def test_an_act_whose_row_cannot_be_written_is_not_done(monkeypatch: pytest.MonkeyPatch) -> None:
    done("officer", "first", "zone")
    AuditHead.objects.update(seq=0, hash=GENESIS)  # the next row gets a number that is taken

    def act() -> None:
        with transaction.atomic():
            AuditSeal.objects.create(seq=99, hash=GENESIS, count=1, at=datetime.datetime.now(datetime.UTC))
            record("officer", "second", "zone")

    with pytest.raises(IntegrityError):
        act()
    assert not AuditSeal.objects.exists()
    assert AuditRow.objects.get().act == "first"


@pytest.mark.django_db
def test_a_person_is_named_by_key_and_by_the_organisation_acted_for() -> None:
    row = done(Someone(7, SimpleNamespace(organisation_id=3)), "start-zone", "zone", 1)
    assert (row.actor, row.acting_for) == ("person:7", "organisation:3")
    assert done(Someone(8), "start-zone", "zone", 1).acting_for == ""


@pytest.mark.django_db
def test_the_text_holds_the_ten_fields_and_is_what_is_hashed() -> None:
    first = done("officer", "start-zone", "zone", 7, reason="设立", name=("旧", "新"))
    second = done("officer", "start-zone", "house", change={"zones": 5})
    said = json.loads(first.text)
    assert sorted(said) == sorted(("seq", "at", "actor", "acting_for", "act", "object", "ok", "change", "reason", "address"))
    assert (said["change"], said["reason"], json.loads(second.text)["object"]) == ({"name": ["旧", "新"]}, "设立", "house")
    assert first.text == canonical(said)
    assert said["at"].endswith("Z")
    assert len(said["at"]) == len("2026-11-02T01:00:00.000000Z")
    assert (first.prev, second.prev) == (GENESIS, first.hash)
    assert second.hash == link_hash(first.hash, second.text)


@pytest.mark.django_db
def test_the_row_says_from_where_the_act_came() -> None:
    with coming_from("10.1.2.3"):
        assert done("officer", "start-zone", "zone").address == "10.1.2.3"
    assert done("officer", "start-zone", "zone").address == ""


values = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text() | st.floats(allow_nan=False, allow_infinity=False)
    | st.decimals(allow_nan=False, allow_infinity=False, places=3) | st.dates() | st.datetimes(),
    lambda below: st.lists(below, max_size=3) | st.dictionaries(st.text(), below, max_size=3), max_leaves=8,
)  # fmt: skip


@pytest.mark.django_db
@settings(suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(value=values, reason=st.text(), about=st.text(max_size=300))
def test_whatever_an_act_says_is_kept_and_the_chain_stays_whole(value: Any, reason: str, about: str) -> None:
    row = done("officer", "say", about, value=value, reason=reason)
    row = AuditRow.objects.get(pk=row.pk)
    assert row.text == canonical(json.loads(row.text))
    assert verify_stored(first=row.seq).ok


@pytest.mark.parametrize(
    ("value", "kept"),
    [(0.1, "0.1"), (1e-17, "0.00000000000000001"), (Decimal("1.50"), "1.50"), (10**20, 10**20), (True, True), ((1,), [1])],
)
@pytest.mark.django_db
def test_a_number_with_a_point_becomes_its_digits(value: object, kept: object) -> None:
    assert done("officer", "set-limits", "zone", value=value).change["value"] == [None, kept]


@pytest.mark.django_db
def test_a_number_that_is_none_fails_the_act() -> None:
    with pytest.raises(ValueError, match="infinite"):
        done("officer", "set-limits", "zone", value=float("nan"))


@pytest.mark.django_db
def test_personal_values_enter_as_digests_that_the_source_can_be_checked_against() -> None:
    row = done("officer", "renew-account", "person", 7, secret={"phone": ("13800000000", "13900000000"), "note": "家住沈阳"})
    assert not any(said in row.text for said in ("13800000000", "13900000000", "家住沈阳"))
    assert row.change["phone"] == [digest("13800000000"), digest("13900000000")]
    assert row.change["note"] == [None, digest("家住沈阳")]
    assert digest("13900000000") != digest("13900000001")


@pytest.mark.django_db
def test_two_installations_have_different_digests(monkeypatch: pytest.MonkeyPatch) -> None:
    here = digest("13900000000")
    monkeypatch.setattr(audit, "_salt", lambda: "another")
    assert digest("13900000000") != here


@pytest.mark.django_db
def test_an_act_that_needs_a_reason_is_refused_without_one(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(audit, "_reasoned", set())
    must_say_why("lower-class")
    with pytest.raises(Refused, match="reason-missing"):
        done("officer", "lower-class", "fact", 3, reason="  ")
    assert not AuditRow.objects.exists()
    assert done("officer", "lower-class", "fact", 3, reason="已公开").reason == "已公开"


# --- refusals -------------------------------------------------------------------------------------------------------


@pytest.mark.django_db(transaction=True)
def test_a_refusal_is_kept_after_the_act_was_rolled_back() -> None:
    with pytest.raises(ZeroDivisionError):
        act_that_fails("start-zone")
    record_refusal(Someone(7), "POST start-zone", "path:/zones/new/", "not-allowed")
    row = AuditRow.objects.get()
    assert (row.ok, row.actor, row.reason, row.change) == (False, "person:7", "not-allowed", {})


@pytest.mark.django_db(transaction=True)
def test_a_refusal_that_cannot_be_logged_stays_a_refusal(caplog: pytest.LogCaptureFixture) -> None:
    with transaction.atomic():  # not a transaction of its own: it would be lost with the outer one
        record_refusal("officer", "POST start-zone", "path:/", "not-allowed")
    assert not AuditRow.objects.exists()
    assert "was not logged" in caplog.text


# --- what is written stays ------------------------------------------------------------------------------------------


@pytest.mark.django_db
@pytest.mark.parametrize(
    "change",
    [
        lambda row: row.save(),
        lambda row: row.delete(),
        lambda row: AuditRow.objects.all().delete(),
        lambda row: AuditRow.objects.filter(pk=row.pk).update(actor="nobody"),
        lambda row: AuditRow._base_manager.filter(pk=row.pk).update(actor="nobody"),
        lambda row: AuditRow.objects.bulk_update([row], ["actor"]),
        lambda row: AuditRow.objects.bulk_create([row], update_conflicts=True, update_fields=["actor"], unique_fields=["seq"]),
        lambda row: AuditRow.objects.update_or_create(seq=row.seq, defaults={"actor": "nobody"}),
    ],
)
def test_a_row_cannot_be_changed_or_removed(change: Any) -> None:
    row = done("officer", "start-zone", "zone", 7)
    row.actor = "nobody"
    with pytest.raises(Unchangeable):
        change(row)
    assert AuditRow.objects.get().actor == "officer"


@pytest.mark.django_db
def test_a_new_row_with_a_known_number_takes_nobodys_place() -> None:
    row = done("officer", "start-zone", "zone", 7)
    copy = AuditRow(seq=row.seq, at=row.at, actor="nobody", act="x", object="x", prev=row.prev, hash=row.hash, text="{}")
    with pytest.raises(IntegrityError), transaction.atomic():
        copy.save()
    assert AuditRow.objects.get().actor == "officer"


@pytest.mark.django_db
def test_a_row_costs_three_statements(django_assert_num_queries: Any) -> None:
    done("officer", "start-zone", "zone", 7)
    with transaction.atomic(), django_assert_num_queries(3):
        record("officer", "start-zone", "zone", 8)
