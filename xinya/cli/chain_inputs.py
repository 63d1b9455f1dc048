"""`xinya chain sourcing`: local sourcing rates of a list of purchases; no database, no Django."""

import argparse
import json
from pathlib import Path
from typing import Any

from xinya.chain.engine.sourcing import Rate, Sourcing, sourcing, sourcing_by_chain, sourcing_by_input
from xinya.chain.files import shipped_atlas
from xinya.chain.files.inputs import amount_text, names_of, read_inputs, share_text, stated_of
from xinya.chain.files.sourcing import sourcing_document
from xinya.kit.refusals import Refused
from xinya.kit.text import gettext_noop as _
from xinya.kit.text import say

from .options import at_least

LARGEST = 20_000_000
LINE = _("%(key)s: %(rate)s %(form)s (%(numerator)s of %(denominator)s; known %(known)s, unknown %(unknown)s)")
FORMS = {"amount": _("by amounts, 10,000 yuan"), "count": _("by count of inputs")}


def add_sourcing(top: "argparse._SubParsersAction[argparse.ArgumentParser]") -> None:
    """Register `chain sourcing`."""
    verb = top.add_parser("sourcing", help="local sourcing rates of a list of purchases, by zone, chain and input")
    verb.add_argument("purchases", type=Path, metavar="LIST", help="xlsx or CSV: 企业名称, 采购品, 环节, 本地占比, 采购额(万元)")
    verb.add_argument("--chain", action="append", default=[], metavar="CODE", help="only this chain; may be given again")
    verb.add_argument("--json", action="store_true", help="for other programs")
    verb.add_argument("--language", choices=("zh", "en"), default=None, help="language of the sentences")
    verb.set_defaults(run=run_sourcing)


def content_of(path: Path, largest: int = LARGEST) -> bytes:
    """The bytes of a file, judged by its size before it is read. Raises Refused no-such-file, too-large."""
    if not path.is_file():
        raise Refused("no-such-file", _("There is no file %(file)s."), file=str(path))
    if path.stat().st_size > largest:
        raise Refused("too-large", _("%(file)s is larger than 20 MB."), file=path.name)
    return path.read_bytes()


def run_sourcing(arguments: argparse.Namespace) -> int:
    atlas = shipped_atlas(arguments.chain or None)
    stated = stated_of(read_inputs(content_of(arguments.purchases), names_of(atlas), most=None))
    chains = sourcing_by_chain(stated, [(c.code, frozenset(code for code, _column in c.members)) for c in atlas.chains])
    whole, inputs = sourcing("zone", stated), sourcing_by_input(stated)
    if arguments.json:
        print(json.dumps(sourcing_document(whole, chains, inputs), ensure_ascii=False, indent=1))
        return 0
    said = arguments.language
    for row in [whole, *(c for c in chains if c.companies), *inputs]:
        segment = atlas.segments.get(row.key)
        print(_line(row, row.key if segment is None else segment.name(said), said))
    return 0


def _line(row: Sourcing, name: str, said: str) -> str:
    rate = row.first
    values: dict[str, Any] = {
        "key": name, "rate": share_text(rate.low, rate.high) or "–", "form": say(said, FORMS[rate.by]),
        "numerator": _pair(rate, rate.numerator), "denominator": _pair(rate, rate.denominator), "known": rate.known,
        "unknown": rate.unknown,
    }  # fmt: skip
    return say(said, LINE, **values)


def _pair(rate: Rate, pair: tuple[Any, Any]) -> str:
    if rate.by == "amount":
        return amount_text(int(pair[0]), int(pair[1])) or "0"
    one, other = (f"{float(v):.2f}".rstrip("0").rstrip(".") for v in pair)
    return one if one == other else f"{one}-{other}"


def add_proposals(top: "argparse._SubParsersAction[argparse.ArgumentParser]") -> None:
    """Register `chain propose-inputs`."""
    verb = top.add_parser("propose-inputs", help="inputs that the packs may lack, with evidence; for an editor, nothing is merged")
    verb.add_argument("--ckg", type=Path, metavar="DIR", help="tables of ChainKnowledgeGraph: products, makes, product_inputs")
    verb.add_argument("--ickg", type=Path, metavar="DIR", help="tables of ICKG: quads")
    verb.add_argument(
        "--purchases", type=Path, metavar="CSV", help="what companies state, with the column 产品 of what they make of it"
    )
    verb.add_argument(
        "--chain", action="append", default=[], metavar="CODE", help="only products of this chain; may be given again"
    )
    verb.add_argument("--least", type=int, default=1, metavar="N", help="only proposals of at least N companies or edges")
    verb.add_argument("--json", action="store_true", help="the file that a zone's queue takes")
    verb.add_argument("--language", choices=("zh", "en"), default=None, help="language of the sentences")
    verb.set_defaults(run=run_propose)


def run_propose(arguments: argparse.Namespace) -> int:
    from xinya.chain.engine.placement import AUTOMATIC, Lexicon
    from xinya.chain.engine.proposals import Edge, proposals
    from xinya.chain.files import usage_list, word_list
    from xinya.chain.files.graphs import ckg_edges, ickg_edges, purchase_edges
    from xinya.chain.files.proposals import proposals_document

    at_least("--least", arguments.least, 1)
    atlas = shipped_atlas(arguments.chain or None)
    lexicon = Lexicon(atlas, word_list(), usage_list())

    def resolve(name: str) -> str | None:
        found = lexicon.place(name)
        return found.segment if found is not None and found.state == AUTOMATIC else None

    edges: list[Edge] = []
    if arguments.ckg:
        edges += ckg_edges(arguments.ckg)
    if arguments.ickg:
        edges += ickg_edges(arguments.ickg)
    if arguments.purchases:
        edges += purchase_edges(content_of(arguments.purchases), arguments.purchases.name)
    if not edges:
        raise Refused("no-source", _("Name at least one source: --ckg, --ickg or --purchases."))
    rows = [p for p in proposals(atlas, edges, resolve) if max(p.companies, p.edges) >= arguments.least]
    if arguments.json:
        print(json.dumps(proposals_document(rows), ensure_ascii=False, indent=1))
        return 0
    said = arguments.language
    for p in rows:
        wanted = atlas.segments[p.input].name(said) if p.input else f"“{p.text}”"
        values = {"product": atlas.segments[p.product].name(said), "input": wanted, "origins": p.origins, "companies": p.companies,
                  "edges": p.edges, "examples": "; ".join(x for e in p.evidence for x in e.examples[:2])}  # fmt: skip
        print(say(said, PROPOSED, **values))
    print(say(said, _("%(count)s proposals from %(edges)s edges; nothing is merged by itself."), count=len(rows), edges=len(edges)))
    return 0


PROPOSED = _("%(product)s ← %(input)s: %(origins)s sources, %(companies)s companies, %(edges)s edges (%(examples)s)")
