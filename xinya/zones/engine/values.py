"""Texts of cells: widths by our own table, empty and ditto words, lists, money in fen, per cent (zones-import 5.4)."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from decimal import Decimal
from fractions import Fraction

from xinya.zones.engine.quantities import Quantity, read_quantity

SIGNIFICANT = 15
"""Digits of a spreadsheet's number that are meant; the rest is the binary fraction's (0.1 + 0.2)."""

FULL_WIDTH = {code: code - 0xFEE0 for code in range(0xFF01, 0xFF5F)} | {0x3000: 0x20}
_LETTERS_AND_DIGITS = {code: narrow for code, narrow in FULL_WIDTH.items() if chr(narrow).isalnum()}
_ODD_BLANKS = dict.fromkeys((0x9, 0xA0, 0x1680, *range(0x2000, 0x200B), 0x202F, 0x205F), 0x20)
_INVISIBLE = dict.fromkeys((0xAD, *range(0x200B, 0x2010), 0x2060, 0xFEFF))

_EMPTY = """
无 暂无 不详 未知 空 无数据 未填 未填写 未提供 未报 不明 待定 待填 待补 缺 缺失 没有 无资料 n/a na #n/a null none nil unknown tbd
- -- --- — —— ― – − … …… ... . .. / // \\ ／ × * ** 〇〇
"""
EMPTY_WORDS = frozenset(_EMPTY.split())
_DITTO = "同上 同前 同上行 上同 〃 ″ “ ” \" ''".split()  # noqa: SIM905 - read as a row
DITTO_WORDS = frozenset(_DITTO)

_PAIRS = "() （） [] 【】 ［］ {} 《》 〈〉 “” ‘’ 「」 『』"
_OPENING = {pair[0]: pair.translate(FULL_WIDTH)[1] for pair in _PAIRS.split()}
_CLOSING = {pair[1]: pair.translate(FULL_WIDTH)[1] for pair in _PAIRS.split()}
_SPLIT_AT = frozenset("、;；/／\n\r\v\f\x85\u2028\u2029")
FACTORS_FEN = {"分": 1, "角": 10, "元": 100, "千元": 10**5, "万元": 10**6, "百万元": 10**8, "千万元": 10**9, "亿元": 10**10,
               "十亿元": 10**11, "万亿元": 10**14}  # fmt: skip


def narrow(text: str, *, is_text: bool = False) -> str:
    """Half width: of codes, numbers and dates every character; of a text (is_text) letters and digits only, so that its brackets
    and marks stay. Odd blanks become blanks, invisible characters go. Never NFKC, which makes 1 of ① and m2 of ㎡."""
    table = _LETTERS_AND_DIGITS if is_text else FULL_WIDTH
    return text.translate(_INVISIBLE).translate(_ODD_BLANKS).translate(table)


def is_empty_word(text: str) -> bool:
    """Whether a cell's text says that nothing is known; blanks alone say so too. 0 and 零 do not."""
    word = narrow(text).strip().casefold()
    return not word or word in EMPTY_WORDS


def is_ditto(text: str) -> bool:
    """Whether a cell's text stands for the value above it."""
    return narrow(text).strip() in DITTO_WORDS


def split_list(text: str) -> tuple[str, ...]:
    """The items of a list cell: split at 、 ; ； / and line breaks, not inside brackets, not at commas; stripped, each once.

    A slash between letters or digits belongs to the word (CAD/CAM, 1/2). A bracket without a partner is an ordinary mark.
    """
    items = (item.strip() for item in _pieces(text))
    return tuple(dict.fromkeys(item for item in items if item))


def _pieces(text: str) -> Iterator[str]:
    covered = _bracketed(text)
    begin = 0
    for at, character in enumerate(text):
        if character in _SPLIT_AT and not covered[at] and not _is_in_word(text, at):
            yield text[begin:at]
            begin = at + 1
    yield text[begin:]


def _is_in_word(text: str, at: int) -> bool:
    around = text[at - 1 : at] + text[at + 1 : at + 2] if at else ""
    return text[at] in "/／" and len(around) == 2 and narrow(around).isascii() and narrow(around).isalnum()


def _bracketed(text: str) -> list[bool]:
    """For each place whether it lies inside a closed pair of brackets."""
    depth = [0] * (len(text) + 1)
    waiting: list[tuple[str, int]] = []
    for at, character in enumerate(text):
        if kind := _OPENING.get(character):
            waiting.append((kind, at))
        elif (kind := _CLOSING.get(character)) and any(opened == kind for opened, _begin in waiting):
            opened = ""
            while opened != kind:
                opened, begin = waiting.pop()
            depth[begin] += 1
            depth[at] -= 1
    covered, level = [], 0
    for change in depth[:-1]:
        level += change
        covered.append(level > 0)
    return covered


def exact(number: float | int | Decimal) -> Fraction:
    """A number cell as it is meant: rounded to 15 significant digits first, so that 0.30000000000000004 is 0.3.

    Raises ValueError for what is no number (infinite, undefined).
    """
    if isinstance(number, float):
        number = Decimal(format(number, f".{SIGNIFICANT}g"))
    elif isinstance(number, int):
        return Fraction(number)
    if not number.is_finite():
        raise ValueError(f"{number} is no number")
    return Fraction(number)


@dataclass(frozen=True, slots=True)
class Money:
    """An amount in fen. is_rounded: it had parts of a fen. quantity: what the cell's text said, None for a number cell.

    fen: None where the text has no point value (a range, several). has_own_unit: the cell's unit was taken, not the column's.
    """

    fen: int | None
    is_rounded: bool = False
    quantity: Quantity | None = None
    has_own_unit: bool = False


def read_money(cell: str | float | int | Decimal, *, unit: str) -> Money | None:
    """A cell of a money column as fen, exactly; None where it states no amount of yuan.

    unit: of the column, a key of FACTORS_FEN. A unit in the cell wins over it (1.86亿元 in a column of 万元); a scale word
    without 元 is read as one of yuan (1.86亿). Raises ValueError for a unit that is none.
    """
    if unit not in FACTORS_FEN:
        raise ValueError(f"no unit of money: {unit!r}")
    if isinstance(cell, bool):
        return None
    if not isinstance(cell, str):
        try:
            return _money(exact(cell) * FACTORS_FEN[unit])
        except ValueError:
            return None
    quantity = read_quantity(narrow(cell))
    if quantity is None or quantity.kind not in ("amount", "number") or quantity.unit not in (None, "CNY"):
        return None
    has_scale = bool(re.search("[万亿萬億]", cell))
    has_own_unit = quantity.unit is not None or has_scale
    if quantity.value is None:
        return Money(None, quantity=quantity, has_own_unit=has_own_unit)
    told = _money(quantity.value * (100 if has_own_unit else FACTORS_FEN[unit]))
    return Money(told.fen, told.is_rounded, quantity, has_own_unit)


def _money(fen: Fraction) -> Money:
    whole, rest = divmod(abs(fen), 1)
    rounded = int(whole) + (rest * 2 >= 1)
    return Money(-rounded if fen < 0 else rounded, bool(rest))


def read_share(
    cell: str | float | int | Decimal, *, is_percent_format: bool = False, is_percent_column: bool = False
) -> Fraction | None:
    """A cell of a share as a fraction: 0.05 with the format 0.0%, 5 in a column of per cent, and the text 5% are all 1/20.

    None where the cell states no share, or a bounded one that is no point.
    """
    if isinstance(cell, bool):
        return None
    if not isinstance(cell, str):
        try:
            number = exact(cell)
        except ValueError:
            return None
        return number / 100 if is_percent_column and not is_percent_format else number
    quantity = read_quantity(narrow(cell))
    if quantity is None or quantity.value is None:
        return None
    if quantity.kind in ("ratio", "growth", "growth_pp"):
        return quantity.value
    if quantity.kind != "number":
        return None
    return quantity.value / 100 if is_percent_column else quantity.value
