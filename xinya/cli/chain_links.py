"""`xinya chain links`: which inputs products may need beyond the known ones, from a table of known links. No database."""

import argparse
import csv
import json
from math import isnan
from pathlib import Path
from typing import TYPE_CHECKING

from xinya.kit.refusals import Refused
from xinya.kit.text import gettext_noop as _
from xinya.kit.text import say

from .chain_complexity import read_bytes
from .options import at_least

if TYPE_CHECKING:
    from collections.abc import Sequence

    from xinya.chain.engine.links import ProposedInput, Tested
    from xinya.chain.files.link_tables import LinkTable

MOST = 100
MOST_WRONG = _("--most must be from 1 to %(most)s.")
READ = _("%(links)s known links, %(names)s names, %(inputs)s inputs; left out: %(selves)s links of a product to itself")
ALIKE = _("alike and known to need it: %(names)s")
NOT_ALIKE = _("by its name and use alone")
ONLY_ORDER = _("Proposals to look at, not facts: the score orders the inputs of one product and is no probability.")
HIDDEN = _(
    "Test: %(hidden)s of %(links)s links hidden and ranked among %(inputs)s inputs, other links of the product taken out. "
    "Negatives: %(uniform)s uniform pairs; %(matched)s with the same product and an input of as many known uses."
)
METHOD_HEAD = _("MRR; hits in the first 1, 3, 10; AUC against uniform and against degree-matched negatives")
METHOD_WORDS = {
    "popularity": _("Floor: inputs that most products need"),
    "preferential attachment": _("Floor: many uses times many inputs"),
    "item kNN": _("Floor: what is often needed together"),
    "names, kinds and links": _("These proposals"),
}


def add_links(top: "argparse._SubParsersAction[argparse.ArgumentParser]") -> None:
    """Register the verb."""
    verb = top.add_parser("links", help="inputs that products may need beyond the known ones (missing-link prediction)")
    verb.add_argument("links", type=Path, metavar="LINKS", help="CSV: product, input; one known link a row")
    verb.add_argument("--kinds", type=Path, metavar="FILE", help="CSV: narrow, broader; one kind of thing a row")
    verb.add_argument("--product", action="append", default=[], metavar="NAME", help="only this product; may be given again")
    verb.add_argument("--most", type=int, default=5, metavar="N", help="proposals a product (default 5)")
    verb.add_argument("--seed", type=int, default=0, help="of what is hidden to learn from (default 0)")
    verb.add_argument("--test", action="store_true", help="how it does on links of the file that are hidden, with floors")
    verb.add_argument("--out", type=Path, metavar="FILE", help="write every proposal as CSV")
    verb.add_argument("--json", action="store_true", help="for other programs")
    verb.add_argument("--language", choices=("zh", "en"), default=None, help="language of the sentences")
    verb.set_defaults(run=run_links)


def run_links(arguments: argparse.Namespace) -> int:
    """Print the proposals product by product, or write them as CSV or JSON; with --test first how good such proposals are here."""
    if not 1 <= arguments.most <= MOST:
        raise Refused("option-wrong", MOST_WRONG, most=MOST)
    at_least("--seed", arguments.seed, 0)
    from xinya.chain.engine.links import judged_on_hidden, proposed_inputs
    from xinya.chain.files.link_tables import proposal_rows, proposals_object, read_links

    kinds = None if arguments.kinds is None else read_bytes(arguments.kinds)
    table = read_links(
        read_bytes(arguments.links), arguments.links.name, kinds, arguments.kinds.name if arguments.kinds is not None else ""
    )
    products = table.products(arguments.product)
    tested = judged_on_hidden(table.known, seed=arguments.seed) if arguments.test else None
    proposals = proposed_inputs(table.known, products, seed=arguments.seed, most=arguments.most)
    if arguments.out is not None:
        with arguments.out.open("w", encoding="utf-8-sig", newline="") as file:
            csv.writer(file, lineterminator="\r\n").writerows(proposal_rows(proposals, table.known.names))
    if arguments.json:
        settings = {"seed": arguments.seed, "most": arguments.most}
        print(json.dumps(proposals_object(table, proposals, settings=settings, tested=tested), ensure_ascii=False, indent=1))
    else:
        _print(table, proposals, tested, arguments.language or "zh", is_short=arguments.out is not None)
    return 0


def _print(
    table: "LinkTable", proposals: "Sequence[ProposedInput]", tested: "Tested | None", language: str, *, is_short: bool
) -> None:
    known = table.known
    counts = {"links": len(known.products), "names": len(known.names), "inputs": len(known.materials), "selves": table.self_links}
    print(say(language, READ, **counts))
    if tested is not None:
        drawn = {"uniform": tested.negatives["uniform"], "matched": tested.negatives["degree-matched"]}
        print(say(language, HIDDEN, hidden=tested.hidden, links=tested.links, inputs=tested.materials, **drawn))
        print(say(language, METHOD_HEAD))
        for name, found in tested.methods.items():
            hits = "  ".join(f"{value:.3f}" for value in found.hits.values())
            areas = "  ".join("–" if isnan(value) else f"{value:.3f}" for value in found.auc.values())
            print(f"    {found.mrr:.3f}   {hits}   {areas}   {say(language, METHOD_WORDS[name])}")
    if is_short:
        return
    print(say(language, ONLY_ORDER))
    for p in proposals:
        if p.rank == 1:
            print(known.names[p.product])
        alike = say(language, ALIKE, names=", ".join(known.names[k] for k in p.alike)) if p.alike else say(language, NOT_ALIKE)
        print(f"{p.rank:6}  {p.score:+.3f}  {known.names[p.input]}  ({alike})")
