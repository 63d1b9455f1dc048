"""One cell to one value: names, codes, products, amounts, yes and no, states. None is unknown."""

import re
from decimal import ROUND_HALF_UP, Decimal
from itertools import accumulate

from xinya.kit.refusals import Refused
from xinya.kit.text import gettext_noop as _
from xinya.zones.engine.credit_code import LENGTH, check_character, has_right_form, is_credit_code

MAX_NAME = 120
FEN_PER_10K_YUAN = 1_000_000
MAX_FEN = 2**63 - 1
UNKNOWN = frozenset({"", "无", "暂无", "不详", "未知", "-", "--", "—", "——", "–", "/", "n/a", "na", "空"})
YES = frozenset({"是", "y", "yes", "1", "true", "√", "✓", "✔", "有"})
NO = frozenset({"否", "n", "no", "0", "false", "×", "✗", "✘", "无"})
STATES = {
    "规划": "planned", "在建": "building", "投产": "producing",
    "planned": "planned", "building": "building", "producing": "producing", "": "producing",
}  # fmt: skip
TOTALS = frozenset({"合计", "总计", "小计", "共计", "total", "subtotal"})
_WIDTHS = {0xFF01 + shift: 0x21 + shift for shift in range(94)} | {0x3000: 0x20}
_UNWRITABLE = re.compile("[\x00-\x08\x0e-\x1f\x7f\ud800-\udfff\ufeff\ufffe\uffff]")
_BLANK = re.compile(r"[\s\u200b-\u200d\u2060\ufeff]+")
_NUMBER = re.compile(r"[+-]?(?:\d{1,3}(?:,\d{3})+(?:\.\d*)?|\d+(?:\.\d*)?|\.\d+)", re.ASCII)
_PARTS = frozenset("、，；/／;,\n\r\v\f\x85\u2028\u2029")
_OPENING = {"(": "(", "（": "(", "[": "[", "【": "[", "［": "["}
_CLOSING = {")": "(", "）": "(", "]": "[", "】": "[", "］": "["}

NAME_MISSING = _("The company has no name.")
NAME_TOO_LONG = _("The name has %(length)s characters; at most %(limit)s are allowed.")
TOTAL_ROW = _("“%(name)s” is a total, not a company. Remove this row.")
CODE_FORM = _("“%(code)s” is not a credit code: it needs 18 digits or capital letters, without I, O, S, V and Z.")
CODE_CHECK = _("The credit code %(code)s is mistyped: by the other characters its last one would be %(needed)s.")
CODE_NUMBER = _("The credit code is stored as a number, so its last digits are lost. Enter it again as text.")
NOT_A_NUMBER = _("“%(text)s” is not an amount in units of 10,000 yuan.")
NUMBER_TOO_LARGE = _("The amount %(text)s is too large.")
NEGATIVE = _("The revenue %(text)s is negative.")
SHARE_WRONG = _("“%(text)s” is no share: enter percents from 0 to 100, one a product, parted by ;.")
NOT_YES_NO = _("“%(text)s” is neither yes nor no.")
UNKNOWN_STATE = _("“%(text)s” is not a state. Enter 规划, 在建 or 投产 (planned, building, producing) or nothing.")


def narrow(text: str) -> str:
    """Full-width signs, digits and letters in their narrow form. Not NFKC, which would make 1 of ① and m2 of ㎡."""
    return text.translate(_WIDTHS)


def text_of(cell: object) -> str:
    """The cell as text, stripped, without characters that no workbook can hold; a whole number without its point."""
    if isinstance(cell, float) and cell.is_integer():
        cell = int(cell)
    return _UNWRITABLE.sub("", "" if cell is None else str(cell)).strip()


def line_of(cell: object) -> str:
    """The cell as one line: line breaks and runs of blanks become one blank."""
    return " ".join(text_of(cell).split())


def is_unknown(text: str) -> bool:
    """Empty, or a word that says that nothing is known: 无, 不详, -, —, N/A."""
    return narrow(text).strip().casefold() in UNKNOWN


def is_number(text: str) -> bool:
    """A plain number with optional sign, point and thousands commas, in either width."""
    return _NUMBER.fullmatch(narrow(text).strip()) is not None


def name_key(name: str) -> str:
    """What two spellings of one name share: width, blanks and letter case are left out."""
    return _BLANK.sub("", narrow(name)).casefold()


def name_in(cell: object) -> str:
    """Raises Refused name-missing, name-too-long, total-row."""
    name = line_of(cell)
    if is_unknown(name):
        raise Refused("name-missing", NAME_MISSING)
    if len(name) > MAX_NAME:
        raise Refused("name-too-long", NAME_TOO_LONG, length=len(name), limit=MAX_NAME)
    if name_key(name) in TOTALS:
        raise Refused("total-row", TOTAL_ROW, name=name)
    return name


def credit_code_in(cell: object) -> str | None:
    """Raises Refused credit-code-wrong."""
    text = text_of(cell)
    if is_unknown(text):
        return None
    code = _BLANK.sub("", narrow(text)).removeprefix("'").upper()
    if isinstance(cell, float) and len(code) >= LENGTH - 3:
        raise Refused("credit-code-wrong", CODE_NUMBER)
    if not has_right_form(code):
        raise Refused("credit-code-wrong", CODE_FORM, code=_shown(text))
    if not is_credit_code(code):
        raise Refused("credit-code-wrong", CODE_CHECK, code=code, needed=check_character(code[:-1]))
    return code


def revenue_fen_in(cell: object) -> int | None:
    """Units of 10,000 yuan to fen; a number cell counts with the 15 digits a spreadsheet shows.

    Parts of a fen are rounded, halves up.

    Raises Refused not-a-number, negative-revenue.
    """
    text = format(cell, ".15g") if isinstance(cell, float) else text_of(cell)
    if is_unknown(text):
        return None
    if isinstance(cell, float):
        amount = Decimal(text)
    elif isinstance(cell, str) and is_number(text):
        amount = Decimal(narrow(text).replace(",", ""))
    else:
        raise Refused("not-a-number", NOT_A_NUMBER, text=_shown(text))
    if not amount.is_finite() or abs(amount) * FEN_PER_10K_YUAN > MAX_FEN:
        raise Refused("not-a-number", NUMBER_TOO_LARGE, text=_shown(text))
    if amount < 0:
        raise Refused("negative-revenue", NEGATIVE, text=_shown(text))
    return int((amount * FEN_PER_10K_YUAN).to_integral_value(ROUND_HALF_UP))


def yes_no_in(cell: object) -> bool | None:
    """Raises Refused not-yes-no. 无 is no here; empty, 不详 and - are unknown."""
    word = narrow(text_of(cell)).strip().casefold()
    if word in YES:
        return True
    if word in NO:
        return False
    if word in UNKNOWN:
        return None
    raise Refused("not-yes-no", NOT_YES_NO, text=_shown(text_of(cell)))


def state_in(cell: object) -> str | None:
    """None for an empty cell. Raises Refused unknown-state."""
    if narrow(text_of(cell)).strip().casefold() in UNKNOWN:
        return None
    state = STATES.get(narrow(text_of(cell)).strip().casefold())
    if state is None:
        raise Refused("unknown-state", UNKNOWN_STATE, text=_shown(text_of(cell)))
    return state


def split_products(text: str) -> tuple[str, ...]:
    """Products parted by 、 ， ； / ; , and line breaks, stripped, each once, in order.

    Nothing is parted inside a pair of brackets, nor at a slash between Latin letters or digits (CAD/CAM).
    """
    inside = _inside_brackets(text)
    pieces, begin = [], 0
    for place, character in enumerate(text):
        if character in _PARTS and not inside[place] and not _joins(text, place):
            pieces.append(text[begin:place])
            begin = place + 1
    pieces.append(text[begin:])
    return tuple(dict.fromkeys(piece.strip() for piece in pieces if piece.strip()))


def shares_in(cell: object) -> tuple[int | None, ...]:
    """Percents parted by ; or 、 as hundredths of a percent, empty ones kept. Raises Refused share-wrong."""
    text = format(cell, ".15g") if isinstance(cell, float) else text_of(cell)
    if is_unknown(text):
        return ()
    found: list[int | None] = []
    for part in re.split(r"[;；、\n]", narrow(text)):
        word = part.strip().removesuffix("%").strip()
        if is_unknown(word):
            found.append(None)
            continue
        share = Decimal(word.replace(",", "")) if is_number(word) else None
        if share is None or not 0 <= share <= 100:
            raise Refused("share-wrong", SHARE_WRONG, text=_shown(part))
        found.append(int((share * 100).to_integral_value(ROUND_HALF_UP)))
    return tuple(found)


def split_codes(text: str) -> tuple[str, ...]:
    """Codes parted by ; or another of the product separators, each once, in order."""
    return tuple(dict.fromkeys(code.strip() for code in re.split(r"[;；,，、\n]", text) if code.strip()))


def _joins(text: str, place: int) -> bool:
    """A slash between two Latin letters or digits belongs to the word."""
    around = narrow(text[place - 1 : place] + text[place + 1 : place + 2])
    return text[place] in "/／" and len(around) == 2 and around.isascii() and around.isalnum()


def _inside_brackets(text: str) -> list[bool]:
    """True for each place inside a closed pair; ( and （ are one kind; a bracket without partner is a plain sign."""
    steps = [0] * (len(text) + 1)
    waiting: list[tuple[str, int]] = []
    open_by_kind = {"(": 0, "[": 0}
    for place, character in enumerate(text):
        if character in _OPENING:
            waiting.append((_OPENING[character], place))
            open_by_kind[_OPENING[character]] += 1
        elif character in _CLOSING and open_by_kind[_CLOSING[character]]:
            kind = ""
            while kind != _CLOSING[character]:
                kind, begin = waiting.pop()
                open_by_kind[kind] -= 1
            steps[begin] += 1
            steps[place] -= 1
    return [depth > 0 for depth in accumulate(steps)]


def _shown(text: str) -> str:
    """A raw value short enough for a sentence."""
    return text if len(text) <= 40 else f"{text[:40]}…"
