"""The audit row of an act: impossible outside a transaction, kept or lost together with the act."""

import datetime
import json

import pytest
from django.db import transaction

from xinya.kit.audit import record
from xinya.kit.models import AuditRow


def act_that_fails(act: str) -> None:
    with transaction.atomic():
        record("officer", act, "zone", 7)
        raise ZeroDivisionError


@pytest.mark.django_db(transaction=True)
def test_an_act_outside_a_transaction_is_refused_and_leaves_no_row() -> None:
    with pytest.raises(RuntimeError, match="inside its own transaction"):
        record("officer", "start-zone", "zone", 1)
    assert not AuditRow.objects.exists()


@pytest.mark.django_db(transaction=True)
def test_the_row_is_kept_with_the_act() -> None:
    with transaction.atomic():
        record("officer", "start-zone", "zone", 7, code="shenyang", day=datetime.date(2026, 1, 2))
    row = AuditRow.objects.get()
    assert (row.actor, row.act, row.subject, row.subject_id) == ("officer", "start-zone", "zone", "7")
    assert json.loads(row.values) == {"code": "shenyang", "day": "2026-01-02"}
    assert "officer start-zone zone 7" in str(row)


@pytest.mark.django_db(transaction=True)
def test_the_row_is_lost_with_the_act() -> None:
    with pytest.raises(ZeroDivisionError):
        act_that_fails("start-zone")
    assert not AuditRow.objects.exists()


@pytest.mark.django_db(transaction=True)
def test_the_row_of_an_inner_act_is_lost_alone() -> None:
    with transaction.atomic():
        record("officer", "outer", "zone")
        with pytest.raises(ZeroDivisionError):
            act_that_fails("inner")
    assert [row.act for row in AuditRow.objects.all()] == ["outer"]


@pytest.mark.django_db
def test_chinese_values_are_kept_as_they_are_read() -> None:
    with transaction.atomic():
        row = record("王科长", "answer-gap", "zone", reason="区内已有企业")
    assert "区内已有企业" in row.values
