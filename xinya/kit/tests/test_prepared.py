"""A prepared query finds what Django's own finds, in one statement, for every value, row and thread."""

import datetime
import threading
from typing import Any

import pytest
from django.db import IntegrityError, connection, transaction
from django.db.models import Count, F, Model, Q, QuerySet, Value
from django.db.models.functions import Concat
from django.test.utils import CaptureQueriesContext

from xinya.kit.models import AuditRow
from xinya.kit.prepared import Prepared, PreparedCounts, PreparedInsert, PreparedUpdate
from xinya.zones.models import Company, FailedTry, Zone

pytestmark = pytest.mark.django_db


def of_zone(code: str) -> "Prepared[Company]":
    return Prepared(lambda mark: Company.objects.filter(zone__code=mark).select_related("zone").order_by("pk"), code)


@pytest.fixture
def zones() -> list[Zone]:
    as_of = datetime.date(2026, 1, 1)
    made = [Zone.objects.create(code=code, name=f"{code}区", name_en=code, as_of=as_of) for code in ("a", "b", "c")]
    for zone in made[:2]:
        for number in (1, 2):
            Company.objects.create(zone=zone, name=f"{zone.code}{number}", name_key=f"{zone.code}{number}")
    return made


def test_it_finds_what_the_query_finds_for_every_value_again_and_again(zones: list[Zone]) -> None:
    prepared = of_zone("the mark")
    for _again in range(3):
        for zone in zones:
            wanted = list(Company.objects.filter(zone=zone).order_by("pk"))
            found = prepared.rows(zone.code)
            assert found == wanted
            assert [plain(one) for one in found] == [plain(one) for one in wanted]
            assert [plain(one.zone) for one in found] == [plain(zone)] * len(wanted)
    assert prepared.rows("the mark") == prepared.rows("x'; --") == []


def plain(row: Model) -> dict[str, object]:
    return {field.attname: getattr(row, field.attname) for field in row._meta.concrete_fields}


def test_one_statement_brings_the_rows_and_what_belongs_to_them(zones: list[Zone]) -> None:
    prepared = of_zone("the mark")
    prepared.rows("a")
    with CaptureQueriesContext(connection) as made:
        assert [one.zone.name for one in prepared.rows("b")] == ["b区", "b区"]
    assert len(made) == 1


def test_several_values_go_to_their_own_places(zones: list[Zone]) -> None:
    prepared: Prepared[Company] = Prepared(
        lambda zone, name: Company.objects.filter(Q(zone__code=zone) | Q(name=name)).order_by("pk"), "the zone", "the name"
    )
    for zone, name, found in (("a", "b2", "a1 a2 b2"), ("b2", "a", ""), ("the name", "the zone", ""), ("b", "b1", "b1 b2")):
        assert [one.name for one in prepared.rows(zone, name)] == found.split()


def test_a_prepared_change_changes_what_the_query_would_and_says_how_many() -> None:
    def moved(name: str, to: str, since: datetime.datetime) -> tuple[QuerySet[FailedTry], dict[str, Any]]:
        return FailedTry.objects.filter(name=name, at__lt=since), {"address": Concat(F("name"), Value(to)), "at": since}

    change = PreparedUpdate(moved, "a name", "an address", datetime.datetime(1, 1, 2, tzinfo=datetime.UTC))
    noon = datetime.datetime(2026, 1, 15, 12, tzinfo=datetime.UTC)
    for name in ("a", "a", "b"):
        FailedTry.objects.create(at=noon, name=name)
    later, earlier = noon + datetime.timedelta(hours=1), noon - datetime.timedelta(hours=1)
    for name, to, since, number in (("a", "!", later, 2), ("c", "?", later, 0), ("b", "%s", later, 1), ("b", ".", earlier, 0)):
        with CaptureQueriesContext(connection) as made:
            assert change.change(name, to, since) == number
        assert len(made) == 1
    assert list(FailedTry.objects.order_by("pk").values_list("address", "at")) == [("a!", later), ("a!", later), ("b%s", later)]


def test_a_change_that_loses_a_mark_is_refused() -> None:
    lost = PreparedUpdate(lambda name, _to: (FailedTry.objects.filter(name=name), {"address": ""}), "a name", "an address")
    with pytest.raises(ValueError, match="an address"):
        lost.change("a", "b")


def test_a_row_written_meanwhile_is_found_and_each_call_gives_rows_of_its_own(zones: list[Zone]) -> None:
    prepared = of_zone("the mark")
    (first, *_rest) = prepared.rows("a")
    first.name = "changed and not saved"
    Company.objects.create(zone=zones[0], name="a3", name_key="a3")
    assert [one.name for one in prepared.rows("a")] == ["a1", "a2", "a3"]


def test_a_query_that_loses_its_mark_is_refused() -> None:
    lost: Prepared[Zone] = Prepared(lambda _mark: Zone.objects.all(), "the mark")
    with pytest.raises(ValueError, match="the mark"):
        lost.rows("a")


@pytest.mark.django_db(transaction=True)
def test_each_thread_asks_by_its_own_connection(zones: list[Zone]) -> None:
    prepared = of_zone("the mark")
    assert len(prepared.rows("a")) == 2
    found: list[tuple[int, int]] = []

    def ask() -> None:
        found.append((id(connection.connection), len(prepared.rows("a"))))
        found.append((id(connection.connection), len(prepared.rows("c"))))
        connection.close()

    asking = threading.Thread(target=ask)
    asking.start()
    asking.join()
    assert [number for _who, number in found] == [2, 0]
    assert len(prepared.rows("b")) == 2


@pytest.mark.django_db(transaction=True)
def test_rows_are_held_inside_a_transaction_alone_however_often_they_were_asked_for() -> None:
    held: Prepared[Zone] = Prepared(lambda code: Zone.objects.select_for_update().filter(code=code), "the code")
    Zone.objects.create(code="a", name="甲", name_en="A")
    for _time in range(2):
        with transaction.atomic():
            assert [zone.name for zone in held.rows("a")] == ["甲"]
        with pytest.raises(transaction.TransactionManagementError):
            held.rows("a")


def test_counts_are_those_of_the_query_for_every_value_in_one_statement(zones: list[Zone]) -> None:
    def counted(code: str, name: str) -> "QuerySet[Any, tuple[int, ...]]":
        rows = Company.objects.order_by().filter(zone__code=code).values("is_outside")
        return rows.annotate(all=Count("pk"), named=Count("pk", filter=Q(name=name))).values_list("all", "named")

    prepared = PreparedCounts(counted, "the zone", "the name")
    for _again in range(2):
        for zone in zones:
            for name in ("a1", "b2", "nobody"):
                with CaptureQueriesContext(connection) as made:
                    found = prepared.rows(zone.code, name)
                assert found == list(counted(zone.code, name))
                assert len(made) == 1
    assert prepared.rows("a", "a1") == [(2, 1)]
    assert prepared.rows("c", "a1") == []


def test_counts_that_have_no_place_for_a_value_are_not_prepared() -> None:
    prepared = PreparedCounts(lambda _mark: Company.objects.values_list("pk"), "the mark")
    with pytest.raises(ValueError, match="the mark"):
        prepared.rows("a")


def test_a_prepared_row_is_added_as_django_would_add_it_and_a_known_number_is_refused() -> None:
    def row(seq: int) -> AuditRow:
        at, ok = datetime.datetime(2026, 1, 15, 12, 0, seq, tzinfo=datetime.UTC), seq % 2 == 0
        words = {"actor": f"person:{seq}", "act": "look", "object": "100%s", "text": "{'“”'}", "prev": "0" * 64}
        return AuditRow(seq=seq, at=at, ok=ok, hash=f"{seq:064}", **words)

    insert = PreparedInsert(AuditRow)
    for seq in (1, 2, 3):
        one = row(seq)
        with CaptureQueriesContext(connection) as made:
            insert.add(one)
        assert len(made) == 1
        assert (one._state.adding, one._state.db) == (False, "default")
    row(4).save()
    found = list(AuditRow.objects.order_by("seq"))
    assert [plain(one) for one in found] == [plain(row(seq)) for seq in (1, 2, 3, 4)]
    with pytest.raises(IntegrityError), transaction.atomic():
        insert.add(row(2))


def test_rows_that_the_database_numbers_cannot_be_prepared() -> None:
    with pytest.raises(ValueError, match="numbers the rows"):
        PreparedInsert(FailedTry)
