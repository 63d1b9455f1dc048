"""A table of product texts placed row by row: `xinya chain place`. Bytes in, bytes out."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from xinya.chain.engine import Atlas
from xinya.chain.engine.placement import Placement
from xinya.chain.engine.placer import MOST_TEXTS, Placer
from xinya.chain.engine.why import whole_reason
from xinya.chain.engine.wording import why_placed
from xinya.kit.delimited import DELIMITERS, decoded, escaped, records, unescaped, written
from xinya.kit.refusals import Refused
from xinya.kit.text import gettext_noop as _

HEADS = ("row", "text", "chain", "segment_code", "segment", "confidence", "state", "reasons")
COLUMNS = {
    "text": ("text", "产品", "产品文本", "文本"),
    "company": ("company", "企业名称", "企业", "公司"),
    "industry": ("industry", "行业"),
    "class": ("gbt4754", "行业代码"),
}


@dataclass(frozen=True, slots=True)
class Asked:
    """One row of the table. others: the cells that are carried along, in their columns' order."""

    row: int
    text: str
    company: str
    industry: str
    classes: tuple[str, ...]
    others: tuple[str, ...]


def asked_rows(content: bytes) -> tuple[tuple[str, ...], list[Asked]]:
    """The heads carried along, and the rows. Raises Refused: undecodable-text, not-a-table, too-many-rows, no-text-column."""
    text = decoded(content)
    head_line = text.partition("\n")[0]
    delimiter = max(DELIMITERS, key=head_line.count)
    table = records(text, delimiter)
    heads = [h.strip() for h in next(table, [])]
    at = {name: _column(heads, names) for name, names in COLUMNS.items()}
    where = at["text"]
    if where is None:
        raise Refused("no-text-column", _("The table has no column text."), row=1)
    carried = [i for i in range(len(heads)) if i != where and heads[i]]
    rows = []
    for number, record in enumerate(table, start=2):
        cells = [*record, *[""] * (len(heads) - len(record))]
        if not cells[where].strip():
            continue
        told = {n: unescaped(cells[i].strip()) if i is not None else "" for n, i in at.items()}
        classes = tuple(c.strip() for c in told["class"].replace("；", ";").split(";") if c.strip())
        others = tuple(cells[i] for i in carried)
        rows.append(Asked(number, unescaped(cells[where].strip()), told["company"], told["industry"], classes, others))
    return tuple(heads[i] for i in carried), rows


def _column(heads: Sequence[str], names: Sequence[str]) -> int | None:
    return next((i for i, h in enumerate(heads) if h.casefold() in names), None)


def placed_rows(rows: Sequence[Asked], placer: Placer) -> Iterator[tuple[Asked, tuple[Placement, ...]]]:
    """Each row with its proposals; the rows of one company speak for each other, a row without company stands alone.

    Of a company with more rows than the placer takes at once those of one block speak for each other.
    """
    by_company: dict[str, list[int]] = {}
    for at, row in enumerate(rows):
        by_company.setdefault(row.company or f"\0{at}", []).append(at)
    found: dict[int, tuple[Placement, ...]] = {}
    for places in by_company.values():
        some = [rows[at] for at in places]
        industry = next((r.industry for r in some if r.industry), "")
        classes = tuple(dict.fromkeys(c for r in some for c in r.classes))
        for start in range(0, len(some), MOST_TEXTS):
            texts = [r.text for r in some[start : start + MOST_TEXTS]]
            made = placer.place_all(texts, industry=industry, classes=classes)
            found.update(zip(places[start : start + MOST_TEXTS], made, strict=True))
    for at, row in enumerate(rows):
        yield row, found[at]


def reason_of(placement: Placement, atlas: Atlas, language: str, text: str) -> str:
    """Why a text stands there, in the reader's language: the rule, then what counted for and against."""
    rule = why_placed(placement.rule, placement.term, placement.modifier, language, text)
    return whole_reason(rule, placement.reasons, language, atlas, text)


def place_table(content: bytes, placer: Placer, language: str) -> tuple[bytes, int, int]:
    """The table of proposals, the number of rows read and of proposals made. One row a proposal, none where nothing fits."""
    heads, rows = asked_rows(content)
    carried = [h if h.casefold() not in HEADS else f"{h}_given" for h in heads]
    atlas = placer.atlas
    lines: list[list[str]] = [[*HEADS, *carried]]
    for row, found in placed_rows(rows, placer):
        for p in found:
            lines.append(
                [
                    str(row.row),
                    escaped(row.text),
                    (atlas.chains_of[p.segment] or ("",))[0],
                    p.segment,
                    atlas.segments[p.segment].name(language),
                    f"{p.confidence:.2f}",
                    p.state,
                    escaped(reason_of(p, atlas, language, row.text)),
                    *(escaped(unescaped(cell)) for cell in row.others),
                ]
            )
    return written(lines), len(rows), len(lines) - 1
