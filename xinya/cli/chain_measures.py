"""`xinya chain measures`: how far upstream each firm stands, how concentrated its sources are, who sits in between. No database."""

import argparse
import json
from pathlib import Path
from typing import Any

from xinya.kit.refusals import Refused
from xinya.kit.text import gettext_noop as _
from xinya.kit.text import say

SHOWN = 10
SHARE_WRONG = _("The labour share must lie above 0 and at most at 1.")
FLAG_WORDS = {
    "no revenue given": _(
        "No revenue is given, so final sales are unknown: upstreamness, downstreamness and extraction are left out."
    ),
    "closed groups without final sales": _(
        "Some firms sell only within a closed group: they and their suppliers have no upstreamness."
    ),
    "closed groups that buy what they put out": _(
        "Some groups buy at least what they put out: they and their customers have no downstreamness."
    ),
    "revenue below sales to firms": _("Some firms' revenue is below their sales to firms; their final sales count as 0."),
}
TITLES = (
    ("influence", _("Influence: share of the whole fluctuation that starts at the firm")),
    ("upstreamness", _("Upstreamness: average steps to final use")),
    ("extraction_lost", _("Extraction: total output lost without the firm")),
)


def add_measures(top: "argparse._SubParsersAction[argparse.ArgumentParser]") -> None:
    """Register the verb."""
    verb = top.add_parser("measures", help="upstreamness, influence, concentration, nexus suppliers and extraction of a network")
    verb.add_argument("links", type=Path, metavar="LINKS", help="CSV: supplier, buyer, amount")
    verb.add_argument("firms", type=Path, metavar="FIRMS", help="CSV: firm, sector, optionally revenue and market")
    verb.add_argument("--labour-share", type=float, default=0.5, metavar="A", help="of the influence vector (default 0.5)")
    verb.add_argument("--no-nexus", action="store_true", help="without nexus suppliers, which take the longest")
    verb.add_argument("--json", action="store_true", help="for other programs")
    verb.add_argument("--language", choices=("zh", "en"), default=None, help="language of the sentences")
    verb.set_defaults(run=run_measures)


def run_measures(arguments: argparse.Namespace) -> int:
    """Print the first firms by each measure, or everything as JSON."""
    from xinya.chain.files.measure_rows import measures_of_supply  # a second of SciPy that the other verbs need not wait
    from xinya.chain.files.supply import read_supply

    if not 0 < arguments.labour_share <= 1:
        raise Refused("option-wrong", SHARE_WRONG)
    supply = read_supply(arguments.links, arguments.firms)
    told = measures_of_supply(supply, labour_share=arguments.labour_share, with_nexus=not arguments.no_nexus)
    if arguments.json:
        print(json.dumps(told, ensure_ascii=False, indent=1))
        return 0
    language = arguments.language or "zh"
    for flag in told["flags"]:
        print(say(language, FLAG_WORDS[flag]))
    for key, title in TITLES:
        _print_first(say(language, title), told["firms"], key)
    if not arguments.no_nexus:
        rows = [row | {"index": row["nexus"]["index"]} for row in told["firms"]]
        _print_first(say(language, _("Nexus suppliers: index 0 to 1, with the weights that suit each best")), rows, "index")
    single = sum(1 for row in told["purchases"] if row["suppliers"] == 1)
    print(
        say(
            language,
            _("%(single)s of %(count)s purchases (buyer and sector) hang on one supplier."),
            single=single,
            count=len(told["purchases"]),
        )
    )
    return 0


def _print_first(title: str, rows: list[dict[str, Any]], key: str) -> None:
    known = sorted((row for row in rows if row[key] is not None), key=lambda row: (-row[key], row["firm"]))
    if known:
        print(title)
    for row in known[:SHOWN]:
        print(f"    {row[key]:.6g}  {row['firm']}  {row['sector']}")
