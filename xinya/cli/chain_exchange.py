"""`xinya chain foreign-pack` and `compare`: another zone's open data from a public set, and two documents compared; no database."""

import argparse
import datetime
import json
import sys
from pathlib import Path
from typing import Any

from xinya.chain.engine.compare import compare
from xinya.chain.files.exchange_objects import comparison_object
from xinya.chain.files.open_zone import OpenZone, document_bytes, read_open_zone
from xinya.kit.days import day_written
from xinya.kit.refusals import Refused
from xinya.kit.text import gettext_noop as _
from xinya.kit.text import say
from xinya.zones.files import CompanyLine, write_csv

from .chain_inputs import content_of

COUNTS = _("%(name)s: %(packs)s packs, %(segments)s segments, %(companies)s companies")


def add_exchange(top: "argparse._SubParsersAction[argparse.ArgumentParser]") -> None:
    """Register `chain foreign-pack` and `chain compare`."""
    verb = top.add_parser("foreign-pack", help="a public set of chains with its own nodes as another zone's open data")
    verb.add_argument("--tivac", type=Path, required=True, metavar="DIR", help="tables chains, nodes, companies, memberships")
    verb.add_argument("--chain", action="append", default=[], metavar="CODE", help="only this chain of the set; may be given again")
    verb.add_argument("--as-of", default=None, metavar="DAY", help="the day the set stands for (default: today)")
    verb.add_argument("--out", type=Path, metavar="JSON", help="where to write the document; default: the output stream")
    verb.add_argument("--outside", type=Path, metavar="CSV", help="also write its companies as a list of makers outside")
    verb.add_argument("--language", choices=("zh", "en"), default=None, help="language of the sentences")
    verb.set_defaults(run=run_foreign)
    verb = top.add_parser("compare", help="two zones' open data on one chain, only where definitions agree")
    verb.add_argument("one", type=Path, metavar="ONE")
    verb.add_argument("other", type=Path, metavar="OTHER")
    verb.add_argument("--chain", required=True, metavar="CODE")
    verb.add_argument("--json", action="store_true", help="for other programs")
    verb.add_argument("--language", choices=("zh", "en"), default=None, help="language of the sentences")
    verb.set_defaults(run=run_compare)


def run_foreign(arguments: argparse.Namespace) -> int:
    from xinya.chain.files.tivac import tivac_document

    today = datetime.datetime.now().astimezone().date()
    try:
        as_of = today if arguments.as_of is None else day_written(arguments.as_of)
    except ValueError as error:
        raise Refused("day-wrong", _("%(day)s is not a day written YYYY-MM-DD."), day=arguments.as_of) from error
    content = document_bytes(tivac_document(arguments.tivac, as_of=as_of, chains=arguments.chain))
    zone = read_open_zone(content)  # what is written is what every zone can read
    if arguments.out:
        arguments.out.write_bytes(content)
    else:
        sys.stdout.buffer.write(content)
    if arguments.outside:
        arguments.outside.write_bytes(write_csv(outside_lines(zone)))
    values: dict[str, Any] = {
        "name": zone.name, "packs": len(zone.packs), "companies": len(zone.companies),
        "segments": sum(len(p.segments) for p in zone.packs.values()),
    }  # fmt: skip
    print(say(arguments.language, COUNTS, **values), file=sys.stderr)
    return 0


def outside_lines(zone: OpenZone) -> list[CompanyLine]:
    """The companies of a document as lines of a list of makers outside."""
    from xinya.chain.files.open_lines import maker_lines

    return maker_lines(zone)


def run_compare(arguments: argparse.Namespace) -> int:
    sides = []
    for path in (arguments.one, arguments.other):
        zone = read_open_zone(content_of(path))
        side = zone.side(arguments.chain)
        if side is None:
            raise Refused("unknown-chain", _("%(name)s has no chain %(chain)s."), name=zone.name, chain=arguments.chain)
        sides.append(side)
    found = compare(*sides)
    if arguments.json:
        print(json.dumps(comparison_object(found), ensure_ascii=False, indent=1))
        return 0
    said = arguments.language
    for row in found.rows:
        shown = ["–" if n is None else str(n) for n in row.makers]
        print(f"{row.segment.name(said)}: {shown[0]} / {shown[1]}")
    for unlike in found.unlike:
        reason = {
            "only-here": _("only in the first"),
            "only-there": _("only in the second"),
            "defined-otherwise": _("defined otherwise"),
        }
        fields = ", ".join(unlike.differing)
        print(f"{unlike.segment.name(said)}: {say(said, reason[unlike.reason])}{f' ({fields})' if fields else ''}")
    print(say(said, _("%(rows)s segments compared, %(unlike)s not comparable"), rows=len(found.rows), unlike=len(found.unlike)))
    return 0


def add_edit_pack(top: "argparse._SubParsersAction[argparse.ArgumentParser]") -> None:
    """Register `chain edit-pack`."""
    verb = top.add_parser("edit-pack", help="add rows of a spreadsheet to a pack's folder, and say what is wrong row by row")
    verb.add_argument("folder", type=Path, metavar="FOLDER", help="a pack's folder; an empty pack is begun where there is none")
    verb.add_argument("--table", choices=("segments", "inputs", "sources"), default="segments")
    verb.add_argument("--rows", type=Path, metavar="FILE", help="rows, cells parted by tabs, with labels or without")
    verb.add_argument("--name", default="", metavar="NAME", help="name of a pack that is begun")
    verb.add_argument("--language", choices=("zh", "en"), default=None, help="language of the sentences")
    verb.set_defaults(run=run_edit_pack)


def run_edit_pack(arguments: argparse.Namespace) -> int:
    """0 when the pack could be published, 1 when it has defects that are in the way."""
    from xinya.chain.files import pack_from_folder, pack_members, shipped_packs
    from xinya.chain.files.drafts import changed_rows, empty_pack, findings_of, pasted_rows
    from xinya.kit.delimited import decoded

    folder: Path = arguments.folder.resolve()
    today = datetime.datetime.now().astimezone().date()
    begun = not (folder / "pack.toml").is_file()
    name = arguments.name or folder.name
    pack = empty_pack(folder.name, name, name, today) if begun else pack_from_folder(folder)
    if arguments.rows:
        rows = pasted_rows(decoded(content_of(arguments.rows)), arguments.table)
        pack = changed_rows(pack, arguments.table, {}, rows, day=today, others=shipped_packs())
    folder.mkdir(parents=True, exist_ok=True)
    for name, content in pack_members(pack).items():
        (folder / name).write_bytes(content)
    found = findings_of(pack, shipped_packs())
    for f in found:
        print(f.defect.sentence(arguments.language))
    hard = sum(not f.is_soft for f in found)
    counts = {"segments": len(pack.segments), "inputs": len(pack.inputs), "found": len(found), "hard": hard}
    print(say(arguments.language, _("%(segments)s segments, %(inputs)s inputs; %(found)s findings, %(hard)s in the way"), **counts))
    return 1 if hard else 0
