"""The log as a whole: many writers on a real database, the move of older rows into the chain, the command line."""

import io
import json
import threading
from contextlib import redirect_stdout
from pathlib import Path
from typing import Any

import pytest
from django.apps.registry import Apps
from django.core.management import call_command
from django.db import connection, connections, transaction
from django.db.migrations.executor import MigrationExecutor
from django.db.models import QuerySet

from xinya.cli.main import main
from xinya.kit.audit import record, record_refusal
from xinya.kit.audit_check import verify_stored
from xinya.kit.audit_seals import seal_today
from xinya.kit.models import AuditCheck, AuditHead, AuditRow, AuditSeal

pytestmark = pytest.mark.django_db(transaction=True)
THREADS, TURNS = 8, 12


def fill(count: int = 3) -> None:
    for number in range(count):
        with transaction.atomic():
            record("officer", "say", "zone", number, value=number)


def test_many_writers_some_of_whom_fail_leave_a_chain_without_a_gap() -> None:
    start, done, wrong = threading.Barrier(THREADS), [], []

    def write(writer: int) -> None:
        start.wait()
        for turn in range(TURNS):
            try:
                with transaction.atomic():
                    record(f"writer-{writer}", "say", "turn", turn)
                    if turn % 4 == 3:
                        raise ZeroDivisionError
                done.append((writer, turn))
            except ZeroDivisionError:
                record_refusal(f"writer-{writer}", "say", f"turn:{turn}", "divided-by-zero")
            except Exception as error:
                wrong.append(repr(error))
        connections.close_all()

    threads = [threading.Thread(target=write, args=(writer,)) for writer in range(THREADS)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert wrong == []
    assert list(AuditRow.objects.values_list("seq", flat=True)) == list(range(1, THREADS * TURNS + 1))
    assert AuditRow.objects.filter(ok=True).count() == len(done) == THREADS * TURNS * 3 // 4
    assert verify_stored().ok


def test_two_who_seal_the_day_at_once_take_one_seal() -> None:
    fill()
    start = threading.Barrier(4)

    def seal() -> None:
        start.wait()
        seal_today()
        connections.close_all()

    threads = [threading.Thread(target=seal) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert AuditSeal.objects.count() == 1
    assert verify_stored().ok


# --- the rows of before ---------------------------------------------------------------------------------------------


def migrated(*targets: tuple[str, str]) -> Apps:
    executor = MigrationExecutor(connection)
    executor.migrate(list(targets))
    return MigrationExecutor(connection).loader.project_state(list(targets)).apps


def test_rows_of_before_the_chain_move_into_it_and_back_again() -> None:
    loader = MigrationExecutor(connection).loader
    chained = next(key for key in loader.graph.nodes if key[0] == "kit" and key[1].endswith("_audit_chain"))
    before = next(key for key in loader.graph.node_map[chained].parents if key.key[0] == "kit").key
    latest = loader.graph.leaf_nodes()
    try:
        old: Any = migrated(before).get_model("kit", "AuditRow")
        limits = {"demand": 0.5, "reason": "新口径", "chains": ["a"]}
        old.objects.create(actor="王科长", act="set-limits", subject="zone", subject_id="7", values=json.dumps(limits))
        old.objects.create(actor="demo", act="load-demo", subject="house", values='{"zones": 5}')
        kept = list(old.objects.order_by("pk").values())
        migrated(chained)
        first, second = AuditRow.objects.all()
        assert (first.actor, first.object, first.reason, first.at) == ("王科长", "zone:7", "新口径", kept[0]["at"])
        assert first.change == {"demand": [None, "0.5"], "chains": [None, ["a"]]}
        assert (second.object, second.prev) == ("house", first.hash)
        assert verify_stored().ok
        fill(1)
        assert AuditHead.objects.get().seq == 3
        again: Any = migrated(before).get_model("kit", "AuditRow")
        for row, known in zip(again.objects.order_by("pk").values(), kept, strict=False):
            said, told = json.loads(row.pop("values")), json.loads(known.pop("values"))
            assert {k: v for k, v in row.items() if k != "id"} == {k: v for k, v in known.items() if k != "id"}
            assert {k: str(v) for k, v in said.items()} == {k: str(v) for k, v in told.items()}
        assert again.objects.count() == 3
        again.objects.create(actor="x", act="y", subject="z")
    finally:
        migrated(*latest)
        call_command("flush", interactive=False, verbosity=0)


# --- the command line -----------------------------------------------------------------------------------------------


def shell(*arguments: str | Path) -> tuple[int, str]:
    said = io.StringIO()
    with redirect_stdout(said):
        code = main([str(argument) for argument in arguments])
    return code, said.getvalue()


@pytest.fixture(autouse=True)
def _english(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("XINYA_LANGUAGE", "en")


def test_the_shell_verifies_a_whole_chain_and_keeps_that_it_looked() -> None:
    fill()
    code, said = shell("audit", "verify")
    assert (code, "3 rows" in said, AuditRow.objects.get(seq=3).hash in said) == (0, True, True)
    assert shell("audit", "verify", "--from", "3")[0] == 0
    assert shell("audit", "verify", "--from", "9")[0] == 2
    assert [(check.by, check.first, check.found) for check in AuditCheck.objects.all()] == [("shell", 1, None), ("shell", 3, None)]


def test_the_shell_names_the_first_wrong_row_and_ends_with_1() -> None:
    fill()
    QuerySet(AuditRow).filter(seq=2).update(actor="nobody")
    code, said = shell("audit", "verify")
    assert (code, "Row 2: COLUMN_DIFFERS" in said) == (1, True)


def test_a_seal_from_the_shell_shows_a_tail_that_was_cut(tmp_path: Path) -> None:
    fill()
    file, picture = tmp_path / "seal.json", tmp_path / "seal.svg"
    assert shell("audit", "seal", "--out", file)[0] == 0
    assert shell("audit", "seal", "--out", picture)[0] == 0  # nothing new: the same seal again
    assert shell("audit", "seal", "--out", file)[0] == 2  # never over another file
    assert (AuditSeal.objects.count(), picture.read_text("utf-8").startswith("<?xml")) == (1, True)
    assert shell("audit", "verify", "--seal", file)[0] == 0
    QuerySet(AuditRow).filter(seq__gte=3).delete()
    QuerySet(AuditSeal).delete()
    AuditHead.objects.update(seq=2, hash=AuditRow.objects.get(seq=2).hash)
    assert shell("audit", "verify")[0] == 0
    code, said = shell("audit", "verify", "--seal", file)
    assert (code, "Row 3: TAIL_MISSING" in said) == (1, True)


def test_an_export_is_logged_and_checked_without_a_database(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    fill()
    file = tmp_path / "log.jsonl"
    assert shell("audit", "export", file, "--from", "2")[0] == 0
    row = AuditRow.objects.get(act="export-audit")
    assert (row.actor, row.change) == ("shell", {"first": [None, 2], "last": [None, 3]})
    assert file.stat().st_mode & 0o777 == 0o600
    assert shell("audit", "export", file)[0] == 2

    def closed(*_args: Any, **_values: Any) -> None:
        raise AssertionError("the database was asked")

    monkeypatch.setattr("xinya.cli.audit.open_house", closed)
    assert shell("audit", "verify", "--file", file)[0] == 0
    lines = file.read_text("utf-8").splitlines(keepends=True)
    file.write_text("".join([lines[0], *lines[2:]]), encoding="utf-8")
    code, said = shell("audit", "verify", "--file", file)
    assert (code, "Row 2: SEQ_GAP" in said) == (1, True)
