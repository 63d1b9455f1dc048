"""`xinya calendar ...`, from the machine itself: load a notice, show a year, keep ten years ahead, set office hours."""

import argparse
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING

from xinya.kit.refusals import Refused
from xinya.kit.text import gettext_noop as _
from xinya.kit.text import say

from .house import open_house

if TYPE_CHECKING:
    from xinya.zones.actions import Moved

LOADED = _("%(year)s is loaded as %(status)s: %(days)s exceptions.")
MOVED = _("Promise %(number)s: due %(old)s, now %(new)s. %(text)s")
NOTHING_MOVED = _("No due date moved.")
YEAR = _("%(year)s, %(status)s: %(n)s working days. %(source)s")
ADDED = _("Added as they ship: %(years)s.")
NO_HOURS = _("No office hours are set: clocks in working hours cannot run.")
NO_ZONE = _("There is no zone %(zone)s.")
NOTHING_ADDED = _("Ten years ahead are loaded already.")
STATUS = {"official": _("official"), "forecast": _("forecast")}
KINDS = {True: _("offices work"), False: _("day off")}


def add_parsers(subparsers: "argparse._SubParsersAction[argparse.ArgumentParser]") -> None:
    """Register `calendar` with its commands."""
    calendar = subparsers.add_parser("calendar", help="working days: load a notice, show a year, keep ten years ahead")
    commands = calendar.add_subparsers(dest="calendar_command", required=True)
    load = commands.add_parser("load", help="put a file of exceptions in force (columns date and kind) and print what moved")
    load.add_argument("file", type=Path)
    load.add_argument("--year", type=int, help="only this year; a row of another one is refused")
    load.add_argument("--official", action="store_true", help="the notice is out; default: what the file says, else forecast")
    load.add_argument("--source", default="", help="who announced it and when; default: the file's own words, else its name")
    load.set_defaults(run=run_load)
    show = commands.add_parser("show", help="print a year's exceptions")
    show.add_argument("year", type=int)
    show.set_defaults(run=run_show)
    extend = commands.add_parser("extend", help="add the shipped years that are missing up to ten years ahead")
    extend.set_defaults(run=run_extend)
    hours = commands.add_parser("hours", help="print the office hours, or set them with --set")
    hours.add_argument("--set", dest="sessions", metavar="HOURS", help="as 09:00-12:00, 13:30-17:30")
    hours.add_argument("--zone", default="", help="code of a zone; default: every zone without its own")
    hours.add_argument("--kind", default="WORKDAY", help="WORKDAY, MAKEUP, or a weekday: MON to SUN")
    hours.add_argument("--from", dest="first", type=date.fromisoformat, metavar="DAY", help="first day of the season")
    hours.add_argument("--until", dest="last", type=date.fromisoformat, metavar="DAY", help="last day of the season")
    hours.set_defaults(run=run_hours)


def run_load(arguments: argparse.Namespace) -> int:
    """`xinya calendar load FILE [--year Y] [--official]`: all of it, or nothing and every reason by row and column."""
    from xinya.zones.files.calendar import read_calendars

    content = arguments.file.read_bytes()
    status = "official" if arguments.official else ""
    calendars = read_calendars(content, arguments.file.name, year=arguments.year, status=status)
    with open_house():
        from xinya.zones.actions import load_from_console

        source = arguments.source or next((x.source for c in calendars for x in c.lines if x.source), arguments.file.name)
        moved = load_from_console(calendars, source=source[:200])
    for calendar in calendars:
        word = say(arguments.language, STATUS[calendar.status])
        print(say(arguments.language, LOADED, year=calendar.year, status=word, days=len(calendar.lines)))
    _print_moved(arguments.language, moved)
    return 0


def _print_moved(language: str, moved: "list[Moved]") -> None:
    for one in moved:
        print(say(language, MOVED, number=one.promise, old=one.old or "–", new=one.new or "–", text=one.text))
    if not moved:
        print(say(language, NOTHING_MOVED))


def run_show(arguments: argparse.Namespace) -> int:
    """`xinya calendar show YEAR`."""
    with open_house():
        from xinya.zones.queries import shown_year

        shown = shown_year(arguments.year)
    word = say(arguments.language, STATUS[shown.row.status])
    print(say(arguments.language, YEAR, year=shown.row.year, status=word, n=shown.working, source=shown.row.source))
    for day in sorted([*shown.off, *shown.make_up], key=lambda d: d.date):
        print(f"{day.date} {day.date:%a}  {say(arguments.language, KINDS[day.is_working])}  {day.source}")
    return 0


def run_hours(arguments: argparse.Namespace) -> int:
    """`xinya calendar hours [--set HOURS]`: what holds, after what was set and moved."""
    moved: list[Moved] = []
    with open_house():
        from xinya.zones.actions.hours import NewHours, set_hours_from_console
        from xinya.zones.models import Zone
        from xinya.zones.queries import office_hours_listed

        if arguments.sessions is not None:
            zone = Zone.objects.filter(code=arguments.zone).first()
            if zone is None and arguments.zone:
                raise Refused("no-such-zone", NO_ZONE, zone=arguments.zone)
            wanted = NewHours(arguments.sessions, zone, arguments.kind, arguments.first, arguments.last)
            moved = set_hours_from_console(wanted)[1]
        rows = office_hours_listed()
    if arguments.sessions is not None:
        _print_moved(arguments.language, moved)
    for row in rows:
        season = f"{row.first_on or '…'} – {row.last_on or '…'}" if row.first_on or row.last_on else "–"
        print(f"{row.zone.code if row.zone else '*'}\t{row.kind}\t{row.sessions}\t{season}")
    if not rows:
        print(say(arguments.language, NO_HOURS))
    return 0


def run_extend(arguments: argparse.Namespace) -> int:
    """`xinya calendar extend`: what the house also does every night."""
    with open_house():
        from django.utils import timezone

        from xinya.zones.actions import extend_forecast

        years = extend_forecast(timezone.localdate())
    text = say(arguments.language, ADDED, years=", ".join(map(str, years))) if years else say(arguments.language, NOTHING_ADDED)
    print(text)
    return 0
