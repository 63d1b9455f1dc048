"""`xinya zones duplicates`, `merge`, `apart`, `merges` and `unmerge`: companies of a register that are one, or two."""

import argparse
import json
from datetime import date
from typing import TYPE_CHECKING, Any

from xinya.kit.refusals import demand
from xinya.kit.text import gettext_noop as _
from xinya.kit.text import say

from .house import open_house
from .import_commit import person_called

if TYPE_CHECKING:
    from xinya.zones.models import Company, Person, Zone

PAIR = _("%(one)s (%(number)s) – %(other)s (%(other_number)s): likeness %(score)s. %(why)s")
APART_SAID = _("Two firms, a person said: %(reason)s")
NO_PAIRS = _("No pair waits: no two companies are alike, or somebody has told them apart.")
DONE = _("Merging %(id)s: %(merged)s is %(survivor)s now, under number %(number)s.")
UNDONE = _("Merging %(id)s is undone: %(merged)s and %(survivor)s are two companies again.")
TOLD = _("%(one)s and %(other)s are recorded as two firms.")
ROW = _("%(id)s  %(at)s  %(merged)s → %(survivor)s  %(state)s  %(reason)s")
NOT_ALLOWED = _("Only a chain officer of the zone sees and does this.")
STATES = {"merged": _("merged"), "undone": _("undone")}


def add_parsers(commands: "argparse._SubParsersAction[argparse.ArgumentParser]") -> None:
    """Register the commands below `zones`."""
    pairs = commands.add_parser("duplicates", help="companies of a zone's register that may be one")
    _whose(pairs)
    pairs.add_argument("--company", metavar="COMPANY", help="only pairs with this company: name, credit code or number")
    pairs.add_argument("--judged", action="store_true", help="also pairs that a person has told apart")
    pairs.set_defaults(run=run_duplicates)
    merge = commands.add_parser("merge", help="merge one company into another: the same company under two numbers")
    merge.add_argument("merged", metavar="COMPANY", help="the one that goes: name, credit code or number")
    merge.add_argument("survivor", metavar="INTO", help="the one that stays: name, credit code or number")
    _whose(merge)
    merge.add_argument("--reason", required=True, help="why the two are one; it stands in the audit log")
    merge.add_argument("--name-was", choices=("former", "alias"), default="alias", help="what the name of the one that goes is")
    merge.add_argument("--until", type=date.fromisoformat, metavar="DAY", help="of a former name: borne until this day")
    merge.set_defaults(run=run_merge)
    apart = commands.add_parser("apart", help="record that two like companies are two firms")
    apart.add_argument("one", metavar="COMPANY", help="name, credit code or number")
    apart.add_argument("other", metavar="OTHER", help="name, credit code or number")
    _whose(apart)
    apart.add_argument("--reason", required=True, help="why the two are two firms")
    apart.set_defaults(run=run_apart)
    listed = commands.add_parser("merges", help="what was merged in a zone, the latest first")
    _whose(listed)
    listed.set_defaults(run=run_merges)
    unmerge = commands.add_parser("unmerge", help="undo a merging: each company gets its own rows back")
    unmerge.add_argument("merge", type=int, metavar="NUMBER", help="the number of the merging, as `zones merges` prints it")
    _whose(unmerge)
    unmerge.add_argument("--reason", required=True, help="why; it stands in the audit log")
    unmerge.set_defaults(run=run_unmerge)


def _whose(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--zone", metavar="CODE", required=True, help="the zone")
    parser.add_argument("--as", dest="person", metavar="NAME", required=True, help="sign-in name of the person who does it")
    parser.add_argument("--json", action="store_true", help="print JSON")
    parser.add_argument("--language", choices=("zh", "en"), help="default: the shell's")


def _officer(arguments: argparse.Namespace) -> "tuple[Person, Zone]":
    from xinya.zones.queries.zones import zone_visible
    from xinya.zones.rules import may_merge

    person = person_called(arguments.person)
    zone = zone_visible(person, arguments.zone)
    demand(may_merge(person, zone), "not-allowed", NOT_ALLOWED)
    return person, zone


def _company(person: "Person", zone: "Zone", words: str) -> "Company":
    from xinya.zones.queries.merges import company_named

    return company_named(person, zone, words)


def _print(told: Any) -> None:
    print(json.dumps(told, ensure_ascii=False, indent=1))


def run_duplicates(arguments: argparse.Namespace) -> int:
    """Print the pairs, the most like first. 0 when there are none, 1 when there are."""
    with open_house():
        from xinya.zones.api.merges import pair_item
        from xinya.zones.queries.merges import likely_duplicates

        person, zone = _officer(arguments)
        company = _company(person, zone, arguments.company).pk if arguments.company else None
        rows = likely_duplicates(zone, company=company, with_judged=arguments.judged)
        items = [pair_item(row) for row in rows]
    if arguments.json:
        _print(items)
        return 1 if items else 0
    for row, item in zip(rows, items, strict=True):
        why = " ".join(say(arguments.language, sentence) for sentence in row.pair.evidence)
        one, other = item["one"], item["other"]
        told = {"one": one["name"], "number": one["id"], "other": other["name"], "other_number": other["id"]}
        print(say(arguments.language, PAIR, score=item["score"], why=why, **told))
        if item["told_apart"] is not None:
            print(say(arguments.language, APART_SAID, reason=item["told_apart"]))
    if not items:
        print(say(arguments.language, NO_PAIRS))
    return 1 if items else 0


def run_merge(arguments: argparse.Namespace) -> int:
    """Merge the first company into the second."""
    with open_house():
        from xinya.zones.actions import Merging, merge_companies
        from xinya.zones.api.merges import merge_item

        person, zone = _officer(arguments)
        merged, survivor = (_company(person, zone, words) for words in (arguments.merged, arguments.survivor))
        wanted = Merging(merged.pk, survivor.pk, arguments.reason, arguments.name_was, arguments.until)
        item = merge_item(merge_companies(person, zone=zone, merging=wanted))
    if arguments.json:
        _print(item)
    else:
        told = {"id": item["id"], "merged": item["merged_name"], "survivor": item["survivor_name"], "number": item["survivor"]}
        print(say(arguments.language, DONE, **told))
    return 0


def run_apart(arguments: argparse.Namespace) -> int:
    """Record two firms."""
    with open_house():
        from xinya.zones.actions import tell_apart
        from xinya.zones.api.merges import apart_item

        person, zone = _officer(arguments)
        one, other = (_company(person, zone, words) for words in (arguments.one, arguments.other))
        item = apart_item(tell_apart(person, zone=zone, one=one.pk, other=other.pk, reason=arguments.reason))
    _print(item) if arguments.json else print(say(arguments.language, TOLD, one=one.name, other=other.name))
    return 0


def run_merges(arguments: argparse.Namespace) -> int:
    """Print the mergings of a zone."""
    with open_house():
        from xinya.zones.api.merges import merge_item
        from xinya.zones.queries.merges import merges_listed

        person, zone = _officer(arguments)
        items = [merge_item(row) for row in merges_listed(person, zone, with_rows=True)]
    if arguments.json:
        _print(items)
        return 0
    for item in items:
        state = say(arguments.language, STATES[item["state"]])
        told = {"id": item["id"], "at": item["at"][:16], "merged": item["merged_name"], "survivor": item["survivor_name"]}
        print(say(arguments.language, ROW, state=state, reason=item["reason"], **told))
    return 0


def run_unmerge(arguments: argparse.Namespace) -> int:
    """Undo one merging."""
    with open_house():
        from xinya.zones.actions import undo_merge
        from xinya.zones.api.merges import merge_item
        from xinya.zones.queries.merges import merge_visible

        person, zone = _officer(arguments)
        row = merge_visible(person, arguments.merge, zone.code)
        item = merge_item(undo_merge(person, merge_id=row.pk, reason=arguments.reason))
    if arguments.json:
        _print(item)
    else:
        told = {"id": item["id"], "merged": item["merged_name"], "survivor": item["survivor_name"]}
        print(say(arguments.language, UNDONE, **told))
    return 0
