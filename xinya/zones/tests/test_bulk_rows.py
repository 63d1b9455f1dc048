"""Many rows at once: as the one-by-one way leaves them, on either database."""

import datetime
from typing import Any

import pytest
from django.db import IntegrityError, connection, transaction
from django.db.models import ProtectedError
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from xinya.kit.bulk import delete_rows, insert_rows
from xinya.zones.models import Check, Company, Fact, FactReview, ImportBatch, ImportRow, Person, Source, Zone
from xinya.zones.tests.people import someone

pytestmark = pytest.mark.django_db
ODD = ["a\tb", "line\nbreak", "\\N", "\\", "", "null", "“引号”'\"", "%s {}", "\r\n", "\\.", "𠀀"]


@pytest.fixture
def source() -> Source:
    return Source.objects.create(kind="list", title="名单")


def columns(zone: Zone, company: Company, source: Source, text: str) -> dict[str, Any]:
    return {
        "zone_id": zone.pk, "company_id": company.pk, "kind": "product", "text": text, "source_id": source.pk, "number": None,
        "observed_on": datetime.date(2025, 1, 2), "confidence": "0.75", "known_from": timezone.now(), "secrecy": "INTERNAL",
    }  # fmt: skip


def test_rows_are_kept_as_they_are_whatever_signs_they_hold(zone: Zone, company: Company, source: Source) -> None:
    assert insert_rows(Fact, (columns(zone, company, source, text) for text in ODD)) == len(ODD)
    held = list(Fact.objects.order_by("pk"))
    assert [fact.text for fact in held] == ODD
    assert {(f.unit, f.settles, f.number, str(f.confidence), f.observed_on) for f in held} == {
        ("", False, None, "0.75", datetime.date(2025, 1, 2))
    }


def test_a_row_that_the_database_forbids_is_refused_as_django_says_it_and_keeps_all_out(
    zone: Zone, company: Company, source: Source
) -> None:
    rows = [columns(zone, company, source, "甲"), columns(zone, company, source, "乙") | {"secrecy": "NONE"}]
    with pytest.raises(IntegrityError), transaction.atomic():
        insert_rows(Fact, rows)
    assert not Fact.objects.exists()


def facts_with_what_hangs_on_them(zone: Zone, company: Company, source: Source) -> tuple[Fact, Fact, Person, ImportRow]:
    """A company's fact with a check, a review, a named reader and a replacement; another company's fact that replaces it too."""
    by = someone("officer", "chain_officer", zone=zone)
    other = Company.objects.create(zone=zone, name="乙公司", name_key="乙公司")
    first = Fact.objects.create(**columns(zone, company, source, "甲"))
    Fact.objects.create(**columns(zone, company, source, "丙"), replaces=first)
    outside = Fact.objects.create(**columns(zone, other, source, "丁"), replaces=first)
    first.readers.add(by)
    FactReview.objects.create(fact=first, kind="CONFIRMED", by=by)
    Check.objects.create(zone=zone, company=company, fact=first, kind="product", outcome="RIGHT", age=1, voice="officer", by=by)
    batch = ImportBatch.objects.create(zone=zone, name="名单", sha256="0" * 64, size=1, by=by)
    row = ImportRow.objects.create(batch=batch, row=2, outcome="created", company=company)
    return first, outside, by, row


@pytest.mark.parametrize("is_own_way", [True, False])
def test_what_goes_and_what_stays_is_as_django_deletes_it(zone: Zone, company: Company, source: Source, is_own_way: bool) -> None:
    _first, outside, by, row = facts_with_what_hangs_on_them(zone, company, source)
    gone = Company.objects.filter(pk=company.pk)
    if is_own_way:
        assert delete_rows(gone) == 1
    else:
        gone.delete()
    assert [fact.pk for fact in Fact.objects.all()] == [outside.pk]
    outside.refresh_from_db()
    row.refresh_from_db()
    assert (outside.replaces, row.company) == (None, None)
    assert [model.objects.count() for model in (Check, FactReview, Fact.readers.through, Company)] == [0, 0, 0, 1]
    assert Person.objects.filter(pk=by.pk).exists()


def test_what_protects_a_row_keeps_it(zone: Zone, company: Company, source: Source) -> None:
    facts_with_what_hangs_on_them(zone, company, source)
    with pytest.raises(ProtectedError), transaction.atomic():
        delete_rows(Source.objects.filter(pk=source.pk))
    assert Fact.objects.count() == 3


def test_companies_that_go_are_named_by_number_in_every_statement(zone: Zone, company: Company, source: Source) -> None:
    """Found by their own query within others, PostgreSQL planned for minutes with 200,000 facts; no small test is that slow."""
    facts_with_what_hangs_on_them(zone, company, source)
    with CaptureQueriesContext(connection) as asked:
        delete_rows(Company.objects.filter(pk=company.pk))
    assert any('DELETE FROM "zones_fact"' in one["sql"] for one in asked)
    found_first, *others = [one["sql"] for one in asked if 'FROM "zones_company"' in one["sql"] and "merged_into" in one["sql"]]
    assert '"merged_into_id" IS NULL' in found_first
    assert [sql for sql in others if '"merged_into_id" IS NULL' in sql] == []


def test_where_nothing_goes_nothing_is_asked_of_what_hangs_on_it(zone: Zone, company: Company) -> None:
    with CaptureQueriesContext(connection) as asked:
        assert delete_rows(Company.objects.filter(pk=company.pk + 1)) == 0
    assert len(asked) == 1
    assert Company.objects.count() == 1
