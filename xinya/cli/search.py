"""`xinya search ...`: bring the index up, build it anew, and look what a person finds."""

import argparse
import json

from xinya.kit.refusals import Refused
from xinya.kit.text import gettext_noop as _
from xinya.kit.text import say, short_language

from .house import open_house

WRITTEN = _("The search index is up to date: %(count)s records written.")
BUILT = _("The search index is built anew: %(count)s records.")
NO_PERSON = _("There is no person %(name)s.")
NOTHING = _("Nothing found.")
MOST = 20


def add_parsers(subparsers: "argparse._SubParsersAction[argparse.ArgumentParser]") -> None:
    """Register `search` with its commands."""
    search = subparsers.add_parser("search", help="bring the search index up, build it anew, find words")
    commands = search.add_subparsers(dest="search_command", required=True)
    work = commands.add_parser("work", help="write what changed into the index, once")
    work.set_defaults(run=run_work)
    rebuild = commands.add_parser("rebuild", help="build the index anew; pages go on with the old one until it is whole")
    rebuild.set_defaults(run=run_rebuild)
    find = commands.add_parser("find", help="what a person finds for these words")
    find.add_argument("words", nargs="+")
    find.add_argument("--person", required=True, help="user name; what this person may not read is not found")
    find.add_argument("--kind", default="", help="company, segment or pack")
    find.add_argument("--json", action="store_true", help="as JSON lines")
    find.set_defaults(run=run_find)


def run_work(arguments: argparse.Namespace) -> int:
    """`xinya search work`."""
    with open_house():
        from xinya.kit.search import index_marked

        print(say(arguments.language, WRITTEN, count=index_marked()))
    return 0


def run_rebuild(arguments: argparse.Namespace) -> int:
    """`xinya search rebuild`."""
    with open_house():
        from xinya.kit.search import rebuild

        print(say(arguments.language, BUILT, count=rebuild()))
    return 0


def run_find(arguments: argparse.Namespace) -> int:
    """`xinya search find WORDS --person NAME`: exit 1 when nothing is found."""
    with open_house():
        from xinya.kit.search import Search
        from xinya.zones.models import Person

        person = Person.objects.filter(username=arguments.person).first()
        if person is None:
            raise Refused("no-such-person", NO_PERSON, name=arguments.person)
        search = Search(person, " ".join(arguments.words))
        hits = search.hits(search.kinds_of(arguments.kind), 0, MOST)
    chinese = short_language(arguments.language) == "zh"
    for hit in hits:
        found = hit.document
        if arguments.json:
            print(json.dumps({"kind": hit.kind.name, "key": found.key, "name": found.names[0]}, ensure_ascii=False))
            continue
        name = found.names[0] if chinese or not found.name_en else found.name_en
        print("\t".join([say(arguments.language, hit.kind.label), name, found.place if chinese else found.place_en]))
    if not hits and not arguments.json:
        print(say(arguments.language, NOTHING))
    return 0 if hits else 1
