"""`xinya audit ...`: look through the log's chain, seal it, write it out; an export is checked without any database."""

import argparse
import os
from pathlib import Path

from xinya.kit.audit_chain import (
    COLUMN_DIFFERS,
    PREV_MISMATCH,
    ROW_CHANGED,
    SEAL_MISMATCH,
    SEQ_GAP,
    TAIL_MISSING,
    Verdict,
)
from xinya.kit.audit_file import read_seal, verify_file
from xinya.kit.refusals import Refused
from xinya.kit.text import gettext_noop as _
from xinya.kit.text import say

from .house import open_house

SHELL = "shell"
WHOLE = _("The chain is whole: %(rows)s rows, the last with the hash %(hash)s.")
FOUND = _("Row %(seq)s: %(why)s. %(sentence)s")
WHY = {
    SEQ_GAP: _("The row with this number is missing, or another stands in its place."),
    PREV_MISMATCH: _("The row does not follow the one before it."),
    ROW_CHANGED: _("What the row says is not what was hashed."),
    COLUMN_DIFFERS: _("A column beside the text says something else than the text."),
    TAIL_MISSING: _("The chain ends before this row, which was there."),
    SEAL_MISMATCH: _("The row is not the one that was sealed."),
}
SEALED = _("Sealed: row %(seq)s, %(hash)s.")
EXPORTED = _("Log written: %(file)s, rows %(first)s to %(last)s.")
FILE_THERE = _("The file %(file)s exists already and is not written over.")


def add_parsers(subparsers: "argparse._SubParsersAction[argparse.ArgumentParser]") -> None:
    """Register `audit` with its commands."""
    audit = subparsers.add_parser("audit", help="verify, seal and export the log of what was done")
    commands = audit.add_subparsers(dest="audit_command", required=True)
    verify = commands.add_parser("verify", help="look through the chain and name the first row that is wrong")
    verify.add_argument("--from", dest="first", type=int, default=1, metavar="SEQ", help="begin at this row; default 1")
    verify.add_argument("--seal", type=Path, action="append", default=[], metavar="FILE", help="a seal that was kept outside")
    verify.add_argument("--file", type=Path, metavar="FILE", help="check this export instead, without a database")
    verify.set_defaults(run=run_verify)
    seal = commands.add_parser("seal", help="seal the chain as it is now")
    seal.add_argument("--out", type=Path, metavar="FILE", help="keep the seal here; a name with .svg becomes a QR code")
    seal.set_defaults(run=run_seal)
    export = commands.add_parser("export", help="write the rows with their hashes as JSON lines")
    export.add_argument("file", type=Path, metavar="FILE")
    export.add_argument("--from", dest="first", type=int, default=1, metavar="SEQ", help="first row; default 1")
    export.add_argument("--to", dest="last", type=int, metavar="SEQ", help="last row; default the end")
    export.set_defaults(run=run_export)


def run_verify(arguments: argparse.Namespace) -> int:
    """Print what was found. 0 for a whole chain, 1 for a finding."""
    seals = [read_seal(file) for file in arguments.seal]
    if arguments.file is not None:
        return _say(verify_file(arguments.file, seals=seals), arguments.language)
    with open_house():
        from xinya.kit.audit_check import keep_check, verify_stored

        verdict = verify_stored(first=arguments.first, seals=seals)
        keep_check(SHELL, first=arguments.first, verdict=verdict)
    return _say(verdict, arguments.language)


def _say(verdict: Verdict, language: str) -> int:
    if verdict.ok:
        print(say(language, WHOLE, rows=verdict.rows, hash=verdict.last))
        return 0
    print(say(language, FOUND, seq=verdict.at, why=verdict.why, sentence=say(language, WHY[verdict.why])))
    return 1


def run_seal(arguments: argparse.Namespace) -> int:
    """Take a seal, or take the last one where nothing was done since; print it and keep it where it is wanted."""
    with open_house():
        from xinya.kit.audit_seals import last_seal, seal_file, seal_qr, take_seal

        _demand_absent(arguments.out)
        try:
            seal = take_seal(SHELL)
        except Refused:
            known = last_seal()
            if known is None:
                raise
            seal = known
        if arguments.out is not None:
            is_picture = arguments.out.suffix.lower() == ".svg"
            _write(arguments.out, seal_qr(seal, label=str(seal), alone=True) if is_picture else seal_file(seal) + "\n")
        print(say(arguments.language, SEALED, seq=seal.seq, hash=seal.hash))
    return 0


def run_export(arguments: argparse.Namespace) -> int:
    """Write rows out; that this was done is itself a row of the log."""
    with open_house():
        from django.db import transaction

        from xinya.kit.audit import record
        from xinya.kit.audit_check import export_stored

        _demand_absent(arguments.file)
        head, lines = export_stored(first=arguments.first, last=arguments.last)
        with transaction.atomic():
            record(SHELL, "export-audit", "audit", first=head.first, last=head.last)
        with os.fdopen(os.open(arguments.file, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w", encoding="utf-8") as file:
            file.writelines(lines)
    print(say(arguments.language, EXPORTED, file=arguments.file, first=head.first, last=head.last))
    return 0


def _write(file: Path, text: str) -> None:
    with os.fdopen(os.open(file, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w", encoding="utf-8") as opened:
        opened.write(text)


def _demand_absent(file: Path | None) -> None:
    if file is not None and file.exists():
        raise Refused("file-exists", FILE_THERE, file=file)
