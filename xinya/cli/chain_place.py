"""`xinya chain place`: product texts of a table onto the segments of the chains, with reasons. No database."""

import argparse
from pathlib import Path

from xinya.kit.refusals import Refused
from xinya.kit.text import gettext_noop as _
from xinya.kit.text import say

LARGEST_TABLE = 20_000_000
UNWRITABLE = _("The file %(file)s cannot be written: %(reason)s.")
DONE = _("%(rows)s texts read, %(made)s proposals written to %(file)s (model %(version)s).")


def add_place(top: "argparse._SubParsersAction[argparse.ArgumentParser]") -> None:
    """Register the verb."""
    verb = top.add_parser("place", help="place product texts, business scopes or report segments on the segments of the chains")
    verb.add_argument(
        "names",
        type=Path,
        metavar="NAMES",
        help="CSV with a column text; company, industry and gbt4754 are used, others carried along",
    )
    verb.add_argument("--out", type=Path, required=True, metavar="PLACEMENTS", help="CSV, one row a proposal")
    verb.add_argument("--chain", action="append", default=[], metavar="CODE", help="only this chain; may be given again")
    verb.add_argument("--language", choices=("zh", "en"), default=None, help="language of the reasons")
    verb.set_defaults(run=run_place)


def run_place(arguments: argparse.Namespace) -> int:
    """Place the table's texts; nothing is written when the table is refused."""
    from xinya.chain.files import placement_model, shipped_atlas, shipped_placer
    from xinya.chain.files.placing import place_table

    path: Path = arguments.names
    if not path.is_file():
        raise Refused("no-such-file", _("There is no file %(file)s."), file=str(path))
    if path.stat().st_size > LARGEST_TABLE:
        raise Refused("too-large", _("%(file)s is larger than 20 MB."), file=path.name)
    chosen = tuple(c.code for c in shipped_atlas(arguments.chain or None).chains) if arguments.chain else None
    language = "en" if arguments.language == "en" else "zh"
    table, rows, made = place_table(path.read_bytes(), shipped_placer(chosen), language)
    try:
        arguments.out.write_bytes(table)
    except OSError as error:
        raise Refused("not-writable", UNWRITABLE, file=str(arguments.out), reason=error.strerror or "") from error
    print(say(language, DONE, rows=rows, made=made, file=str(arguments.out), version=placement_model().version))
    return 0
