"""`xinya import check FILE` and `xinya zones import FILE --dry-run`: what an import would come to, with no database."""

import argparse
import json
from datetime import date
from pathlib import Path

from xinya.kit.text import gettext_noop as _
from xinya.kit.text import say
from xinya.zones.engine.company_names import places_of
from xinya.zones.engine.divisions import SHIPPED_EDITION, Divisions, Edition
from xinya.zones.engine.imports.committing import committed
from xinya.zones.engine.imports.desk import READ, Given, Register, Result
from xinya.zones.engine.imports.indicator_books import read_indicators
from xinya.zones.engine.imports.indicators import as_known
from xinya.zones.engine.place_names import PLACES
from xinya.zones.engine.thresholds import SHIPPED
from xinya.zones.files.divisions import read_divisions
from xinya.zones.files.import_copy import commented_copy
from xinya.zones.files.import_reading import check_file, read_book
from xinya.zones.files.thresholds import read_thresholds

from . import desk_rules, verify_list, zones_merge
from .briefings import add_read_briefing

READ_AS = _("Read: sheet %(sheet)s, labels in row %(rows)s, %(columns)s columns.")
COUNTS = _(
    "%(rows)s rows: %(created)s new, %(changed)s changed, %(same)s the same, %(waiting)s waiting, %(left_out)s left out, "
    "%(joined)s joined to the row above."
)
ASKS_TWICE = _("More than three rows in ten block: a commit has to be confirmed twice.")
OUTCOMES = {
    "refused": _("The file is refused; nothing was read."),
    "ask": _("The file was not read: it needs an answer first."),
    "stopped_at_mapping": _("The file stops at its columns: say what they hold."),
}
NOTHING_STORED = _("Nothing was stored.")
SAY_WHERE = _("Say --dry-run to store nothing, or --zone CODE and --as NAME to bring the list into a zone as that person.")


def add_parsers(subparsers: "argparse._SubParsersAction[argparse.ArgumentParser]") -> None:
    """Register `import` and `zones import`."""
    imports = subparsers.add_parser("import", help="lists of companies: check a file without a database")
    commands = imports.add_subparsers(dest="import_command", required=True)
    check = commands.add_parser("check", help="print what is found in a file, row by row")
    _add_options(check)
    check.set_defaults(run=run_check, is_dry=True)
    months = commands.add_parser("indicators", help="print the values of a workbook of monthly indicators")
    months.add_argument("file", type=Path, metavar="FILE")
    months.add_argument("--known-on", type=date.fromisoformat, metavar="DAY", help="only what was known on that day")
    months.add_argument("--language", choices=("zh", "en"), help="default: the shell's")
    months.set_defaults(run=run_indicators)
    zones = subparsers.add_parser("zones", help="zones and their companies")
    zones_commands = zones.add_subparsers(dest="zones_command", required=True)
    dry = zones_commands.add_parser("import", help="what an import of a file would do")
    _add_options(dry)
    dry.add_argument("--dry-run", dest="is_dry", action="store_true", help="store nothing")
    dry.add_argument("--zone", metavar="CODE", help="the zone that the list is committed into")
    dry.add_argument("--as", dest="person", metavar="NAME", help="sign-in name of the person who commits it")
    dry.add_argument("--as-of", type=date.fromisoformat, metavar="DAY", help="the day the list stands for; default: the file's own")
    dry.add_argument("--source", choices=("list", "statistics", "tax", "register", "audit", "vendor"), help="who says so")
    dry.add_argument("--reason", default="", help="why once more, where this very file was committed before")
    dry.add_argument("--confirm", action="store_true", help="commit also where more than 30 %% of the rows block")
    dry.set_defaults(run=run_import)
    verify_list.add_parser(zones_commands)
    desk_rules.add_parsers(zones_commands)
    zones_merge.add_parsers(zones_commands)
    add_read_briefing(zones_commands)


def _add_options(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("file", type=Path, metavar="FILE", help="xlsx, xlsm, xls, ods, csv, tsv or txt")
    parser.add_argument("--json", action="store_true", help="everything as JSON: columns, counts, findings, rows")
    parser.add_argument("--after", type=Path, metavar="FILE", action="append", default=[], help="a list that is held already")
    parser.add_argument("--divisions", type=Path, metavar="CSV", help="codes and names of divisions beside the shipped provinces")
    parser.add_argument("--thresholds", type=Path, metavar="CSV", help="thresholds of above scale that count before the shipped")
    parser.add_argument("--sheet", help="the sheet to read, where several fit")
    parser.add_argument("--encoding", choices=("UTF-8", "GB18030", "UTF-16", "Big5"), help="the answer to a question of encoding")
    parser.add_argument("--delimiter", choices=(",", ";", "tab", "|"), help="the answer to a question of delimiter")
    parser.add_argument("--today", type=date.fromisoformat, metavar="DAY", help="the day of the import; default: today")
    parser.add_argument("--copy", type=Path, metavar="XLSX", help="write the file again with the findings as comments")
    parser.add_argument("--language", choices=("zh", "en"), help="default: the shell's")


def run_import(arguments: argparse.Namespace) -> int:
    """A dry run, or the commit; 2 when neither was asked for."""
    if arguments.is_dry:
        return run_check(arguments)
    if not (arguments.zone and arguments.person):
        print(say(arguments.language, SAY_WHERE))
        return 2
    from .import_commit import run_commit

    return run_commit(arguments)


def run_check(arguments: argparse.Namespace) -> int:
    """Print findings and counts. 0 when the file was read, 1 when it needs an answer or waits, 2 when it was refused."""
    language = arguments.language
    result = _checked(arguments)
    if arguments.copy and result.outcome == READ:
        _write_copy(arguments, result)
    if arguments.json:
        print(json.dumps(result.as_object(language), ensure_ascii=False, indent=1))
    else:
        _print(result, language)
    if result.outcome == READ:
        return 1 if result.counts["waiting"] else 0
    return 2 if result.outcome == "refused" else 1


def run_indicators(arguments: argparse.Namespace) -> int:
    """One line a value: code, period, revision, day of issue, figure as stated, canonical value. 1 when nothing was read."""
    today = date.today()
    grids = read_book(arguments.file.read_bytes(), arguments.file.name).grids
    book = read_indicators(grids, today=today)
    for one in book.findings:
        print(f"{one.level:6} {one.code:16} {one.sentence(arguments.language)}")
    values = book.values
    if arguments.known_on:
        places = dict.fromkeys((one.code, one.period) for one in values)
        known = (as_known(values, code, period, arguments.known_on) for code, period in places)
        values = [one for one in known if one is not None]
    for value in values:
        shown = f"{value.stated} {value.unit}  {value.value} {value.canonical_unit}"
        print(f"{value.code}  {value.period}  r{value.revision}  {value.known_from}  {shown}")
    return 0 if values else 1


def _checked(arguments: argparse.Namespace) -> Result:
    today = arguments.today or date.today()
    divisions, thresholds = _divisions(arguments.divisions, today), SHIPPED
    if arguments.thresholds:
        lines = read_thresholds(arguments.thresholds.read_bytes(), arguments.thresholds.name)
        thresholds = SHIPPED.beside(line.threshold for line in lines)
    register = Register(places=PLACES | places_of(divisions.names))
    for held in arguments.after:
        register = committed(register, check_file(held.read_bytes(), held.name, Given(today, register, divisions, thresholds)))
    delimiter = "\t" if arguments.delimiter == "tab" else arguments.delimiter
    given = Given(today, register, divisions, thresholds, sheet=arguments.sheet)
    return check_file(arguments.file.read_bytes(), arguments.file.name, given, encoding=arguments.encoding, delimiter=delimiter)


def _divisions(file: Path | None, today: date) -> Divisions:
    """The shipped provinces, and the edition of a file as it is on that day."""
    if file is None:
        return Divisions(day=today)
    rows = tuple(read_divisions(file.read_bytes(), file.name))
    return Divisions((SHIPPED_EDITION, Edition(file.name, date.min, rows)), today)


def _write_copy(arguments: argparse.Namespace, result: Result) -> None:
    content = arguments.file.read_bytes()
    book = read_book(content, arguments.file.name, encoding=result.encoding or None, delimiter=result.delimiter or None)
    arguments.copy.write_bytes(commented_copy(content, book, result.findings, arguments.language))


def _print(result: Result, language: str) -> None:
    for one in result.findings:
        print(f"{one.level:6} {one.code:16} {one.sentence(language)}")
    if result.outcome != READ or result.table is None:
        print(say(language, OUTCOMES.get(result.outcome, NOTHING_STORED)))
        return
    rows = "-".join(str(row) for row in dict.fromkeys((result.table.head_rows[0], result.table.head_rows[-1])))
    print(say(language, READ_AS, sheet=result.table.grid.name, rows=rows, columns=len(result.columns)))
    print(say(language, COUNTS, rows=result.rows_read, **result.counts))
    if result.has_many_blocks:
        print(say(language, ASKS_TWICE))
    print(say(language, NOTHING_STORED))
