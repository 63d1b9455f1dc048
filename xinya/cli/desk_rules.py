"""`xinya zones thresholds` and `xinya zones divisions`: what a zone's import desk goes by, shown, brought and ended."""

import argparse
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING

from xinya.kit.refusals import Refused
from xinya.kit.text import gettext_noop as _
from xinya.kit.text import say
from xinya.zones.engine.divisions import SHIPPED_EDITION
from xinya.zones.engine.thresholds import DEFAULTS, SHIPPED_CONFIDENCE, SHIPPED_ON
from xinya.zones.files.divisions import read_divisions, write_divisions
from xinya.zones.files.thresholds import ThresholdLine, read_thresholds, write_thresholds, yuan_text

from .house import open_house

if TYPE_CHECKING:
    from xinya.zones.actions.desk_rules import Grounds
    from xinya.zones.models import Person, Zone

NO_PERSON = _("There is no account %(name)s.")
SET = _("%(new)s new, %(replaced)s replaced, %(same)s as they were.")
BROUGHT = _("Edition %(id)s is kept: %(rows)s divisions, for lists that stand for %(since)s or later.")
ENDED = _("Ended; it stays readable.")
TWO_BUREAUS = _("general knowledge, read with two statistics bureaus")


def add_parsers(commands: "argparse._SubParsersAction[argparse.ArgumentParser]") -> None:
    """Register the commands below `zones`."""
    scale = commands.add_parser("thresholds", help="above scale: the shipped rows and a zone's own")
    verbs = scale.add_subparsers(dest="verb", required=True)
    show = verbs.add_parser("show", help="print the rows in force, the shipped ones and those of a zone")
    _zone_and_person(show, needs_person=False)
    show.add_argument("--csv", type=Path, metavar="OUT", help="write the zone's own rows there, as `load` reads them")
    show.set_defaults(run=run_show_thresholds)
    load = verbs.add_parser("load", help="bring rows from CSV or xlsx, all or none")
    load.add_argument("file", type=Path, metavar="FILE")
    _zone_and_person(load)
    _grounds(load)
    load.set_defaults(run=run_load_thresholds)
    end = verbs.add_parser("end", help="end one of the zone's own rows")
    end.add_argument("id", type=int)
    _zone_and_person(end)
    end.add_argument("--reason", required=True)
    end.set_defaults(run=run_end_threshold)
    _add_divisions(commands.add_parser("divisions", help="editions of divisions: the shipped provinces and a zone's own"))


def _add_divisions(parser: argparse.ArgumentParser) -> None:
    verbs = parser.add_subparsers(dest="verb", required=True)
    show = verbs.add_parser("show", help="print the editions, or the divisions of one as CSV")
    _zone_and_person(show, needs_person=False)
    show.add_argument("--edition", type=int, metavar="ID")
    show.set_defaults(run=run_show_divisions)
    load = verbs.add_parser("load", help="bring an edition from CSV or xlsx, all or none")
    load.add_argument("file", type=Path, metavar="FILE")
    _zone_and_person(load)
    _grounds(load)
    load.add_argument("--name", required=True, help="what the edition is called")
    load.add_argument("--since", required=True, type=date.fromisoformat, metavar="DAY", help="from when on it counts")
    load.add_argument("--until", type=date.fromisoformat, metavar="DAY")
    load.add_argument("--areas", action="store_true", help="these are the zone's own areas")
    load.set_defaults(run=run_load_divisions)
    end = verbs.add_parser("end", help="withdraw an edition")
    end.add_argument("id", type=int)
    _zone_and_person(end)
    end.add_argument("--reason", required=True)
    end.set_defaults(run=run_end_divisions)


def _zone_and_person(parser: argparse.ArgumentParser, *, needs_person: bool = True) -> None:
    parser.add_argument("--zone", metavar="CODE", required=needs_person)
    parser.add_argument("--as", dest="person", metavar="NAME", required=needs_person, help="sign-in name of the officer")
    parser.add_argument("--language", choices=("zh", "en"), help="default: the shell's")


def _grounds(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--source-kind", choices=("statistics", "register", "officer", "vendor"), default="statistics")
    parser.add_argument("--source", required=True, metavar="TITLE", help="the document that says so")
    parser.add_argument("--issued-on", type=date.fromisoformat, metavar="DAY")
    parser.add_argument("--reason", required=True)


def run_show_thresholds(arguments: argparse.Namespace) -> int:
    """Tab-separated: whose, code, amount in yuan, first and last year, source. With --csv the zone's own as a file."""
    language = arguments.language
    for row in DEFAULTS:
        amount, until = yuan_text(row.amount_fen, language), row.valid_to_year or ""
        about = f"{say(language, TWO_BUREAUS)}, {SHIPPED_ON} ({SHIPPED_CONFIDENCE})"
        print("*", row.prefix, amount, row.valid_from_year, until, about, sep="\t")
    if not arguments.zone:
        return 0
    with _as_reader(arguments) as zone:
        from xinya.zones.queries.desk_rules import threshold_lines, thresholds_listed

        rows = [row for row in thresholds_listed(zone) if row.ended_at is None]
        lines: list[ThresholdLine] = threshold_lines(rows)
        for own in rows:
            about = f"{own.source.title}, {own.source.issued_on or '–'} ({own.confidence})"
            amount = yuan_text(own.amount_fen, language)
            print(own.pk, own.prefix, amount, own.valid_from_year, own.valid_to_year or "", about, sep="\t")
    if arguments.csv:
        arguments.csv.write_bytes(write_thresholds(lines, language))
    return 0


def run_load_thresholds(arguments: argparse.Namespace) -> int:
    """All rows of the file, or none and every reason by row and column."""
    lines = read_thresholds(arguments.file.read_bytes(), arguments.file.name)
    with _as_officer(arguments) as (person, zone):
        from xinya.zones.actions.desk_rules import set_thresholds

        done = set_thresholds(person, zone=zone, lines=lines, grounds=_told_grounds(arguments))
    print(say(arguments.language, SET, new=done.new, replaced=done.replaced, same=done.same))
    return 0


def run_end_threshold(arguments: argparse.Namespace) -> int:
    """One row of the zone's own holds no longer."""
    with _as_officer(arguments) as (person, zone):
        from xinya.zones.actions.desk_rules import end_threshold

        end_threshold(person, zone=zone, threshold_id=arguments.id, reason=arguments.reason)
    print(say(arguments.language, ENDED))
    return 0


def run_show_divisions(arguments: argparse.Namespace) -> int:
    """The editions, tab-separated; with --edition the divisions of one as CSV, as `load` reads them."""
    language, out = arguments.language, sys.stdout
    if not arguments.zone:
        out.write(write_divisions(SHIPPED_EDITION.divisions, language).decode("utf-8-sig"))
        return 0
    with _as_reader(arguments) as zone:
        from xinya.zones.queries.desk_rules import divisions_told, edition_of, editions_listed

        if arguments.edition is not None:
            rows = divisions_told(edition_of(zone, arguments.edition).divisions.all())
            out.write(write_divisions(rows, language).decode("utf-8-sig"))
            return 0
        print("*", SHIPPED_EDITION.name, SHIPPED_EDITION.valid_from, "", len(SHIPPED_EDITION.divisions), sep="\t")
        for one in editions_listed(zone):
            state = "" if one.ended_at is None else f"{one.ended_at:%Y-%m-%d}"
            print(one.pk, one.name, one.valid_from, one.valid_to or "", getattr(one, "count", 0), one.source.title, state, sep="\t")
    return 0


def run_load_divisions(arguments: argparse.Namespace) -> int:
    """The whole file, or nothing and every reason by row and column."""
    rows = read_divisions(arguments.file.read_bytes(), arguments.file.name)
    with _as_officer(arguments) as (person, zone):
        from xinya.zones.actions.desk_rules import NewEdition, bring_divisions

        kind = "areas" if arguments.areas else "official"
        wanted = NewEdition(arguments.name, kind, arguments.since, rows, arguments.until)
        kept = bring_divisions(person, zone=zone, edition=wanted, grounds=_told_grounds(arguments))
    print(say(arguments.language, BROUGHT, id=kept.pk, rows=len(rows), since=kept.valid_from))
    return 0


def run_end_divisions(arguments: argparse.Namespace) -> int:
    """An edition counts no more."""
    with _as_officer(arguments) as (person, zone):
        from xinya.zones.actions.desk_rules import end_divisions

        end_divisions(person, zone=zone, edition_id=arguments.id, reason=arguments.reason)
    print(say(arguments.language, ENDED))
    return 0


def _told_grounds(arguments: argparse.Namespace) -> "Grounds":
    from xinya.zones.actions.desk_rules import Grounds

    return Grounds(arguments.source_kind, arguments.source, arguments.issued_on, arguments.reason)


@contextmanager
def _as_officer(arguments: argparse.Namespace) -> "Iterator[tuple[Person, Zone]]":
    with open_house():
        from xinya.zones.models import Person
        from xinya.zones.queries import zone_visible

        person = Person.objects.filter(username=arguments.person or "").first()
        if person is None:
            raise Refused("no-such-person", NO_PERSON, name=arguments.person or "–")
        yield person, zone_visible(person, arguments.zone)


@contextmanager
def _as_reader(arguments: argparse.Namespace) -> "Iterator[Zone]":
    with _as_officer(arguments) as (_person, zone):
        yield zone
