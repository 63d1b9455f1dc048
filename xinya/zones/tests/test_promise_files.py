"""Files of promises: both sides bring proof and read it, the zone's readers by class, nobody else knows of them."""

from pathlib import Path
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client

from xinya.kit.models import AuditRow
from xinya.kit.refusals import Refused
from xinya.kit.tests.test_file_types import PDF, SVG
from xinya.zones import actions
from xinya.zones.actions import NewPromise, make_promise
from xinya.zones.actions.attachments import NewFile, add_attachment
from xinya.zones.models import Attachment, Company, Organisation, Person, Promise, Zone
from xinya.zones.queries import attachments_of
from xinya.zones.tasks import keep_calendar
from xinya.zones.tests.people import someone

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _own_folder(settings: Any, tmp_path: Path) -> None:
    settings.VAR = tmp_path


@pytest.fixture
def officer() -> Person:
    return someone("officer", "chain_officer")


@pytest.fixture
def zone(officer: Person) -> Zone:
    return actions.start_zone(officer, code="shenyang", name="沈阳高新区", name_en="Shenyang")


def company_of(zone: Zone, name: str) -> Company:
    company = Company.objects.create(zone=zone, name=name, name_key=name)
    Organisation.objects.create(company=company, kind="COMPANY", name=name, zone=zone)
    return company


@pytest.fixture
def company(zone: Zone) -> Company:
    return company_of(zone, "甲航空")


@pytest.fixture
def promise(officer: Person, zone: Zone, company: Company) -> Promise:
    keep_calendar()
    return make_promise(officer, zone=zone, wanted=NewPromise(text="办好厂房消防验收", company=company, n=30, unit="WD"))


def add(person: Person, promise: Promise, *, secrecy: str = "", name: str = "验收意见.pdf") -> Attachment:
    return add_attachment(person, owner_kind="promise", owner_id=promise.pk, file=NewFile(name, PDF, secrecy))


def seen_by(person: Person, promise: Promise) -> set[str]:
    return {row.name for row in attachments_of(person, "promise", promise.pk)}


def test_both_sides_bring_proof_and_read_each_other_s(officer: Person, company: Company, promise: Promise) -> None:
    member = someone("zhao", "company_user", company=company)
    add(officer, promise, name="通知.pdf")
    add(member, promise, name="整改照片.pdf")
    assert seen_by(officer, promise) == seen_by(member, promise) == {"通知.pdf", "整改照片.pdf"}
    assert AuditRow.objects.filter(act="add-file", object=f"promise:{promise.pk}").count() == 2


def test_another_company_neither_adds_nor_sees(officer: Person, zone: Zone, promise: Promise) -> None:
    stranger = someone("qian", "company_user", company=company_of(zone, "乙航空"))
    add(officer, promise)
    with pytest.raises(Refused) as refused:
        add(stranger, promise)
    assert refused.value.status == 404
    assert seen_by(stranger, promise) == set()
    client = Client()
    client.force_login(stranger)
    where = f"/zh-hans/zones/shenyang/promises/{promise.pk}/files/"
    assert client.post(where, {"file": SimpleUploadedFile("a.pdf", PDF), "secrecy": "INTERNAL"}).status_code == 404
    assert client.get(f"/api/v1/zones/shenyang/promises/{promise.pk}/attachments").status_code == 404
    assert client.get(f"/zh-hans/files/{Attachment.objects.get().pk}/").status_code == 404


def test_a_reader_of_the_zone_sees_what_is_internal_and_adds_nothing(officer: Person, promise: Promise) -> None:
    reader, auditor = someone("reader", "zone_reader"), someone("auditor", "auditor")
    add(officer, promise, name="内部.pdf")
    add(officer, promise, name="企业.pdf", secrecy="COMPANY")
    add(officer, promise, name="受限.pdf", secrecy="RESTRICTED")
    assert seen_by(reader, promise) == {"内部.pdf"}
    assert seen_by(auditor, promise) == {"内部.pdf", "企业.pdf"}
    assert seen_by(officer, promise) == {"内部.pdf", "企业.pdf", "受限.pdf"}
    with pytest.raises(Refused) as refused:
        add(reader, promise)
    assert refused.value.code == "not-allowed"


def test_a_restricted_file_stays_with_who_brought_it_unless_the_promise_is_restricted(
    officer: Person, company: Company, promise: Promise
) -> None:
    member = someone("zhao", "company_user", company=company)
    add(officer, promise, name="受限.pdf", secrecy="RESTRICTED")
    assert seen_by(member, promise) == set()
    Promise.objects.update(secrecy="RESTRICTED")
    assert seen_by(member, promise) == {"受限.pdf"}


def test_proof_is_added_on_the_page_and_a_wrong_kind_is_said_beside_the_field(officer: Person, promise: Promise) -> None:
    client = Client()
    client.force_login(officer)
    page = f"/zh-hans/zones/shenyang/promises/{promise.pk}/"
    wrong = client.post(f"{page}files/", {"file": SimpleUploadedFile("a.svg", SVG), "secrecy": "INTERNAL"})
    assert wrong.status_code == 422
    assert "errmsg" in wrong.content.decode()
    assert client.post(f"{page}files/", {"file": SimpleUploadedFile("验收.pdf", PDF), "secrecy": "INTERNAL"}).status_code == 302
    assert "验收.pdf" in client.get(page).content.decode()


def test_proof_is_added_and_listed_by_the_api(officer: Person, promise: Promise) -> None:
    client, where = Client(), f"/api/v1/zones/shenyang/promises/{promise.pk}/attachments"
    client.force_login(officer)
    sent = {"file": SimpleUploadedFile("验收.pdf", PDF), "secrecy": "COMPANY"}
    assert client.post(where, sent, headers={"Idempotency-Key": "proof-1"}).status_code == 201
    listed = client.get(where).json()
    assert [(row["name"], row["secrecy"]) for row in listed["items"]] == [("验收.pdf", "COMPANY")]
