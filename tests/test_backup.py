"""Backup and restore: row by row the same, all or nothing, and a wrong file changes nothing."""

import hashlib
import json
import os
import stat
import subprocess
import sys
import zipfile
from collections.abc import Callable
from datetime import UTC, date, datetime
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
from django.contrib.auth.models import Group, Permission
from django.core.management import call_command
from django.db import DatabaseError, models, transaction
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tests.draws import examples
from xinya.chain.models import LimitSet, Placement, ZoneChain
from xinya.kit.audit import record
from xinya.kit.audit_seals import take_seal
from xinya.kit.refusals import Refused
from xinya.site.backup import MANIFEST, restore_backup, write_backup
from xinya.site.marks import is_marked_demo, is_untouched, mark_as_demo, stored_models
from xinya.zones.models import Company, Fact, Source, Zone
from xinya.zones.tasks import keep_calendar
from xinya.zones.tests.people import someone

ROOT = Path(__file__).resolve().parent.parent
pytestmark = pytest.mark.django_db(transaction=True)
Rewrite = Callable[[dict[str, bytes]], None]


def fill() -> None:
    """A zone with a row in most tables, and values that formats like to lose."""
    keep_calendar()
    group = Group.objects.create(name="观察员")
    group.permissions.set(Permission.objects.order_by("pk")[:3])
    officer = someone("officer", "chain_officer", password="p")
    officer.groups.add(group)
    zone = Zone.objects.create(code="shenyang", name="沈阳高新区", name_en="Shenyang", as_of=date(2026, 11, 24))
    source = Source.objects.create(
        kind=Source.Kind.NEWS, title="一句话\u2028两行，“引号”与 \\ 和 \t", url="https://example.cn/?a=1&b=二"
    )
    company = Company.objects.create(zone=zone, name="甲航空", name_key="甲航空", is_invented=True)
    Fact.objects.create(
        zone=zone,
        company=company,
        kind="revenue",
        number=9_007_199_254_740_993,
        source=source,
        observed_on=date(2026, 1, 1),
        confidence=Decimal("0.10"),
        withdrawn_at=datetime(2026, 1, 1, 1, 1, 1, 123456, UTC),
    )
    ZoneChain.objects.create(zone=zone, chain="aero-structures")
    placed = {"segment": "prepreg", "state": "CONFIRMED", "confidence": Decimal("0.95"), "rule": "alias"}
    Placement.objects.create(company=company, placed_on=date(2026, 2, 28), decided_by=officer, **placed)
    limits = {"demand": 0.1 + 0.2, "share": 1e-17, "readiness": 1 / 3, "depth": 3, "decay": 0.5, "residents": 2}
    LimitSet.objects.create(zone=zone, version=1, kinds="material", reason="", set_by=officer, **limits)
    with transaction.atomic():
        record(officer, "placed", "company", company.pk, secret={"phone": "13800000000"})
        take_seal("house")


def whole() -> dict[str, list[dict[str, Any]]]:
    """Every row of every table but sessions."""
    return {
        model._meta.db_table: list(model._base_manager.order_by("pk").values())
        for model in stored_models()
        if model._meta.db_table not in ("django_session", "kit_queue_worker")
    }


def flush() -> None:
    call_command("flush", interactive=False, verbosity=0)


def rewritten(source: Path, target: Path, change: Rewrite) -> Path:
    """A copy of a backup whose members were changed."""
    with zipfile.ZipFile(source) as archive:
        members = {name: archive.read(name) for name in archive.namelist()}
    change(members)
    with zipfile.ZipFile(target, "w") as archive:
        for name, content in members.items():
            archive.writestr(name, content)
    return target


def change_manifest(**values: object) -> Rewrite:
    def change(members: dict[str, bytes]) -> None:
        members[MANIFEST] = json.dumps(json.loads(members[MANIFEST]) | values).encode()

    return change


@pytest.fixture
def backup(tmp_path: Path) -> Path:
    fill()
    write_backup(tmp_path / "zone.zip")
    return tmp_path / "zone.zip"


def refused(file: Path, *, replace: bool = False) -> str:
    """The code of the refusal, after a look whether anything changed."""
    before = whole()
    with pytest.raises(Refused) as caught:
        restore_backup(file, replace=replace)
    assert whole() == before
    return caught.value.code


def test_a_restored_house_is_the_same_row_by_row(backup: Path) -> None:
    before = whole()
    assert len(before["zones_person_groups"]) == 1
    flush()
    assert whole() != before
    restored = restore_backup(backup)
    assert whole() == before
    assert restored.rows == sum(map(len, before.values()))


def test_new_rows_after_a_restore_get_numbers_of_their_own(backup: Path) -> None:
    flush()
    restore_backup(backup)
    zone = Zone.objects.create(code="mianyang", name="绵阳高新区", name_en="Mianyang")
    assert zone.pk == Zone.objects.exclude(pk=zone.pk).get().pk + 1


def test_a_backup_can_be_read_by_its_owner_only_and_carries_no_session(backup: Path) -> None:
    assert stat.S_IMODE(backup.stat().st_mode) == 0o600
    with zipfile.ZipFile(backup) as archive:
        manifest = json.loads(archive.read(MANIFEST))
        assert "django_session.jsonl" not in archive.namelist()
    assert manifest["members"]["zones_zone.jsonl"]["rows"] == 1
    assert "zones.0001_initial" in manifest["migrations"]


def test_a_backup_never_writes_over_another_file(backup: Path) -> None:
    content = backup.read_bytes()
    with pytest.raises(Refused, match="file-exists"):
        write_backup(backup)
    assert backup.read_bytes() == content
    assert list(backup.parent.iterdir()) == [backup]


def test_a_database_with_rows_is_replaced_only_when_told_so(backup: Path) -> None:
    before = whole()
    Zone.objects.create(code="own", name="自己的", name_en="Own")
    assert refused(backup) == "database-not-empty"
    restore_backup(backup, replace=True)
    assert whole() == before


def test_a_changed_row_is_noticed_before_anything_is_touched(backup: Path, tmp_path: Path) -> None:
    def change(members: dict[str, bytes]) -> None:
        members["zones_zone.jsonl"] = members["zones_zone.jsonl"].replace("沈阳".encode(), "绵阳".encode())

    assert refused(rewritten(backup, tmp_path / "other.zip", change), replace=True) == "backup-damaged"


@pytest.mark.parametrize("name", ["zones_zone.jsonl", "one-more.jsonl"])
def test_a_missing_or_an_additional_member_is_noticed(backup: Path, tmp_path: Path, name: str) -> None:
    def change(members: dict[str, bytes]) -> None:
        if members.pop(name, None) is None:
            members[name] = b""

    assert refused(rewritten(backup, tmp_path / "other.zip", change), replace=True) == "backup-damaged"


@pytest.mark.long
@settings(max_examples=examples(20), suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.data())
def test_one_flipped_byte_anywhere_changes_nothing(backup: Path, data: st.DataObject) -> None:
    content = bytearray(backup.read_bytes())
    place = data.draw(st.integers(0, len(content) - 1))
    content[place] ^= data.draw(st.integers(1, 255))
    other = backup.with_name("flipped.zip")
    other.write_bytes(content)
    before = whole()
    try:
        restore_backup(other, replace=True)
    except Refused as refusal:
        assert refusal.code.startswith(("backup-", "not-a-backup"))  # noqa: PT017
    assert whole() == before  # a byte that no reader looks at may flip; the rows are those of the backup all the same


def test_rows_that_contradict_each_other_leave_the_old_ones(backup: Path, tmp_path: Path) -> None:
    """Somebody who forges the digests too still cannot bring in a company without its zone."""

    def change(members: dict[str, bytes]) -> None:
        forged = members["zones_company.jsonl"].replace(b'"zone": 1', b'"zone": 77').replace(b'"zone":1', b'"zone":77')
        manifest = json.loads(members[MANIFEST])
        row = json.loads(forged)
        row["fields"]["zone"] = 77
        members["zones_company.jsonl"] = json.dumps(row).encode() + b"\n"
        manifest["members"]["zones_company.jsonl"]["sha256"] = hashlib.sha256(members["zones_company.jsonl"]).hexdigest()
        members[MANIFEST] = json.dumps(manifest).encode()

    assert refused(rewritten(backup, tmp_path / "forged.zip", change), replace=True) == "backup-damaged"


@pytest.mark.parametrize(
    ("values", "code"),
    [
        ({"version": "99.0"}, "backup-newer"),
        ({"migrations": ["zones.0001_initial"]}, "backup-other-tables"),
        ({"format": "xinya-backup/2"}, "not-a-backup"),
        ({"is_demo": True}, "backup-is-demo"),
    ],
)
def test_a_backup_that_does_not_fit_is_refused(backup: Path, tmp_path: Path, values: dict[str, object], code: str) -> None:
    assert refused(rewritten(backup, tmp_path / "other.zip", change_manifest(**values)), replace=True) == code


def test_a_file_that_is_no_backup_is_refused(tmp_path: Path) -> None:
    text, empty = tmp_path / "text.zip", tmp_path / "empty.zip"
    text.write_text("企业名称")
    with zipfile.ZipFile(empty, "w"):
        pass
    assert [refused(text), refused(empty), refused(tmp_path / "none.zip")] == [
        "not-a-backup",
        "not-a-backup",
        "file-not-found",
    ]


def test_a_demonstration_stays_a_demonstration(tmp_path: Path, settings: Any) -> None:
    mark_as_demo()
    write_backup(tmp_path / "demo.zip")
    flush()
    assert is_untouched()
    assert refused(tmp_path / "demo.zip") == "backup-is-demo"
    settings.IS_DEMO = True
    restore_backup(tmp_path / "demo.zip")
    assert is_marked_demo()


@pytest.fixture
def elsewhere(tmp_path: Path) -> Callable[..., str]:
    """The operator's commands on another house, an SQLite file of its own; answers with what they print."""
    environment = {name: text for name, text in os.environ.items() if not name.startswith(("XINYA_", "DJANGO_"))}
    environment |= {"XINYA_SECRET_KEY": "k" * 40, "XINYA_VAR": str(tmp_path / "var"), "XINYA_LANGUAGE": "en"}

    def command(*words: str | Path, code: int = 0) -> str:
        line = [sys.executable, "-m", "xinya.cli", "site", *map(str, words)]
        done = subprocess.run(line, cwd=ROOT, env=environment, capture_output=True, text=True, check=False)
        assert done.returncode == code, done.stderr
        return done.stdout + done.stderr

    return command


@pytest.mark.long
def test_a_house_moves_to_another_database_and_back(backup: Path, elsewhere: Callable[..., str], tmp_path: Path) -> None:
    """Upgrade, restore, backup, each by its command; on the run with PostgreSQL this goes to SQLite and home again."""
    before, rows = whole(), sum(map(len, whole().values()))
    assert "has the tables of this version" in elsewhere("upgrade")
    assert f"{rows} rows" in elsewhere("restore", backup)
    assert "--replace" in elsewhere("restore", backup, code=2)
    assert f"{rows} rows" in elsewhere("upgrade")  # a backup first, now that there is something to lose
    (kept,) = (tmp_path / "var" / "backups").iterdir()
    assert f"{rows} rows" in elsewhere("backup", tmp_path / "back.zip")
    flush()
    restore_backup(tmp_path / "back.zip")
    assert whole() == before
    restore_backup(kept, replace=True)
    assert whole() == before


def test_a_backup_before_an_upgrade_reads_the_tables_as_they_still_are(tmp_path: Path) -> None:
    """The new code knows a column that the old tables have not."""
    fill()
    newer = models.CharField(max_length=9, default="")
    newer.contribute_to_class(Zone, "newer")
    try:
        with pytest.raises(DatabaseError):
            list(Zone.objects.all())
        write_backup(tmp_path / "old.zip")
    finally:
        Zone._meta.local_fields.remove(newer)
        Zone._meta._expire_cache()  # type: ignore[attr-defined]
        del Zone.newer  # type: ignore[attr-defined]
    before = whole()
    restore_backup(tmp_path / "old.zip", replace=True)
    assert whole() == before


@pytest.mark.long
def test_a_house_without_tables_is_told_to_prepare_them_first(backup: Path, elsewhere: Callable[..., str]) -> None:
    told = elsewhere("restore", backup, code=2)
    assert ("xinya site upgrade" in told, len(told.splitlines())) == (True, 1)
    assert "xinya site upgrade" in elsewhere("backup", backup.with_name("none.zip"), code=2)
    assert not backup.with_name("none.zip").exists()


def test_values_that_formats_like_to_lose_are_in_the_file_as_they_are(backup: Path) -> None:
    with zipfile.ZipFile(backup) as archive:
        fact = json.loads(archive.read("zones_fact.jsonl"))["fields"]
        source = json.loads(archive.read("zones_source.jsonl"))["fields"]
    assert (fact["number"], fact["confidence"]) == (9_007_199_254_740_993, "0.10")
    assert fact["withdrawn_at"] == "2026-01-01T01:01:01.123456+00:00"
    assert source["title"] == Source.objects.get().title
