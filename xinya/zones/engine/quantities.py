"""Quantities in Chinese text: figure, bound, unit, range, fraction, per cent, points, multiple, growth, rate (zones-import 5.4)."""

import re
from collections.abc import Iterator
from dataclasses import dataclass, replace
from fractions import Fraction

from xinya.zones.engine.numerals import DIGITS, SCALES, SEVERAL, TENS
from xinya.zones.engine.quantity_core import SHARE, Core, per_unit, read_core
from xinya.zones.engine.quantity_words import FOLDED, Before, bound_after, masked, words_before
from xinya.zones.engine.units import UNITS

_STARTS = frozenset("0123456789半") | DIGITS.keys() | SCALES.keys() | TENS.keys() | frozenset(SEVERAL)
_KINDS = {"share": "ratio", "points": "growth_pp"}
_TURNED = {"more_than": "less_than", "less_than": "more_than", "at_least": "at_most", "at_most": "at_least"}
_INCLUDED = {"about_below": ")", "above": "()", "at_least": "[", "more_than": "(", "at_most": "]", "less_than": ")"}
_SYMBOLS = {"¥": "CNY", "￥": "CNY", "$": "USD", "US$": "USD", "HK$": "HKD", "€": "EUR", "£": "GBP", "RMB": "CNY"}
_IN_BRACKETS = re.compile(r"\s*\(\s*([¥$]?\s*[0-9][0-9,.]*\s*[万亿]?元?)\s*\)\s*")


@dataclass(frozen=True, slots=True)
class Quantity:
    """A stated quantity at [start, end) of the text, every number an exact rational in `unit`.

    kind: amount count ratio growth growth_pp multiple duration physical rate number vague.
    value: None where the text has no point value (range, several, vague).
    unit: CNY USD HKD EUR … (whole currency, not fen), 1 = a fraction (0.778 is 77.8 %), pp = fraction points,
    W Wh m m2 m3 t, a mo d h min workday, else the Chinese measure word; None = none stated. A rate has two, with a line: CNY/Wh.
    bound: exact, about, about_below (近), above (余 多), at_least, more_than, at_most, less_than, range, several, order, vague.
    incl: which ends belong, [ ] yes and ( ) no, one character where there is one end (Civil Code, article 1259).
    precision: worth of the last stated digit in the unit, None where the text states none.
    is_ambiguous: a person must be asked; `alternative` is the other reading where there is one. is_rank: 首个.
    """

    kind: str
    value: Fraction | None
    unit: str | None
    bound: str = "exact"
    lower: Fraction | None = None
    upper: Fraction | None = None
    incl: str | None = None
    precision: Fraction | None = None
    is_ambiguous: bool = False
    alternative: Fraction | None = None
    is_rank: bool = False
    start: int = 0
    end: int = 0


def read_quantity(text: str) -> Quantity | None:
    """The one quantity that a cell states, or None where it states none (—, 暂无, 第一轮, 从1到10).

    Words around it are allowed (同比增长约77.8%, 24个细分赛道); a number without a unit only where nothing else stands there.
    A cell with several quantities gives the first, marked ambiguous. Any text gives an answer, never an exception.
    """
    if inner := _IN_BRACKETS.fullmatch(text.translate(FOLDED)):
        stated = read_quantity(inner[1])
        # an accountant's brackets are a minus, a writer's are brackets
        return stated and replace(_turned(stated), is_ambiguous=True, alternative=stated.value)
    found = list(_quantities(text, is_cell=True))
    if not found:
        return None
    return found[0] if len(found) == 1 else replace(found[0], is_ambiguous=True)


def find_quantities(text: str) -> list[Quantity]:
    """The quantities of running text in its order, each with its place; the words of bound belong to it, verbs of growth do not.

    Left out: numbers without unit or scale word, dates, ordinals, names (5G, 3+N), fixed expressions, and 一 with a
    measure word, which is only an article (一家, 一批).
    """
    return list(_quantities(text, is_cell=False))


def _quantities(text: str, *, is_cell: bool) -> Iterator[Quantity]:
    folded = text.translate(FOLDED)
    if len(folded) != len(text):  # no character folds into two; kept so that places can be trusted
        return
    folded = masked(folded)
    at = since = 0
    while at < len(folded):
        if phrase := _phrase(folded, at, since, is_cell=is_cell):
            yield phrase
            at = since = phrase.end
        elif folded[at] in _STARTS and not _is_inside_word(folded, at):
            core, following = read_core(folded, at)
            found = None if core is None else _assembled(folded, core, since, is_cell=is_cell)
            if found is not None:
                yield found
                since = found.end
            at = max(found.end if found else following, at + 1)
        else:
            at += 1


def _is_inside_word(text: str, at: int) -> bool:
    before = text[at - 1 : at]
    if before.isascii() and before.isalpha():
        return not re.search(r"(?:RMB|CNY|USD|HKD|EUR|JPY|GBP|US|HK)$", text[:at])
    return before in ("_", "#", "@") or (before in (".", ",", "/") and text[at - 2 : at - 1].isdigit() and text[at].isascii())


def _assembled(text: str, core: Core, since: int, *, is_cell: bool) -> Quantity | None:
    before = words_before(text, core.start, since)
    if before.below and (rated := per_unit(core, before.below)):
        core = rated
    bound, end = bound_after(text, core.end)
    if bound == "order" and core.unit.kind == "number" and core.scale < 100:
        return None  # 三级 is a grade
    is_turned = core.span == "range" and core.low > core.high and before.sign > 0 and not core.sign_of_high
    if is_turned or not _is_stated(text, core, before, (bound, end), is_cell=is_cell):
        return None
    if before.currency and core.unit.kind == "number":
        symbol = before.currency
        name = _SYMBOLS.get(symbol) or UNITS[symbol].name
        core = replace(core, unit=replace(core.unit, name=name, kind="amount"))
    quantity = _bounded(core, core.mark or _stronger(before.bound, bound), end)
    if bound == "order" and quantity.unit is None:
        quantity = replace(quantity, kind="amount")
    return _signed(text, _grown(quantity, core, before), core, before)


def _stronger(before: str, after: str) -> str:
    return before if before and (before != "about" or not after) else after


def _is_stated(text: str, core: Core, before: Before, after: tuple[str, int], *, is_cell: bool) -> bool:
    bound, end = after
    has_bound = bool(bound or before.bound or core.mark or core.span)
    if core.is_bare and core.scale != 10 and not has_bound and core.scale in (100, 1000, 10**4, 10**8) and not before.currency:
        return False  # 百家 and 万元 alone are a name or a unit
    if core.unit.kind != "number":
        is_article = core.is_one and core.unit.kind == "count" and not has_bound and text[core.start] == "一"
        return is_cell or not (is_article and not before.has_change)
    if before.currency or bound == "order":
        return True
    rest = text[end:].strip(" \t\r\n.。;；,，)]")
    if is_cell and before.is_whole and not rest:
        return not _is_year_span(text, core)
    return core.scale >= 10**4 and not core.is_bare and not re.match(r"[A-Za-z]", text[core.end :])


def _is_year_span(text: str, core: Core) -> bool:
    written = re.findall(r"[0-9]+", text[core.start : core.end])
    return core.span == "range" and len(written) == 2 and all(len(w) == 4 and w[:2] in ("19", "20") for w in written)


def _bounded(core: Core, bound: str, end: int) -> Quantity:
    kind = _KINDS.get(core.unit.kind, core.unit.kind)
    unit = core.unit.name
    if core.below:
        kind, unit = "rate", f"{unit}/{core.below}"
    place = core.place if core.place is None or _is_decimal(core.place) else None
    plain = Quantity(kind, core.low, unit, bound or "exact", precision=place, start=core.start, end=end,
                     is_ambiguous=core.is_doubtful)  # fmt: skip
    if core.span:
        low, high = core.low, core.high
        if core.span == "several":
            return replace(plain, value=None, bound="several", lower=low, upper=high, incl="[)", precision=None)
        return replace(plain, value=None, bound="range", lower=low, upper=high, incl="[]")
    lower = core.low if bound in ("above", "at_least", "more_than") else None
    upper = core.low if bound in ("about_below", "at_most", "less_than") else None
    if bound == "above":
        upper = core.low + core.step if core.step else None
        return replace(plain, lower=lower, upper=upper, incl="()" if upper is not None else "(")
    if bound == "order":
        return replace(plain, precision=None)
    return replace(plain, lower=lower, upper=upper, incl=_INCLUDED.get(bound))


def _is_decimal(number: Fraction) -> bool:
    rest = number.denominator
    for prime in (2, 5):
        while rest % prime == 0:
            rest //= prime
    return rest == 1


def _grown(quantity: Quantity, core: Core, before: Before) -> Quantity:
    """The quantity as growth where the words before it say so: 增长3成, 提高到两倍 (+100 %), 是上年的3倍 stays a multiple."""
    if not before.growth or quantity.kind not in ("ratio", "multiple"):
        return quantity
    if quantity.kind == "ratio":
        if not before.is_to:
            return replace(quantity, kind="growth")
        return _shifted(quantity) if before.is_of else quantity
    if before.is_to:
        return _shifted(quantity)
    grown = replace(quantity, kind="growth")
    if before.growth < 0:
        return replace(grown, is_ambiguous=True)
    value = quantity.value
    if before.is_loose and value is not None and value >= 2 and value.denominator == 1 and core.place == 1:
        return replace(grown, is_ambiguous=True, alternative=value - 1)
    return grown


def _shifted(quantity: Quantity) -> Quantity:
    """Growth of what came to this multiple: less one, at the bounds too."""
    one = Fraction(1)
    return replace(
        quantity, kind="growth", value=None if quantity.value is None else quantity.value - one,
        lower=None if quantity.lower is None else quantity.lower - one,
        upper=None if quantity.upper is None else quantity.upper - one,
    )  # fmt: skip


def _signed(text: str, quantity: Quantity, core: Core, before: Before) -> Quantity:
    start = before.start if before.start < core.start else core.start
    quantity = replace(quantity, start=start)
    if core.span == "range" and (before.sign < 0 or core.sign_of_high):
        low, high = before.sign * core.low, (core.sign_of_high or 1) * core.high
        if low > high:
            return replace(quantity, lower=high, upper=low, is_ambiguous=True)
        return replace(quantity, lower=low, upper=high)
    is_fall = (before.growth < 0 and not before.is_to) or (quantity.kind == "growth_pp" and _is_behind(text, start))
    is_loss = before.is_loss and quantity.kind == "amount"
    if before.sign < 0 and (is_fall or is_loss):
        negative = _turned(quantity)
        return replace(negative, is_ambiguous=True, alternative=quantity.value)
    return _turned(quantity) if before.sign < 0 or is_fall or is_loss else quantity


def _is_behind(text: str, at: int) -> bool:
    """低于全省1.5个百分点: points behind another figure."""
    return bool(re.search("(?:低于|落后于?|少于)[^,.;，。；\x00]{1,10}$", text[max(0, at - 16) : at]))


def _turned(quantity: Quantity) -> Quantity:
    """The quantity below nought: the ends change places."""
    negated = replace(
        quantity, value=None if quantity.value is None else -quantity.value,
        lower=None if quantity.upper is None else -quantity.upper,
        upper=None if quantity.lower is None else -quantity.lower,
    )  # fmt: skip
    turn = str.maketrans("[](){}", "][)({}")
    incl = None if quantity.incl is None else quantity.incl.translate(turn)[::-1]
    return replace(negated, bound=_TURNED.get(quantity.bound, quantity.bound), incl=incl)


_PHRASES = re.compile(
    r"(?P<double>翻(?:了|了?近|了?约)?(?P<times>[0-9.一两二三四五六七八九]{0,3})番)|(?P<same>(?:同比|环比|与?上年|与?去年|基本)?(?:基本)?持平|零增长)"
    r"|(?P<most>绝?大(?:多数|部分)(?!据)|(?<!半)(?<!大)多数(?!据|字|值|派))|(?P<halved>减半|翻倍(?!率))"
    r"|(?P<half>过半数?|一半(?!导|天)|(?<![上下])半数|对半)|(?P<first>首(?P<rank>[个家条座台套项款批次])(?!要|位))"
    r"|(?P<many>(?:[NnＮ]|若干|(?<![0-9零〇一二三四五六七八九十百千万亿两许很众更诸最大较不太过几增])多)(?P<measure>[个家项名户款条](?!样|元|个月)))"
)  # fmt: skip


def _phrase(text: str, at: int, since: int, *, is_cell: bool) -> Quantity | None:
    """A quantity that is stated without a figure: 翻两番, 持平, 绝大多数, 过半, 首个, N个, 多项."""
    match = _PHRASES.match(text, at)
    if match is None:
        return None
    end = match.end()
    if match["double"]:
        return _doubled(text, since, match)
    if match["same"]:
        bound = "exact" if match[0].startswith("零") else "about"
        return Quantity("growth", Fraction(0), "1", bound, start=at, end=end)
    if match["most"]:
        return Quantity("vague", None, "1", "vague", lower=Fraction(1, 2), incl="(", start=at, end=end)
    if match["halved"]:
        value = Fraction(-1, 2) if match[0] == "减半" else Fraction(1)
        return _said_with(text, since, Core(at, end, value, value, None, Fraction(0), SHARE), kind="growth")
    if match["half"]:
        half = Fraction(1, 2)
        quantity = _said_with(text, since, Core(at, end, half, half, None, Fraction(0), SHARE))
        if match[0].startswith("过"):
            quantity = replace(quantity, bound="more_than", lower=half, upper=None, incl="(")
        return quantity
    if match["first"]:
        return (
            None
            if is_cell
            else Quantity("count", Fraction(1), match["rank"], precision=Fraction(1), is_rank=True, start=at, end=end)
        )
    return Quantity("vague", None, match["measure"], "vague", start=at, end=end)


def _said_with(text: str, since: int, core: Core, kind: str | None = None) -> Quantity:
    before = words_before(text, core.start, since)
    bound, end = bound_after(text, core.end)
    quantity = _bounded(core, _stronger(before.bound, bound), end)
    if kind:
        return replace(quantity, kind=kind, start=min(before.start, core.start))
    return _signed(text, _grown(quantity, core, before), core, before)


def _doubled(text: str, since: int, match: re.Match[str]) -> Quantity | None:
    """翻n番 is 2^n times as much."""
    written = match["times"] or "一"
    times = DIGITS.get(written) if len(written) == 1 and not written.isascii() else (int(written) if written.isdigit() else None)
    if times is None or not 1 <= times <= 10:
        return None
    value = Fraction(2**times - 1)
    core = Core(match.start(), match.end(), value, value, Fraction(1), Fraction(0), SHARE)
    quantity = replace(_said_with(text, since, core, kind="growth"), precision=Fraction(1))
    if "近" in match[0]:
        return replace(quantity, bound="about_below", lower=None, upper=value, incl=")")
    return replace(quantity, bound="about") if "约" in match[0] else quantity
