"""The same bytes go into the register a second time only with a reason, also where both files were brought before either was in."""

from collections.abc import Callable

import pytest
from django.test import Client

from xinya.kit.models import AuditRow
from xinya.zones.actions import commit_import
from xinya.zones.models import ImportBatch, Person, Zone
from xinya.zones.tests.people import refused, someone
from xinya.zones.tests.uploads import few, mapped

pytestmark = pytest.mark.django_db


@pytest.fixture
def officer(zone: Zone) -> Person:
    return someone("officer", "chain_officer", zone=zone, password=None)


@pytest.fixture
def second(zone: Zone, officer: Person) -> ImportBatch:
    """The second of two equal files, of which the first is in the register since the check of both; checked anew."""
    first, other = (mapped(officer, zone, name, few(1)) for name in ("a.tsv", "b.tsv"))
    commit_import(officer, batch_id=first.pk, key=first.key)
    moved = commit_import(officer, batch_id=other.pk, key=other.key, reason="先看一眼")
    assert (moved.state, moved.counts["moved"]) == ("previewed", 1)
    ImportBatch.objects.filter(pk=other.pk).update(reason="")
    other.refresh_from_db()
    return other


def test_the_commit_asks_why_and_keeps_the_answer(zone: Zone, officer: Person, second: ImportBatch) -> None:
    with refused("same-file") as caught:
        commit_import(officer, batch_id=second.pk, key=second.key)
    assert f"list {second.pk - 1}" in caught.value.sentence("en")
    with refused("reason-missing"):
        commit_import(officer, batch_id=second.pk, key=second.key, reason="x")
    done = commit_import(officer, batch_id=second.pk, key=second.key, reason="核对后再入一次")
    assert (done.state, done.reason) == ("committed", "核对后再入一次")
    assert AuditRow.objects.filter(object=f"import:{second.pk}", act="commit-import").count() == 1


def test_before_anything_is_compared_anew_too(zone: Zone, officer: Person) -> None:
    first, other = (mapped(officer, zone, name, few(1)) for name in ("a.tsv", "b.tsv"))
    commit_import(officer, batch_id=first.pk, key=first.key)
    with refused("same-file"):
        commit_import(officer, batch_id=other.pk, key=other.key)


def test_who_said_why_at_the_upload_is_not_asked_again(zone: Zone, officer: Person) -> None:
    first, other = (mapped(officer, zone, name, few(1), reason="两处都要") for name in ("a.tsv", "b.tsv"))
    commit_import(officer, batch_id=first.pk, key=first.key)
    other = commit_import(officer, batch_id=other.pk, key=other.key)
    assert commit_import(officer, batch_id=other.pk, key=other.key).state == "committed"


def test_a_second_part_of_the_same_list_needs_no_reason(zone: Zone, officer: Person) -> None:
    from xinya.zones.actions import Decision, answer_import

    batch = mapped(officer, zone, "a.tsv", few(1, 3, 4) + b"\n" + few(2, revenue=-5).partition(b"\n")[2])
    batch = commit_import(officer, batch_id=batch.pk, key=batch.key)
    batch = answer_import(officer, batch_id=batch.pk, decisions=[Decision("give_up", reason="NEGATIVE")])
    assert len(commit_import(officer, batch_id=batch.pk, key=batch.key).parts) == 2


def test_the_page_asks_for_the_reason(zone: Zone, second: ImportBatch, client_of: Callable[[str], Client]) -> None:
    client, address = client_of("chain_officer"), f"/en/zones/harbour/imports/{second.pk}/"
    page = client.get(f"{address}?step=commit").content.decode()
    assert "This very file was committed on" in page
    assert 'name="reason"' in page
    assert client.post(f"{address}commit/", {"key": second.key, "reason": ""}).status_code == 409
    assert client.post(f"{address}commit/", {"key": second.key, "reason": "核对后再入一次"}).status_code == 302
    second.refresh_from_db()
    assert second.state == "committed"


def test_over_http_the_reason_is_sent_with_the_commit(
    zone: Zone, second: ImportBatch, client_of: Callable[[str], Client]
) -> None:  # fmt: skip
    client, address = client_of("chain_officer"), f"/api/v1/imports/{second.pk}/commit"
    asked = client.post(address, {"key": second.key}, content_type="application/json")
    assert (asked.status_code, asked.json()["code"]) == (409, "same-file")
    done = client.post(address, {"key": second.key, "reason": "核对后再入一次"}, content_type="application/json")
    assert (done.status_code, done.json()["state"]) == (200, "committed")
