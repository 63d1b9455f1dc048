"""A backup carries the files of rows: whole or not at all, and nothing of it leads out of their folder."""

import hashlib
import json
import shutil
import zipfile
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from django.core.management import call_command

from xinya.kit.attachments import path_of, root
from xinya.kit.refusals import Refused
from xinya.kit.tests.test_file_types import PDF, PNG
from xinya.site.backup import MANIFEST, restore_backup, write_backup
from xinya.zones import actions
from xinya.zones.models import Attachment, Company
from xinya.zones.tests.people import someone

pytestmark = pytest.mark.django_db(transaction=True)
Rewrite = Callable[[dict[str, bytes]], None]


@pytest.fixture
def backup(settings: Any, tmp_path: Path) -> Path:
    """Two files of one company, in a backup; the database and the folder are empty afterwards."""
    settings.VAR = tmp_path / "var"
    officer = someone("officer", "chain_officer")
    zone = actions.start_zone(officer, code="shenyang", name="沈阳高新区")
    company = Company.objects.create(zone=zone, name="甲航空", name_key="甲航空")
    for name, content in (("批复.pdf", PDF), ("照片.png", PNG)):
        file = actions.NewFile(name, content)
        actions.add_attachment(officer, owner_kind="company", owner_id=company.pk, file=file)
    write_backup(tmp_path / "zone.zip")
    empty()
    return tmp_path / "zone.zip"


def empty() -> None:
    call_command("flush", interactive=False, verbosity=0)
    shutil.rmtree(root(), ignore_errors=True)


def files() -> list[str]:
    return sorted(path.relative_to(root()).as_posix() for path in root().glob("*/*"))


def rewritten(source: Path, change: Rewrite) -> Path:
    """A copy whose members were changed, with a manifest that the forger made fit."""
    with zipfile.ZipFile(source) as archive:
        members = {name: archive.read(name) for name in archive.namelist()}
    change(members)
    target = source.with_name("other.zip")
    with zipfile.ZipFile(target, "w") as archive:
        for name, content in members.items():
            archive.writestr(name, content)
    return target


def refused(file: Path) -> str:
    with pytest.raises(Refused) as caught:
        restore_backup(file)
    assert (Attachment.objects.count(), files()) == (0, [])
    return caught.value.code


def test_restored_files_are_the_same_byte_by_byte(backup: Path) -> None:
    restore_backup(backup)
    rows = {row.name: row for row in Attachment.objects.all()}
    assert {name: path_of(row.stored).read_bytes() for name, row in rows.items()} == {"批复.pdf": PDF, "照片.png": PNG}
    assert all(hashlib.sha256(path_of(row.stored).read_bytes()).hexdigest() == row.sha256 for row in rows.values())
    assert len(files()) == 2


def test_a_file_that_belongs_to_no_row_stays_out_of_the_backup(backup: Path) -> None:
    restore_backup(backup)
    kept = files()
    (root() / "ab").mkdir(exist_ok=True)
    (root() / "ab" / ("0" * 30)).write_bytes(b"orphan")
    write_backup(backup.with_name("again.zip"))
    with zipfile.ZipFile(backup.with_name("again.zip")) as archive:
        assert sorted(name.removeprefix("files/") for name in archive.namelist() if name.startswith("files/")) == kept


def test_a_changed_a_missing_or_an_additional_file_is_noticed(backup: Path) -> None:
    def changed(members: dict[str, bytes]) -> None:
        name = next(name for name in members if name.startswith("files/"))
        members[name] += b"x"

    def missing(members: dict[str, bytes]) -> None:
        del members[next(name for name in members if name.startswith("files/"))]

    def additional(members: dict[str, bytes]) -> None:
        members["files/ab/" + "0" * 30] = b"x"

    assert [refused(rewritten(backup, change)) for change in (changed, missing, additional)] == ["backup-damaged"] * 3


def test_a_row_without_its_file_is_noticed_even_in_a_forged_manifest(backup: Path) -> None:
    def change(members: dict[str, bytes]) -> None:
        name = next(name for name in members if name.startswith("files/"))
        manifest = json.loads(members[MANIFEST])
        del members[name], manifest["files"][name.removeprefix("files/")]
        members[MANIFEST] = json.dumps(manifest).encode()

    assert refused(rewritten(backup, change)) == "backup-damaged"


@pytest.mark.parametrize("name", ["../../evil", "/etc/evil", "ab/../../evil", "AB/" + "0" * 30])
def test_a_name_that_leads_out_of_the_folder_is_no_backup(backup: Path, name: str) -> None:
    def change(members: dict[str, bytes]) -> None:
        manifest = json.loads(members[MANIFEST])
        members[f"files/{name}"] = b"x"
        manifest["files"][name] = hashlib.sha256(b"x").hexdigest()
        members[MANIFEST] = json.dumps(manifest).encode()

    assert refused(rewritten(backup, change)) == "not-a-backup"
    assert not list(backup.parent.rglob("*evil*"))


def test_a_restore_that_comes_to_nothing_leaves_no_file(backup: Path) -> None:
    def change(members: dict[str, bytes]) -> None:
        manifest = json.loads(members[MANIFEST])
        row = json.loads(members["zones_company.jsonl"])
        row["fields"]["zone"] = 77
        members["zones_company.jsonl"] = json.dumps(row).encode() + b"\n"
        digest = hashlib.sha256(members["zones_company.jsonl"]).hexdigest()
        manifest["members"]["zones_company.jsonl"]["sha256"] = digest
        members[MANIFEST] = json.dumps(manifest).encode()

    assert refused(rewritten(backup, change)) == "backup-damaged"


def test_a_file_that_is_gone_is_named_and_does_not_hinder_the_backup(backup: Path) -> None:
    restore_backup(backup)
    lost, kept = files()
    path_of(lost).unlink()
    write_backup(backup.with_name("again.zip"))
    empty()
    restore_backup(backup.with_name("again.zip"))
    assert (Attachment.objects.count(), files()) == (2, [kept])
