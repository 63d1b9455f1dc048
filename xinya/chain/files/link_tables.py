"""Known links product → input and kinds narrow → broader as CSV files; proposed inputs as rows and as one object."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from xinya.chain.engine.links import FEATURES, Known, ProposedInput, Tested
from xinya.kit.delimited import escaped
from xinya.kit.refusals import Refused
from xinya.kit.text import gettext_noop as _

from .complexity_rows import number
from .number_table import Reading, rows_of

LINK_COLUMNS = {
    "product": ("产品", "主营产品", "下游产品"),
    "input": ("material", "投入品", "采购品", "原材料", "上游材料"),
}
KIND_COLUMNS = {"narrow": ("kind", "小类", "产品小类", "下位"), "broader": ("大类", "产品大类", "上位")}
LEAST_LINKS = 20
PROPOSAL_HEAD = ("product", "rank", "input", "score", "alike", *(name.replace(" ", "_") for name in FEATURES))

TOO_FEW = _("Learning needs at least %(least)s links between two products and more than one input; the file has %(links)s.")
TOO_MANY = _("%(file)s has more than %(most)s rows; take the command line for larger ones.")
NAMES_LONG = _("The names in %(file)s have more than %(most)s characters together; take the command line for larger files.")
UNKNOWN_PRODUCT = _("No link and no kind names the product %(product)s.")
KIND_OF_ITSELF = _("“%(name)s” cannot be a kind of itself.")


@dataclass(frozen=True, slots=True)
class LinkTable:
    """What the files say. places: number of each name; self_links: rows that name a product as its own input, left out."""

    known: Known
    places: Mapping[str, int]
    self_links: int
    repeated: int

    def products(self, names: Sequence[str] = ()) -> np.ndarray[Any, np.dtype[np.int64]]:
        """The numbers of these products; of all that have a link where none is named. Raises Refused no-such-product."""
        for name in names:
            if name not in self.places:
                raise Refused("no-such-product", UNKNOWN_PRODUCT, product=name[:60])
        if names:
            return np.array([self.places[name] for name in dict.fromkeys(names)], dtype=np.int64)
        return np.unique(self.known.products)


def read_links(
    links: bytes,
    links_name: str,
    kinds: bytes | None = None,
    kinds_name: str = "",
    *,
    most: int | None = None,
    most_characters: int | None = None,
) -> LinkTable:
    """Both tables. Numbers follow the names in order, so the order of rows changes nothing. most: rows of a file;
    most_characters: of all different names together; None: any.

    Raises TableRefused with every wrong cell, Refused for a file as a whole: too-few-links,
    too-many-links, names-long, not-a-table, ….
    """
    reading = Reading()
    pairs, self_links = _pairs(reading, links, links_name, LINK_COLUMNS, most)
    reading.demand(len(pairs) + self_links)
    above: list[tuple[str, str]] = []
    if kinds is not None:
        above, of_itself = _pairs(reading, kinds, kinds_name, KIND_COLUMNS, most, is_kind=True)
        reading.demand(len(above) + of_itself)
    names = sorted({name for pair in (*pairs, *above) for name in pair})
    if most_characters is not None and sum(map(len, names)) > most_characters:
        raise Refused("names-long", NAMES_LONG, status=413, file=links_name, most=most_characters)
    places = {name: k for k, name in enumerate(names)}
    once = sorted({(places[a], places[b]) for a, b in pairs})
    inputs = np.unique(np.array([b for _a, b in once], dtype=np.int64))
    if len(once) < LEAST_LINKS or len(inputs) < 2:
        raise Refused("too-few-links", TOO_FEW, least=LEAST_LINKS, links=len(once))
    both, over = np.array(once, dtype=np.int64), sorted({(places[a], places[b]) for a, b in above})
    wide = np.array(over, dtype=np.int64).reshape(-1, 2)
    known = Known(names, both[:, 0].copy(), both[:, 1].copy(), wide[:, 0].copy(), wide[:, 1].copy(), inputs)
    return LinkTable(known, places, self_links, len(pairs) - len(once))


def _pairs(
    reading: Reading, content: bytes, file: str, columns: Mapping[str, Sequence[str]], most: int | None, *, is_kind: bool = False
) -> tuple[list[tuple[str, str]], int]:
    """Pairs of names, and how many rows name one thing twice: left out as links, wrong as kinds."""
    one, other = columns
    found: list[tuple[str, str]] = []
    selves = 0
    for count, (row, (a, b)) in enumerate(rows_of(content, file, columns), 1):
        if most is not None and count > most:
            raise Refused("too-many-links", TOO_MANY, status=413, file=file, most=most)
        reading.name(row, one, a)
        reading.name(row, other, b)
        if a and a == b:
            selves += 1
            if is_kind:
                reading.wrong("kind-of-itself", KIND_OF_ITSELF, row=row, column=other, name=a[:60])
        else:
            found.append((a, b))
        if reading.is_full:
            break
    return found, selves


def proposal_rows(proposals: Sequence[ProposedInput], names: Sequence[str]) -> Iterator[list[str]]:
    """The head and one row a proposal; alike: products alike by name that need the input, parted by ;."""
    yield list(PROPOSAL_HEAD)
    for p in proposals:
        alike = escaped("; ".join(names[k] for k in p.alike))
        figures = [repr(value) for value in p.features]
        yield [escaped(names[p.product]), str(p.rank), escaped(names[p.input]), repr(p.score), alike, *figures]


def proposals_object(
    table: LinkTable, proposals: Sequence[ProposedInput], *, settings: Mapping[str, Any], tested: Tested | None = None
) -> dict[str, Any]:
    """Everything for other programs. score: a logit against sampled pairs, for ranking only."""
    names = table.known.names
    return {
        "schema": "xinya.links/1",
        "settings": dict(settings),
        "links": len(table.known.products), "names": len(names), "inputs": len(table.known.materials),
        "self_links": table.self_links, "repeated": table.repeated,
        "tested": None if tested is None else tested_object(tested),
        "proposals": [
            {
                "product": names[p.product], "rank": p.rank, "input": names[p.input], "score": p.score,
                "alike": [names[k] for k in p.alike],
                "features": dict(zip((name.replace(" ", "_") for name in FEATURES), p.features, strict=True)),
            }
            for p in proposals
        ],
    }  # fmt: skip


def tested_object(tested: Tested) -> dict[str, Any]:
    """Ranks and areas by method, with how the negatives were drawn."""
    return {
        "hidden": tested.hidden, "links": tested.links, "inputs": tested.materials, "negatives": dict(tested.negatives),
        "methods": [
            {
                "method": name, "mrr": j.mrr, "hits": {str(cut): value for cut, value in j.hits.items()},
                "auc": {way: number(value) for way, value in j.auc.items()},
            }
            for name, j in tested.methods.items()
        ],
    }  # fmt: skip
