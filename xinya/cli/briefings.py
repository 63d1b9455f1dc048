"""`xinya zones read-briefing FILE`: what a briefing states, as a draft for a person; no database, no Django."""

import argparse
import datetime
import json
from pathlib import Path

from xinya.kit.delimited import decoded
from xinya.kit.refusals import Refused
from xinya.kit.text import gettext_noop as _
from xinya.kit.text import say
from xinya.zones.engine.briefing import LONGEST, Briefing, briefing_object, number_text, read_briefing

LARGEST = 1_000_000
TOO_LONG = _("The text has more than %(limit)s characters.")
HEAD = _(
    "Read as of %(day)s: %(quantities)s quantities, %(dates)s dates, %(bodies)s organisations. "
    "A draft: nothing of it is a fact yet."
)
ASK = _("Please decide: “%(words)s” is read as %(value)s; it may also mean %(alternative)s.")
NAMELESS = _("without a name")


def add_read_briefing(commands: "argparse._SubParsersAction[argparse.ArgumentParser]") -> None:
    """Register `zones read-briefing`."""
    verb = commands.add_parser("read-briefing", help="quantities, dates and organisations that a text states, as a draft")
    verb.add_argument("file", type=Path, metavar="FILE", help="plain text, UTF-8 or GB18030")
    verb.add_argument("--issued-on", type=datetime.date.fromisoformat, metavar="DAY", help="default: as the page tells, else today")
    verb.add_argument("--json", action="store_true", help="for other programs, with places and values")
    verb.add_argument("--language", choices=("zh", "en"), default=None, help="language of the sentences")
    verb.set_defaults(run=run_read)


def run_read(arguments: argparse.Namespace) -> int:
    """Print the draft. 0 when something was read, else 1."""
    path: Path = arguments.file
    if not path.is_file():
        raise Refused("no-such-file", _("There is no file %(file)s."), file=str(path))
    if path.stat().st_size > LARGEST:
        raise Refused("too-large", TOO_LONG, limit=LONGEST)
    text = decoded(path.read_bytes())
    if len(text) > LONGEST:
        raise Refused("too-large", TOO_LONG, limit=LONGEST)
    found = read_briefing(text, issued_on=arguments.issued_on, today=datetime.datetime.now().astimezone().date())
    if arguments.json:
        print(json.dumps(briefing_object(found), ensure_ascii=False, indent=1))
    else:
        _print(found, arguments.language)
    return 0 if found.quantities or found.dates or found.bodies else 1


def _print(found: Briefing, said: str) -> None:
    counts = {"quantities": len(found.quantities), "dates": len(found.dates), "bodies": len(found.bodies)}
    print(say(said, HEAD, day=found.issued_on.isoformat(), **counts))
    for fact in briefing_object(found)["facts"]:
        value = {k: v for k, v in fact["value"].items() if v is not None}
        shown = ", ".join(f"{k} {v}" for k, v in value.items()) or say(said, NAMELESS)
        print(f"{fact['start']:6} {fact['kind']:12} {fact['text']}  {shown}")
    for asked in found.questions:
        q = asked.quantity
        words = {
            "words": found.text[q.start : q.end],
            "value": number_text(q.value) or "–",
            "alternative": number_text(q.alternative) or "–",
        }
        print(say(said, ASK, **words))
