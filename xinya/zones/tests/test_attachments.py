"""Files of rows: seen through their owner's gate, at least as secret, given out to be saved, and none without its bytes."""

import hashlib
import os
import time
from functools import partial
from pathlib import Path
from typing import Any

import pytest
from django.contrib.messages import get_messages
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client

from xinya.kit import attachments as kit_attachments
from xinya.kit.attachments import Owner, owner_of, path_of, register_owner, root
from xinya.kit.models import AuditRow
from xinya.kit.refusals import Refused
from xinya.kit.tests.test_file_types import PDF, PNG, SVG
from xinya.zones import actions
from xinya.zones.actions.attachments import NewFile, add_attachment, forget_orphan_files, open_attachment
from xinya.zones.models import Attachment, Company, Person, Zone
from xinya.zones.queries import attachments_of
from xinya.zones.tests.people import someone

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _own_folder(settings: Any, tmp_path: Path) -> None:
    settings.VAR = tmp_path


@pytest.fixture
def officer() -> Person:
    return someone("officer", "chain_officer")


@pytest.fixture
def company(officer: Person) -> Company:
    zone = actions.start_zone(officer, code="shenyang", name="沈阳高新区", name_en="Shenyang")
    return Company.objects.create(zone=zone, name="甲航空", name_key="甲航空")


def add(person: Person, company: Company, *, name: str = "批复.pdf", content: bytes = PDF, secrecy: str = "") -> Attachment:
    file = NewFile(name, content, secrecy)
    return add_attachment(person, owner_kind="company", owner_id=company.pk, file=file)


def files() -> list[Path]:
    return [path for path in root().glob("*/*") if path.is_file()]


def refusal(act: Any) -> Refused:
    with pytest.raises(Refused) as caught:
        act()
    return caught.value


def test_a_file_is_kept_whole_under_a_random_name_for_its_owner_only(officer: Person, company: Company) -> None:
    row = add(officer, company)
    path = path_of(row.stored)
    assert (path.read_bytes(), path.stat().st_mode & 0o777) == (PDF, 0o600)
    assert (row.name, row.kind, row.size, row.sha256) == ("批复.pdf", "pdf", len(PDF), hashlib.sha256(PDF).hexdigest())
    assert "批复" not in row.stored
    assert add(officer, company).stored != row.stored
    assert AuditRow.objects.filter(act="add-file", object=f"company:{company.pk}").count() == 2


@pytest.mark.parametrize(
    ("name", "content", "code"),
    [
        ("x.pdf", b"", "file-empty"),
        ("x.pdf", PNG, "type-mismatch"),
        ("x.svg", SVG, "file-unknown"),
        ("../x.pdf", PDF, "name-unsafe"),
        ("x.pdf", PDF + PNG, "file-damaged"),
    ],
)
def test_what_is_refused_leaves_neither_row_nor_file(
    officer: Person, company: Company, name: str, content: bytes, code: str
) -> None:
    assert refusal(lambda: add(officer, company, name=name, content=content)).code == code
    assert (Attachment.objects.count(), files()) == (0, [])


def test_an_act_that_fails_behind_the_file_takes_it_away(
    officer: Person, company: Company, monkeypatch: pytest.MonkeyPatch
) -> None:
    def broken(*_arguments: object, **_values: object) -> None:
        raise RuntimeError("the log is full")

    monkeypatch.setattr("xinya.zones.actions.attachments.record", broken)
    with pytest.raises(RuntimeError, match="log"):
        add(officer, company)
    assert (Attachment.objects.count(), files()) == (0, [])


def test_a_file_is_at_least_as_secret_as_its_owner(officer: Person, company: Company) -> None:
    classes = [add(officer, company, secrecy=wanted).secrecy for wanted in ("", "PUBLIC", "INTERNAL", "COMPANY", "RESTRICTED")]
    assert classes == ["INTERNAL", "INTERNAL", "INTERNAL", "COMPANY", "RESTRICTED"]
    assert refusal(lambda: add(officer, company, secrecy="SECRET")).code == "class-unknown"


def test_each_role_sees_the_files_of_its_classes(officer: Person, company: Company) -> None:
    own = someone("own", "company_admin", company=company)
    other_company = Company.objects.create(zone=company.zone, name="乙材料", name_key="乙材料")
    brought = {c: add(someone(f"by-{c}", "chain_officer"), company, secrecy=c).pk for c in ("INTERNAL", "COMPANY", "RESTRICTED")}
    seen = {
        "officer": {"INTERNAL"}, "reader": {"INTERNAL"}, "own": {"COMPANY"}, "other": set(), "elsewhere": set(),
        "commissioner": set(), "auditor": {"INTERNAL", "COMPANY"}, "system": set(),
    }  # fmt: skip
    far = Zone.objects.create(code="wuxi", name="无锡高新区", name_en="Wuxi")
    people = {
        "officer": officer, "reader": someone("reader", "zone_reader"), "own": own, "auditor": someone("auditor", "auditor"),
        "other": someone("other", "company_admin", company=other_company), "elsewhere": someone("far", "chain_officer", zone=far),
        "commissioner": someone("commissioner", "commissioner"), "system": someone("system", "system_officer"),
    }  # fmt: skip
    for name, person in people.items():
        found = {row.secrecy for row in attachments_of(person, "company", company.pk)}
        assert found == seen[name], name
        for secrecy, pk in brought.items():
            if secrecy in seen[name]:
                assert open_attachment(person, attachment_id=pk).pk == pk
            else:
                hidden, absent = (refusal(partial(open_attachment, person, attachment_id=n)) for n in (pk, 10**9))
                assert (hidden.code, hidden.status, hidden.sentence()) == (absent.code, 404, absent.sentence())


def test_who_brought_a_restricted_file_still_sees_it(officer: Person, company: Company) -> None:
    row = add(officer, company, secrecy="RESTRICTED")
    assert open_attachment(officer, attachment_id=row.pk) == row
    assert AuditRow.objects.filter(act="read-file").count() == 1, "reading it is recorded"


def test_only_officers_of_the_zone_and_the_company_itself_add_files(officer: Person, company: Company) -> None:
    far = Zone.objects.create(code="wuxi", name="无锡高新区", name_en="Wuxi")
    assert refusal(lambda: add(someone("reader", "zone_reader"), company)).status == 403
    for stranger in (someone("far", "chain_officer", zone=far), someone("system", "system_officer")):
        assert refusal(partial(add, stranger, company)).status == 404
    assert add(someone("own", "company_user", company=company), company).secrecy == "INTERNAL"
    nobody = refusal(lambda: add_attachment(officer, owner_kind="nothing", owner_id=1, file=NewFile("x.pdf", PDF)))
    assert nobody.status == 404


def test_a_row_takes_no_more_than_its_number_of_files(officer: Person, company: Company, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("xinya.zones.actions.attachments.MOST_FILES", 1)
    add(officer, company)
    assert refusal(lambda: add(officer, company)).code == "too-many-files"


def test_a_kind_of_owner_is_registered_once() -> None:
    register_owner(owner_of("company"))
    with pytest.raises(ValueError, match="company"):
        register_owner(Owner("company", lambda _p: None, lambda _p, _i: None, lambda _i: ("PUBLIC", None)))  # type: ignore[arg-type, return-value]


def test_what_no_row_knows_is_cleared_away_after_a_day(officer: Person, company: Company) -> None:
    kept, fresh, old, half = add(officer, company), *(add(officer, company) for _ in range(3))
    Attachment.objects.exclude(pk=kept.pk).delete()
    yesterday = time.time() - 25 * 60 * 60
    for row in (kept, old):
        os.utime(path_of(row.stored), (yesterday, yesterday))
    growing = path_of(half.stored).rename(path_of(half.stored).with_suffix(".1.growing"))
    os.utime(growing, (yesterday, yesterday))
    assert forget_orphan_files() == 2
    assert sorted(files()) == sorted([path_of(kept.stored), path_of(fresh.stored)])


@pytest.mark.parametrize("stored", ["../../etc/passwd", "/etc/passwd", "ab/../../x", "", "AB/" + "0" * 30, "ab/" + "0" * 30 + "\n"])
def test_no_path_leads_out_of_the_folder(stored: str) -> None:
    with pytest.raises(ValueError, match="stored name"):
        path_of(stored)


# --- pages and API ------------------------------------------------------------------------------------------------------


def signed_in(name: str) -> Client:
    client = Client(headers={"accept-language": "en"})
    client.force_login(Person.objects.get(username=name))
    return client


def test_a_file_is_handed_over_to_be_saved_and_never_shown(officer: Person, company: Company) -> None:
    row = add(officer, company, name='批复 "终稿", v2.pdf'.replace('"', "”"))
    reply = signed_in("officer").get(f"/en/files/{row.pk}/")
    assert (reply.status_code, b"".join(reply.streaming_content)) == (200, PDF)  # type: ignore[attr-defined]
    assert reply.headers["Content-Type"] == "application/octet-stream"
    assert reply.headers["X-Content-Type-Options"] == "nosniff"
    assert reply.headers["Content-Disposition"].startswith("attachment; filename*=utf-8''%E6%89%B9")
    assert "no-store" in reply.headers["Cache-Control"]
    assert "default-src 'none'" in reply.headers["Content-Security-Policy"]


def test_hidden_and_absent_files_answer_alike(officer: Person, company: Company) -> None:
    row = add(officer, company)
    someone("system", "system_officer")
    client = signed_in("system")
    hidden, absent = client.get(f"/en/files/{row.pk}/"), client.get("/en/files/999999/")
    assert (hidden.status_code, hidden.content) == (absent.status_code, absent.content.replace(b"999999", str(row.pk).encode()))
    assert hidden.status_code == 404
    api = [client.get(f"/api/v1/attachments/{pk}") for pk in (row.pk, 999999)]
    assert [reply.status_code for reply in api] == [404, 404]
    assert api[0].content == api[1].content


def test_a_file_whose_bytes_are_gone_is_not_found(officer: Person, company: Company) -> None:
    row = add(officer, company)
    path_of(row.stored).unlink()
    assert signed_in("officer").get(f"/en/files/{row.pk}/").status_code == 404


def test_an_officer_adds_a_file_on_the_company_page(officer: Person, company: Company) -> None:
    client, address = signed_in("officer"), f"/en/zones/shenyang/companies/{company.pk}/"
    sent = {"file": SimpleUploadedFile("批复.pdf", PDF), "secrecy": "INTERNAL"}
    reply = client.post(address + "files/", sent)
    assert (reply.status_code, reply["Location"]) == (302, address)
    assert [str(m) for m in get_messages(reply.wsgi_request)] == ["The file is kept."]
    assert "批复.pdf" in client.get(address).content.decode()
    refused = client.post(address + "files/", {"file": SimpleUploadedFile("x.pdf", PNG), "secrecy": "INTERNAL"})
    assert refused.status_code == 422
    assert "Give the file its right name" in refused.content.decode()
    someone("reader", "zone_reader")
    assert "批复.pdf" in signed_in("reader").get(address).content.decode()
    assert signed_in("reader").post(address + "files/", sent | {"file": SimpleUploadedFile("y.pdf", PDF)}).status_code == 403
    assert Attachment.objects.count() == 1


def test_the_api_adds_lists_and_hands_over(officer: Person, company: Company) -> None:
    client, address = signed_in("officer"), f"/api/v1/zones/shenyang/companies/{company.pk}/attachments"
    key = {"Idempotency-Key": "once"}
    replies = [client.post(address, {"file": SimpleUploadedFile("批复.pdf", PDF)}, headers=key) for _ in range(2)]
    assert [reply.status_code for reply in replies] == [201, 201]
    assert replies[0].json() == replies[1].json()
    assert Attachment.objects.count() == 1
    listed = client.get(address).json()["items"]
    assert [(item["name"], item["secrecy"]) for item in listed] == [("批复.pdf", "INTERNAL")]
    handed = client.get(f"/api/v1/attachments/{listed[0]['id']}")
    assert b"".join(handed.streaming_content) == PDF  # type: ignore[attr-defined]
    refused = client.post(address, {"file": SimpleUploadedFile("x.html", b"<html>")})
    assert (refused.status_code, refused.json()["code"]) == (422, "file-unknown")


def test_a_name_from_the_wire_cannot_lead_elsewhere(officer: Person, company: Company) -> None:
    address = f"/api/v1/zones/shenyang/companies/{company.pk}/attachments"
    body = (
        b'--b\r\nContent-Disposition: form-data; name="file"; filename="../../../etc/cron.d/x.pdf"\r\n'
        b"Content-Type: application/pdf\r\n\r\n" + PDF + b"\r\n--b--\r\n"
    )
    reply = signed_in("officer").post(address, data=body, content_type="multipart/form-data; boundary=b")
    assert (reply.status_code, reply.json()["name"]) == (201, "x.pdf")
    assert all(root() in path.parents for path in files())


def test_the_folder_of_files_is_no_address(officer: Person, company: Company) -> None:
    row = add(officer, company)
    client = signed_in("officer")
    for address in (f"/files/{row.stored}", f"/static/../files/{row.stored}", f"/media/{row.stored}"):
        assert client.get(address).status_code in (301, 302, 404)
        assert client.get(address, follow=True).status_code == 404
    assert kit_attachments.root().name == "files"
