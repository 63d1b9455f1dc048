"""`xinya zones verify-list`: what somebody may look at again this week, from the database of this house."""

import argparse
import json

from xinya.kit.refusals import Refused
from xinya.kit.text import gettext_noop as _
from xinya.kit.text import say

LINE = _("%(company)s: %(what)s; last seen %(since)s, %(left)s left, read %(reads)s times%(alone)s")
ALONE = _(", alone behind a gap")
TOTAL = _("%(count)s things to look at again this week")
NOBODY = _("Nobody here is called %(name)s.")


def add_parser(commands: "argparse._SubParsersAction[argparse.ArgumentParser]") -> None:
    """Register the verb below `zones`."""
    verb = commands.add_parser("verify-list", help="what to look at again this week, the most useful first")
    verb.add_argument("--zone", required=True, metavar="CODE")
    verb.add_argument("--for", dest="person", required=True, metavar="NAME", help="sign-in name of the officer or commissioner")
    verb.add_argument("--json", action="store_true", help="for other programs")
    verb.add_argument("--language", choices=("zh", "en"), help="default: the shell's")
    verb.set_defaults(run=run)


def run(arguments: argparse.Namespace) -> int:
    """Print the list of one person."""
    from .house import open_house

    with open_house():
        printed_list(arguments.zone, arguments.person, as_json=arguments.json, language=arguments.language)
    return 0


def printed_list(code: str, username: str, *, as_json: bool, language: str) -> None:
    """The list as lines, or as the API gives it. Raises Refused: no-such-person, no-such-zone."""
    from xinya.chain.api.freshness import verify_item
    from xinya.chain.queries import verify_list, verify_zone
    from xinya.zones.models import Person

    person = Person.objects.filter(username=username, is_active=True).first()
    if person is None:
        raise Refused("no-such-person", NOBODY, name=username[:60])
    made = verify_list(person, verify_zone(person, code))
    rows = [verify_item(one) for one in made.items]
    if as_json:
        print(json.dumps({"week": made.week, "done": made.done, "items": rows}, ensure_ascii=False, indent=1))
        return
    for row in rows:
        alone = say(language, ALONE) if row["alone_behind_a_gap"] else ""
        what = f"{row['text']} → {row['what']}" if row["kind"] == "placement" and row["text"] else row["text"] or row["what"]
        left = f"{row['weight']:.0%}"
        said = {"company": row["company"], "what": what, "since": row["since"], "reads": row["reads"], "left": left, "alone": alone}
        print(say(language, LINE, **said))
    print(say(language, TOTAL, count=len(rows)))
