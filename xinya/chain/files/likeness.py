"""What makes rows of packs hard to tell apart, or loose in the chain: the second half of `xinya chain check-pack`.

Defects are wrong in any pack. Hints are often wrong and sometimes the truth of a trade; an author reads them and decides.
"""

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field

import numpy as np
from rapidfuzz import fuzz, process

from xinya.kit.text import gettext_noop as _
from xinya.kit.text import plain

from .check import Defect
from .pack import Pack, Row, items

MOST_ALIKE = 80
"""Definitions more than so many per cent like another say the same twice (InDel similarity of the letters)."""
SHORTEST_HEAD = 2
ARTICLES = re.compile(r"\b(?:a|an|the|of|for|and)\b")


@dataclass
class _Tables:
    """What every rule looks into, over all packs."""

    defined: dict[str, tuple[Pack, Row, int]] = field(default_factory=dict)
    products: set[str] = field(default_factory=set)
    inputs: set[str] = field(default_factory=set)

    def line(self, code: str) -> list[str]:
        """The segment and what it is a kind of, upwards."""
        found = [code]
        while found[-1] in self.defined and (above := self.defined[found[-1]][1]["broader"]) and above not in found:
            found.append(above)
        return found


def check_likeness(packs: Sequence[Pack], *, homes: Iterable[Pack] = ()) -> tuple[list[Defect], list[Defect]]:
    """Defects and hints of `packs`; `homes` are packs against which they are held too."""
    wanted = {p.code for p in packs}
    everything = [*packs, *(h for h in homes if h.code not in wanted)]
    tables = _Tables()
    for pack in everything:
        for number, row in enumerate(pack.segments, start=2):
            if not row["home"]:
                tables.defined.setdefault(row["code"], (pack, row, number))
        tables.products |= {row["product"] for row in pack.inputs}
        tables.inputs |= {row["input"] for row in pack.inputs}
    defects = [*_definitions(tables, wanted), *_english(tables, wanted), *_heads(tables, wanted)]
    hints: list[Defect] = []
    for pack in packs:
        defects += _unlisted(pack, tables)
        hints += [*_hanging(pack, tables), *_commodities(pack, tables)]
    return sorted(defects, key=_place), sorted(hints, key=_place)


def _place(defect: Defect) -> tuple[str, str, int]:
    return defect.pack, defect.file, defect.row or 0


def _defect(tables: _Tables, code: str, kind: str, message: str, /, **values: object) -> Defect:
    pack, _row, number = tables.defined[code]
    return Defect(pack.code or pack.name, "segments.csv", number, kind, message, values)


def _definitions(tables: _Tables, wanted: set[str]) -> Iterator[Defect]:
    """Two definitions of which one is more than 80 % like the other, in either language."""
    codes = list(tables.defined)
    own = [place for place, code in enumerate(codes) if tables.defined[code][0].code in wanted]  # only pairs with one of these
    for key in ("definition_zh", "definition_en"):
        texts = [plain(tables.defined[code][1][key]) for code in codes]
        like = process.cdist([texts[i] for i in own], texts, scorer=fuzz.ratio, score_cutoff=MOST_ALIKE, dtype=np.float32)
        alike = zip(*np.nonzero(like > MOST_ALIKE), strict=True)
        shares = {(min(own[k], j), max(own[k], j)): float(like[k, j]) for k, j in alike if own[k] != j and texts[j]}
        for (i, j), share in sorted(shares.items()):
            code, other = codes[j], codes[i]
            values = {"key": key, "other": other, "share": f"{share:.0f}"}
            yield _defect(tables, code, "definition-like", _("%(key)s is to %(share)s %% that of %(other)s."), **values)


def _english(tables: _Tables, wanted: set[str]) -> Iterator[Defect]:
    """English names that differ by case, number, hyphen or article only."""
    first: dict[str, str] = {}
    for code, (pack, row, _number) in tables.defined.items():
        bare = " ".join(word.removesuffix("s") for word in re.findall(r"[a-z0-9]+", ARTICLES.sub(" ", row["name_en"].casefold())))
        other = first.setdefault(bare, code)
        exact = tables.defined[other][1]["name_en"].casefold() == row["name_en"].casefold()  # check.py says this one
        if bare and other != code and not exact and {pack.code, tables.defined[other][0].code} & wanted:
            yield _defect(
                tables, code, "name-like", _("The name %(name)s hardly differs from that of %(other)s."), name=row["name_en"],
                other=other,
            )  # fmt: skip


def _heads(tables: _Tables, wanted: set[str]) -> Iterator[Defect]:
    """A word of one segment that ends in a whole word of another, without being a kind of it or its excluded neighbour.

    Chinese compounds have their head at the end: who makes 真空固溶炉 would be placed at 固溶炉 as well.
    """
    owner: dict[str, str] = {}
    for code, (_pack, row, _number) in tables.defined.items():
        for word in (row["name_zh"], *items(row["aliases"])):
            owner.setdefault(word, code)
    for word, code in owner.items():
        for start in range(1, len(word) - SHORTEST_HEAD + 1):
            head = word[start:]
            other = owner.get(head)
            if other is None or other == code or not {tables.defined[c][0].code for c in (code, other)} & wanted:
                continue
            if other in tables.line(code) or code in tables.line(other) or _keep_apart(tables, code, other, word):
                continue
            yield _defect(
                tables, code, "head-claimed", _("%(word)s ends in %(head)s of %(other)s, and neither excludes the other."),
                word=word, head=head, other=other,
            )  # fmt: skip


def _keep_apart(tables: _Tables, code: str, other: str, word: str) -> bool:
    here, there = (items(tables.defined[c][1]["excludes"]) for c in (code, other))
    return other in here or code in there or any(said in word for said in there if not said.isascii())


def _unlisted(pack: Pack, tables: _Tables) -> Iterator[Defect]:
    """A broader segment that the pack itself does not list: its map would lose the kind."""
    listed = {row["code"] for row in pack.segments}
    for number, row in enumerate(pack.segments, start=2):
        if row["broader"] and row["broader"] not in listed and row["broader"] in tables.defined:
            yield Defect(
                pack.code or pack.name, "segments.csv", number, "broader-unlisted",
                _("The broader segment %(code)s is not listed in this pack."), {"code": row["broader"]},
            )  # fmt: skip


def _hanging(pack: Pack, tables: _Tables) -> Iterator[Defect]:
    """Made segments that need nothing, and made segments before the end of the chain that nothing needs."""
    stages = _stages(pack)
    for row in pack.segments:
        code = row["code"]
        if row["home"] or row["commodity"] != "no":
            continue
        line = tables.line(code)
        if not tables.products & set(line):
            yield _defect(tables, code, "needs-nothing", _("No row says what %(code)s is made with."), code=code)
        if stages.get(row["column"]) in ("up", "mid", "equipment") and not tables.inputs & set(line):
            yield _defect(tables, code, "used-by-nothing", _("No row says what %(code)s is used for."), code=code)


def _commodities(pack: Pack, tables: _Tables) -> Iterator[Defect]:
    """Essential inputs that are bought by grade on an open market: their absence is no gap."""
    for number, row in enumerate(pack.inputs, start=2):
        found = tables.defined.get(row["input"])
        if row["essential"] == "yes" and found is not None and found[1]["commodity"] == "yes":
            values = {"product": row["product"], "input": row["input"]}
            yield Defect(
                pack.code or pack.name, "inputs.csv", number, "essential-commodity",
                _("%(input)s, essential to %(product)s, is a commodity."), values,
            )  # fmt: skip


def _stages(pack: Pack) -> Mapping[str, str]:
    columns = pack.head.get("columns")
    rows = [c for c in columns if isinstance(c, dict)] if isinstance(columns, list) else []
    return {str(c.get("code")): str(c.get("stage")) for c in rows}
