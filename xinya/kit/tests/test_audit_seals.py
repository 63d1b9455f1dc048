"""Seals and looks through the stored chain: what is cut, made anew or written past the log is found; exports stand alone."""

import datetime
import json
from pathlib import Path
from typing import Any
from xml.etree import ElementTree

import pytest
from django.db import transaction
from django.db.models import QuerySet

from xinya.kit.audit import record
from xinya.kit.audit_chain import (
    COLUMN_DIFFERS,
    GENESIS,
    PREV_MISMATCH,
    ROW_CHANGED,
    SEAL_MISMATCH,
    SEQ_GAP,
    TAIL_MISSING,
    link_hash,
)
from xinya.kit.audit_check import export_stored, keep_check, verify_stored
from xinya.kit.audit_file import read_seal, verify_file
from xinya.kit.audit_seals import last_seal, seal_file, seal_qr, seal_today, take_seal
from xinya.kit.models import AuditCheck, AuditHead, AuditRow, AuditSeal
from xinya.kit.refusals import Refused

pytestmark = pytest.mark.django_db
NOON = datetime.datetime(2026, 11, 2, 4, 0, tzinfo=datetime.UTC)


def fill(count: int = 6) -> None:
    with transaction.atomic():
        for number in range(count):
            record("officer", "say", "zone", number, value=f"第{number}行", secret={"phone": "139"})


def by_hand() -> "QuerySet[AuditRow]":
    """The rows as somebody with the database in hand reaches them, past the log."""
    return QuerySet(AuditRow)


def found(**values: Any) -> tuple[int | None, str]:
    verdict = verify_stored(**values)
    return verdict.at, verdict.why


def remake(first: int) -> None:
    """Every hash from a row on, as a forger would make it anew."""
    before = by_hand().filter(seq=first - 1).first()
    prev = before.hash if before else GENESIS
    for row in by_hand().filter(seq__gte=first).order_by("seq"):
        by_hand().filter(seq=row.seq).update(prev=prev, hash=(prev := link_hash(prev, row.text)))
    AuditHead.objects.update(hash=prev)


def test_a_stored_chain_is_whole_from_any_row_on() -> None:
    assert verify_stored().ok
    fill()
    assert (verify_stored().rows, verify_stored(first=4).rows) == (6, 3)
    assert verify_stored(first=4).ok
    with pytest.raises(Refused, match="no-such-row"):
        verify_stored(first=7)


def test_what_is_done_to_the_table_by_hand_is_found() -> None:
    fill()
    text = by_hand().get(seq=4).text
    by_hand().filter(seq=4).update(text=text.replace("第3行", "第9行"))
    assert found() == (4, ROW_CHANGED)
    by_hand().filter(seq=4).update(text=text, actor="nobody")
    assert found() == (4, COLUMN_DIFFERS)
    by_hand().filter(seq=4).update(actor="officer", at=NOON)
    assert found() == (4, COLUMN_DIFFERS)
    by_hand().filter(seq=4).update(prev=GENESIS)
    assert found() == (4, PREV_MISMATCH)
    by_hand().filter(seq=4).delete()
    assert found() == (4, SEQ_GAP)
    assert found(first=5) == (4, SEQ_GAP)


def test_a_cut_tail_is_shown_by_the_head_and_by_a_seal_when_the_head_was_changed_too(tmp_path: Path) -> None:
    fill()
    file = tmp_path / "seal.json"
    file.write_text(seal_file(take_seal("house")))
    by_hand().filter(seq__gte=6).delete()
    assert found() == (6, TAIL_MISSING)
    AuditHead.objects.update(seq=5, hash=by_hand().get(seq=5).hash)
    assert found() == (6, TAIL_MISSING)
    QuerySet(AuditSeal).delete()
    assert found() == (None, "")  # alone, the shortened chain is a chain
    assert found(seals=[read_seal(file)]) == (6, TAIL_MISSING)


def test_a_chain_made_anew_is_shown_by_its_seal(tmp_path: Path) -> None:
    fill()
    take_seal("house")
    row = by_hand().get(seq=2)
    by_hand().filter(seq=2).update(text=row.text.replace("第1行", "第9行"))
    remake(2)
    assert found() == (6, SEAL_MISMATCH)


def test_rows_that_no_act_wrote_are_found_behind_the_end() -> None:
    fill(2)
    last = by_hand().get(seq=2)
    text = last.text.replace('"seq":2', '"seq":3')
    by_hand().create(
        seq=3, at=last.at, actor=last.actor, act=last.act, object=last.object, text=text, prev=last.hash,
        hash=link_hash(last.hash, text),
    )  # fmt: skip
    assert found() == (3, SEQ_GAP)


def test_a_seal_says_what_there_was_and_its_own_act_stands_behind_it() -> None:
    fill(3)
    seal = take_seal("house")
    assert (seal.seq, seal.count, seal.hash) == (3, 3, AuditRow.objects.get(seq=3).hash)
    assert AuditRow.objects.get(seq=4).act == "seal-audit"
    with pytest.raises(Refused, match="nothing-to-seal"):
        take_seal("house")
    fill(1)
    assert take_seal("house").seq == 5
    assert verify_stored().ok
    assert last_seal() == AuditSeal.objects.get(seq=5)


def test_nothing_is_sealed_where_nothing_was_done() -> None:
    with pytest.raises(Refused, match="nothing-to-seal"):
        take_seal("house")
    assert seal_today(NOON) is None
    assert not AuditSeal.objects.exists()


def test_one_seal_a_day_however_often_it_is_asked_for() -> None:
    fill(2)
    first = seal_today(NOON)
    fill(2)
    assert seal_today(NOON + datetime.timedelta(hours=11)) == first
    second = seal_today(NOON + datetime.timedelta(hours=12))  # midnight in Shanghai has passed
    assert (second is not None and first is not None and second.seq > first.seq, AuditSeal.objects.count()) == (True, 2)


def test_a_qr_code_is_a_picture_without_a_style_and_says_what_it_is() -> None:
    fill(1)
    seal = take_seal("house")
    for alone in (False, True):
        drawn = seal_qr(seal, label="封条 <1>", alone=alone)
        assert "封条 &lt;1&gt;" in drawn
        assert "style" not in drawn
        picture = ElementTree.fromstring(drawn)
        assert picture.attrib["role"] == "img"


def test_a_seal_that_is_none_is_refused(tmp_path: Path) -> None:
    file = tmp_path / "seal.json"
    for text in ("", "[]", "{}", '{"format":"xinya-audit-seal/1","seq":0,"hash":"","count":0}', '{"format":"other","seq":1}'):
        file.write_text(text)
        with pytest.raises(Refused, match="not-a-seal"):
            read_seal(file)


# --- exports --------------------------------------------------------------------------------------------------------


def exported(file: Path, **values: Any) -> list[str]:
    _head, lines = export_stored(**values)
    file.write_text("".join(lines), encoding="utf-8")
    return file.read_text("utf-8").splitlines(keepends=True)


def test_an_export_is_checked_without_the_database(tmp_path: Path) -> None:
    fill()
    take_seal("house")
    file = tmp_path / "log.jsonl"
    lines = exported(file)
    assert len(lines) == 1 + 7
    verdict = verify_file(file)
    assert (verdict.ok, verdict.rows, verdict.last) == (True, 7, AuditRow.objects.get(seq=7).hash)
    exported(file, first=3, last=5)
    assert (verify_file(file).ok, verify_file(file).rows) == (True, 3)
    with pytest.raises(Refused, match="no-such-row"):
        export_stored(first=9)


def test_what_is_done_to_an_export_is_found(tmp_path: Path) -> None:
    fill()
    seal = take_seal("house").as_seal()
    file = tmp_path / "log.jsonl"
    lines = exported(file)

    def after(changed: list[str], **values: Any) -> tuple[int | None, str]:
        file.write_text("".join(changed), encoding="utf-8")
        verdict = verify_file(file, **values)
        return verdict.at, verdict.why

    assert after([*lines[:3], lines[3].replace("第2行", "第9行"), *lines[4:]]) == (3, ROW_CHANGED)
    assert after([*lines[:3], *lines[4:]]) == (3, SEQ_GAP)
    assert after(lines[:-1]) == (7, TAIL_MISSING)
    head = json.loads(lines[0]) | {"last": 5, "seals": []}
    short = [json.dumps(head) + "\n", *lines[1:6]]
    assert after(short) == (None, "")
    head["seals"] = [{"seq": 5, "hash": seal.hash, "count": 5}]
    assert after([json.dumps(head) + "\n", *lines[1:6]]) == (5, SEAL_MISMATCH)
    assert after([lines[0], lines[1].replace('{"seq":1,', '{"seq":2,'), *lines[2:]]) == (1, SEQ_GAP)


@pytest.mark.parametrize("text", ["", "{}", "[]\n", '{"format":"other"}\n', "\x00", '{"format":"xinya-audit/1","first":1}\n'])
def test_a_file_that_is_no_export_is_refused(text: str, tmp_path: Path) -> None:
    (tmp_path / "log.jsonl").write_text(text)
    with pytest.raises(Refused, match="not-an-export"):
        verify_file(tmp_path / "log.jsonl")


def test_a_look_is_kept_with_what_it_found() -> None:
    fill(2)
    by_hand().filter(seq=2).update(actor="nobody")
    keep_check("shell", first=1, verdict=verify_stored())
    check = AuditCheck.objects.get()
    assert (check.by, check.first, check.rows, check.found, check.why) == ("shell", 1, 2, 2, COLUMN_DIFFERS)
