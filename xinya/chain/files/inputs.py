"""Lists of purchased inputs: from the cells of a form, a CSV file or a workbook to checked lines, and back. No Django."""

import re
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from fractions import Fraction
from functools import lru_cache
from typing import TypeVar

from xinya.chain.engine import Atlas
from xinya.chain.engine.resilience.stock_days import MOST_DAYS, StatedStock
from xinya.chain.engine.sourcing import Stated
from xinya.kit.delimited import DELIMITERS, decoded, escaped, records, unescaped, written
from xinya.kit.refusals import Refused
from xinya.kit.sheet_scan import HEAD_ROWS
from xinya.kit.text import gettext_noop as _
from xinya.kit.text import plain
from xinya.kit.xlsx import Sheet, read_workbook
from xinya.zones.engine.quantities import Quantity, read_quantity
from xinya.zones.engine.values import is_empty_word, narrow
from xinya.zones.files.lines import ListRefused

from .number_table import TWICE as COLUMN_TWICE
from .shipped import everyday_list, wide_list

Value = TypeVar("Value")
MOST_INPUTS = 20
LONGEST_TEXT = 200
SHORT_WORD = 3
LARGEST_LIST = 1_000_000
FEN_PER_10K = 1_000_000
MOST_FEN = 10**17
PERIOD = re.compile(r"(?:19|20)[0-9]{2}(?:-(?:Q[1-4]|H[12]|0[1-9]|1[0-2]))?")
DAYS = re.compile(r"([0-9]{1,4}(?:\.[0-9])?)(?:天|日|days?)?", re.IGNORECASE)
HEAD = ("采购品", "环节", "本地占比", "采购额(万元)", "库存天数")
HEADS_BY_KEY = dict(zip(("text", "segment", "share", "amount", "stock"), HEAD, strict=True))
COMPANY_HEAD = "企业名称"
_SYNONYMS = {
    "采购品": "text", "投入品": "text", "主要采购品": "text", "原材料": "text", "input": "text", "text": "text",
    "环节": "segment", "环节编码": "segment", "segment": "segment",
    "本地占比": "share", "本地采购占比": "share", "本地配套率": "share", "localshare": "share", "local": "share",
    "采购额(万元)": "amount", "采购额": "amount", "采购金额(万元)": "amount", "amount": "amount", "amount(10kyuan)": "amount",
    "库存天数": "stock", "库存可用天数": "stock", "库存(天)": "stock", "stockdays": "stock", "stock_days": "stock",
    "企业名称": "company", "企业": "company", "company": "company",
}  # fmt: skip

NO_HEAD = _("The list needs a row of labels with %(label)s in it.")
NO_TEXT = _("Please name the input.")
TEXT_LONG = _("The name of an input has at most 200 characters.")
SHARE_WRONG = _("“%(text)s” is no share: write 40%%, 30-50%% or leave it empty where it is unknown.")
SHARE_UNCLEAR = _(
    "The number %(text)s may mean that many percent or a hundred times as many. Write the share as a text, as in 40%%."
)
FORMULA = _("The cell holds a formula or an error. Paste the value instead.")
AMOUNT_WRONG = _("“%(text)s” is no amount: write 500 or 300-500 (in 10,000 yuan), or leave it empty where it is unknown.")
AMOUNT_OPEN = _("“%(text)s” has no upper end: write both ends of the range, as in 300-500.")
STOCK_WRONG = _(
    "“%(text)s” is no number of days: write 0 to 3650, whole or with one decimal, or leave it empty where it is unknown."
)
SEGMENT_UNKNOWN = _("“%(text)s” is neither the code nor the name of a segment of this zone's chains.")
TOO_MANY = _("At most %(limit)s inputs are stated for a period; the list has %(count)s.")
TWICE = _("The input “%(text)s” stands in the list twice.")
PERIOD_WRONG = _("“%(text)s” is no period: write 2025, 2025-H1, 2025-Q2 or 2025-06.")
NOTHING = _("The list names no input.")


@dataclass(frozen=True, slots=True)
class InputLine:
    """A purchased input, checked. Shares 0 to 1, amounts in fen, stock in days without deliveries; None is unknown."""

    text: str
    segment: str = ""
    share_low: Fraction | None = None
    share_high: Fraction | None = None
    amount_low: int | None = None
    amount_high: int | None = None
    company: str = ""
    row: int = 0
    stock_days: Decimal | None = None


def names_of(atlas: Atlas) -> dict[str, str]:
    """Codes, names, aliases and everyday names of the segments, folded -> code: the first segment of the atlas that has the word.

    What people also say for a segment (喷氨格栅, 垂尾) counts too; of words that other trades use for other things only the
    longer ones, as an alias does: 舱门 or 燃油泵 in a list of purchases may be anything's.
    """
    found: dict[str, str] = {}
    for s in atlas.segments.values():
        for word in (s.code, s.name_zh, s.name_en, *s.aliases):
            found.setdefault(plain(word), s.code)
    for word, code in _everyday_names():
        if code in atlas.segments:
            found.setdefault(word, code)
    return found


@lru_cache(maxsize=1)
def _everyday_names() -> tuple[tuple[str, str], ...]:
    wide = {(plain(word), code) for word, code in wide_list()}
    said = [(plain(word), code) for word, code, among in everyday_list() if not among]
    return tuple((word, code) for word, code in said if len(word) > SHORT_WORD or (word, code) not in wide)


def period_in(text: str) -> str:
    """A period as it is kept. Raises Refused period-wrong."""
    written_ = narrow(text).strip().upper()
    if not PERIOD.fullmatch(written_):
        raise Refused("period-wrong", PERIOD_WRONG, text=text[:20])
    return written_


def share_in(text: str) -> tuple[Fraction | None, Fraction | None]:
    """A local share with its bounds. A bare number up to 1 may be 40 % or 0.4 %, so it is not guessed.

    Raises Refused share-wrong, share-unclear.
    """
    said = narrow(text).strip()
    if is_empty_word(said):
        return None, None
    found = read_quantity(_joined(said))
    if found is None or found.kind not in ("ratio", "growth", "number"):
        raise Refused("share-wrong", SHARE_WRONG, text=said[:40])
    scale = Fraction(1, 100) if found.kind == "number" else Fraction(1)
    low, high = _bounds(found, scale)
    largest = high if high is not None else low
    if found.kind == "number" and largest is not None and 0 < largest <= scale:
        raise Refused("share-unclear", SHARE_UNCLEAR, text=said[:40])
    low, high = low if low is not None else Fraction(0), high if high is not None else Fraction(1)
    if not 0 <= low <= high <= 1:
        raise Refused("share-wrong", SHARE_WRONG, text=said[:40])
    return low, high


def amount_in(text: str) -> tuple[int | None, int | None]:
    """An amount in fen with its bounds; a number without a unit counts 10,000 yuan. Raises Refused amount-wrong, amount-open."""
    said = narrow(text).strip()
    if is_empty_word(said):
        return None, None
    found = read_quantity(_joined(said))
    if found is None or found.kind not in ("amount", "number") or found.unit not in (None, "CNY"):
        raise Refused("amount-wrong", AMOUNT_WRONG, text=said[:40])
    has_scale = found.unit is not None or bool(re.search("[万亿]", said))
    low, high = _bounds(found, Fraction(100 if has_scale else FEN_PER_10K))
    if high is None:
        raise Refused("amount-open", AMOUNT_OPEN, text=said[:40])
    low = low if low is not None else Fraction(0)
    if not 0 <= low <= high <= MOST_FEN:
        raise Refused("amount-wrong", AMOUNT_WRONG, text=said[:40])
    return int(low), int(high)


def stock_in(text: str) -> Decimal | None:
    """For how many days a stock lasts without deliveries, 0 to 3650, whole or one decimal. Raises Refused stock-wrong."""
    said = narrow(text).strip()
    if is_empty_word(said):
        return None
    found = DAYS.fullmatch("".join(said.split()))
    days = Decimal(found[1]) if found else Decimal(-1)
    if not 0 <= days <= MOST_DAYS:
        raise Refused("stock-wrong", STOCK_WRONG, text=said[:40])
    return days


def _joined(text: str) -> str:
    """Dashes of every kind between two figures as one range."""
    return re.sub(r"(?<=[0-9%万亿元])\s*[–—~～至到]\s*(?=[0-9])", "-", text)


def _bounds(found: Quantity, scale: Fraction) -> tuple[Fraction | None, Fraction | None]:
    if found.bound in ("exact", "about", "order") and found.value is not None:
        return found.value * scale, found.value * scale
    low = None if found.lower is None else found.lower * scale
    return low, None if found.upper is None else found.upper * scale


def input_line(cells: Mapping[str, str], names: Mapping[str, str], row: int = 0) -> InputLine:
    """One row. Where no segment is named, a text that is the name of one stands for it. Raises Refused naming row and column."""
    text = " ".join(cells.get("text", "").split())
    segment = cells.get("segment", "").strip()
    if not text and segment:
        text = segment
    _demand(bool(text), row, "采购品", "input-missing", NO_TEXT)
    _demand(len(text) <= LONGEST_TEXT and text.isprintable(), row, "采购品", "input-long", TEXT_LONG)
    code = names.get(plain(segment or text), "")
    if segment and not code:
        raise Refused("segment-unknown", SEGMENT_UNKNOWN, row=row or None, column="环节", text=segment[:40])
    share = _placed(share_in, cells.get("share", ""), row, "本地占比")
    amount = _placed(amount_in, cells.get("amount", ""), row, "采购额(万元)")
    stock = _placed(stock_in, cells.get("stock", ""), row, "库存天数")
    company = cells.get("company", "").strip()
    return InputLine(text, code, *share, *amount, company, row, stock)


def _placed(reader: Callable[[str], Value], text: str, row: int, column: str) -> Value:
    try:
        return reader(text)
    except Refused as refused:
        refused.row, refused.column = row or None, column
        raise


def _demand(holds: bool, row: int, column: str, code: str, message: str) -> None:
    if not holds:
        raise Refused(code, message, row=row or None, column=column)


def input_lines(
    rows: Iterable[tuple[int, Mapping[str, str]]], names: Mapping[str, str], *, most: int | None = MOST_INPUTS
) -> list[InputLine]:
    """All rows checked, or every reason why not. most: inputs of one company. Raises ListRefused, Refused."""
    lines, wrong = [], []
    for number, cells in rows:
        if not any(str(v).strip() for v in cells.values()):
            continue
        try:
            lines.append(input_line(cells, names, number))
        except Refused as refused:
            wrong.append(refused)
    seen: set[tuple[str, str]] = set()
    for line in lines:
        key = (plain(line.company), line.segment or plain(line.text))
        if key in seen:
            wrong.append(Refused("input-twice", TWICE, row=line.row or None, text=line.text[:40]))
        seen.add(key)
    if wrong:
        raise ListRefused(sorted(wrong, key=lambda r: r.row or 0))
    if not lines:
        raise Refused("no-inputs", NOTHING)
    if most is not None and len(lines) > most:
        raise Refused("too-many-inputs", TOO_MANY, limit=most, count=len(lines))
    return lines


def read_inputs(content: bytes, names: Mapping[str, str], *, most: int | None = MOST_INPUTS) -> list[InputLine]:
    """A list of purchased inputs, CSV or xlsx. Raises Refused and ListRefused naming row and column."""
    if len(content) > LARGEST_LIST:
        raise Refused("too-large", _("The file has more than %(limit_mb)s MB."), status=413, limit_mb=1)
    rows = _workbook_rows(content) if content.startswith(b"PK") else _text_rows(content)
    return input_lines(rows, names, most=most)


Numbered = Iterator[tuple[int, Mapping[str, str]]]


def _text_rows(content: bytes) -> Numbered:
    text = decoded(content)
    first = text.split("\n", 1)[0]
    delimiter = max(DELIMITERS, key=first.count)
    table = list(records(text, delimiter))
    head = _head(table[0], 1) if table else []
    if "text" not in head and "segment" not in head:
        raise Refused("wrong-columns", NO_HEAD, label=HEAD[0])
    for number, record in enumerate(table[1:], start=2):
        yield number, {h: unescaped(cell) for h, cell in zip(head, record, strict=False) if h}


def _workbook_rows(content: bytes) -> Numbered:
    """The rows below the first row of labels of any visible sheet."""
    for sheet in read_workbook(content):
        for place, record in enumerate(sheet.rows[:HEAD_ROWS]):
            labels = [str(cell) for cell in record]
            if "text" in _words(labels):
                head = _head(labels, place + 1)
                for number, cells in enumerate(sheet.rows[place + 1 :], start=place + 2):
                    named = enumerate(zip(head, cells, strict=False))
                    yield number, {key: _cell(sheet, number, k, key, cell) for k, (key, cell) in named if key}
                return
    raise Refused("wrong-columns", NO_HEAD, label=HEAD[0])


def _head(labels: Iterable[str], row: int) -> list[str]:
    """What each column of a row of labels holds, "" where it is none of ours. Raises Refused column-twice."""
    head = _words(labels)
    for key in filter(None, dict.fromkeys(head)):
        if head.count(key) > 1:
            raise Refused("column-twice", COLUMN_TWICE, row=row, name=HEADS_BY_KEY.get(key, COMPANY_HEAD))
    return head


def _words(labels: Iterable[str]) -> list[str]:
    return [_SYNONYMS.get(narrow(label).replace(" ", "").casefold(), "") for label in labels]


def _cell(sheet: Sheet, row: int, place: int, key: str, cell: object) -> str:
    """A workbook's cell as a list has it."""
    column = HEADS_BY_KEY.get(key, COMPANY_HEAD)
    if (row, place + 1) in sheet.formulas or (row, place + 1) in sheet.errors:
        raise Refused("formula-cell", FORMULA, row=row, column=column)
    if isinstance(cell, float):
        return f"{cell:.10f}".rstrip("0").rstrip(".")
    return str(cell)


def share_text(low: Fraction | float | None, high: Fraction | float | None) -> str:
    """A share as it is written in a list; "" where it is unknown."""
    if low is None or high is None:
        return ""
    one, other = (f"{float(v) * 100:.2f}".rstrip("0").rstrip(".") for v in (low, high))
    return f"{one}%" if one == other else f"{one}-{other}%"


def amount_text(low: int | None, high: int | None) -> str:
    """An amount in 10,000 yuan as it is written in a list; "" where it is unknown."""
    if low is None or high is None:
        return ""
    one, other = (f"{v / FEN_PER_10K:.6f}".rstrip("0").rstrip(".") for v in (low, high))
    return one if one == other else f"{one}-{other}"


def stock_text(days: Decimal | None) -> str:
    """Days as they are written in a list, without idle zeros; "" where they are unknown."""
    return "" if days is None else f"{days:.1f}".removesuffix(".0")


def inputs_csv(lines: Sequence[InputLine]) -> bytes:
    """The list as a CSV file that can be brought again; without lines a template with its labels."""
    rows = [
        (escaped(i.text), i.segment, share_text(i.share_low, i.share_high), amount_text(i.amount_low, i.amount_high),
         stock_text(i.stock_days))
        for i in lines
    ]  # fmt: skip
    return written([HEAD, *rows])


def stated_of(lines: Iterable[InputLine]) -> list[Stated]:
    """The lines as the engine takes them."""
    return [Stated(i.company, i.segment, i.text, i.share_low, i.share_high, i.amount_low, i.amount_high) for i in lines]


def stocks_of(lines: Iterable[InputLine]) -> list[StatedStock]:
    """The stocks that the lines state, for inputs that are a segment."""
    return [StatedStock(i.company, i.segment, i.stock_days) for i in lines if i.segment and i.stock_days is not None]
