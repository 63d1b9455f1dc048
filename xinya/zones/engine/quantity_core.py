"""A figure with its unit, as far as no word before it is needed: half units, fractions, ranges, rates, composed units."""

import re
from dataclasses import dataclass, replace
from fractions import Fraction

from xinya.zones.engine.numerals import STRAY, Figure, read_figure
from xinya.zones.engine.units import UNITS, Unit, read_unit, read_unit_below

NO_UNIT = Unit(None, Fraction(1), "number")
SHARE = Unit("1", Fraction(1), "share")
_GREAT = Unit(None, Fraction(1), "count")
_RANGE = re.compile(r"\s*(?:-|—{1,2}|~|至|到)\s*")
_QUOTIENT = re.compile(r"([0-9]{1,6})\s*/\s*([0-9]{1,6})(?![0-9./A-Za-z-])")
_DENOMINATORS = {"十": 10, "百": 100, "千": 1000, "万": 10**4, "十万": 10**5, "百万": 10**6, "千万": 10**7, "亿": 10**8}
_PARTS = re.compile(f"({'|'.join(sorted(_DENOMINATORS, key=len, reverse=True))})分之")
_HALVED = ("duration", "physical", "multiple", "share", "amount")
_HALF_WORDS = ("导", "成", "径", "数", "夜", "年", "载")
_SMALLER = {"a": ("mo", 12), "d": ("h", 24), "h": ("min", 60), "min": ("s", 60)}
_CHINESE = re.compile(r"[一-龥]{1,4}")


@dataclass(frozen=True, slots=True)
class Core:
    """[start, end) of the folded text, in canonical units. low = high unless span says "several", "pair" or "range".

    place: worth of the last stated digit, None where none is stated. sign_of_high: written before the second figure of a range.
    below: the unit under the line, "" where it is no rate. scale: of the scale words at the figure's end.
    """

    start: int
    end: int
    low: Fraction
    high: Fraction
    place: Fraction | None
    step: Fraction
    unit: Unit
    span: str = ""
    mark: str = ""
    below: str = ""
    scale: Fraction = Fraction(1)
    sign_of_high: int = 0
    is_bare: bool = False
    is_one: bool = False
    is_doubtful: bool = False


def read_core(text: str, at: int) -> tuple[Core | None, int]:
    """The core that begins at `at`, and where to look next when there is none."""
    if text[at] == "半":
        return _half(text, at), at + 1
    if (match := _QUOTIENT.match(text, at)) and text[at - 1 : at] not in ("/", ".", ",", "-"):
        return _quotient(match), match.end()
    if parts := _PARTS.match(text, at):
        return _per_parts(text, at, parts)
    figure = read_figure(text, at)
    if figure is None:
        stray = STRAY.match(text, at)
        return None, stray.end() if stray else at + 1
    if text.startswith("又", figure.end) and figure.value and (rest := _whole_and_part(text, figure)):
        return rest, figure.end
    if text.startswith("分之", figure.end) and figure.value:
        return _fraction(text, figure), figure.end
    core = _with_unit(text, figure)
    if ranged := _range(text, figure, core):
        return ranged, figure.end
    return _single(text, core), max(figure.end, core.end)


def _single(text: str, core: Core) -> Core | None:
    following = _RANGE.match(text, core.end)
    if following and core.unit.kind == "number" and read_figure(text, following.end()):
        return None  # figures with a dash between that are no range: a telephone, a standard
    return _composed(text, core)


def _quotient(match: re.Match[str]) -> Core | None:
    if int(match[2]) == 0 or (len(match[1]) > 1 and match[1][0] == "0"):
        return None
    value = Fraction(int(match[1]), int(match[2]))
    return Core(match.start(), match.end(), value, value, None, Fraction(0), SHARE)


def _core(figure: Figure, end: int, unit: Unit) -> Core:
    low = figure.lower if figure.lower is not None else figure.value or Fraction(0)
    high = figure.upper if figure.upper is not None else low
    span = figure.mark if figure.lower is not None else ""
    mark = "" if span else figure.mark
    return Core(
        figure.start, end, low * unit.factor, high * unit.factor, figure.place * unit.factor, figure.step * unit.factor, unit,
        span, mark, scale=figure.scale, is_bare=figure.is_bare, is_one=not span and low == 1 and not figure.is_bare,
        is_doubtful=figure.is_doubtful,
    )  # fmt: skip


def _with_unit(text: str, figure: Figure) -> Core:
    end = figure.end
    if text.startswith(("个半", "个多", "个余", "个来"), end) and (found := read_unit(text, end + 2, is_below=True)):
        unit, after = found
        if unit.kind == "duration":
            core = _core(figure, after, unit)
            if text[end + 1] == "半":
                return _and_a_half(core)
            return replace(core, mark="about" if text[end + 1] == "来" else "above")
    if text.startswith("+", end) and (found := read_unit(text, end + 1)):
        return replace(_core(figure, found[1], found[0]), mark="at_least")
    blank = end + (len(text[end:]) - len(text[end:].lstrip(" \u00a0\u2009")))
    found = read_unit(text, blank) or _date_word(text, blank, figure)
    if found is None:
        if text[end : end + 1] == "大" and _CHINESE.match(text, end + 1) and text[end + 1] not in "学会型量多批约致概小家":
            low = figure.lower if figure.lower is not None else figure.value
            if low is not None and 1 < low <= 200 and figure.scale < 100:
                return _core(figure, end + 1, _GREAT)
        return _core(figure, end, NO_UNIT)
    unit, after = found
    if text[after - 1] == "折" and figure.value is not None and figure.value >= 10:
        unit = replace(unit, factor=Fraction(1, 100))  # 九五折
    core = _core(figure, after, unit)
    if text.startswith("半", after) and unit.kind in _HALVED and text[after + 1 : after + 2] not in _HALF_WORDS:
        core = replace(_and_a_half(core), end=after + 1)
    elif text[after - 1] == "成" and unit.kind == "share":
        core = _with_tenths(text, core)
    return _rate(text, core)


def _with_tenths(text: str, core: Core) -> Core:
    """三成五 is 35 %."""
    digit = read_figure(text, core.end)
    if digit is None or digit.value is None or not 0 < digit.value < 10 or digit.place != 1 or digit.mark:
        return core
    more, place = digit.value / 100, Fraction(1, 100)
    return replace(core, end=digit.end, low=core.low + more, high=core.high + more, place=place, step=place)


def _date_word(text: str, at: int, figure: Figure) -> tuple[Unit, int] | None:
    """日 and 月 after a figure are dates, unless the figure cannot be one (数月, 两日) or the words say within (30日内)."""
    word = text[at : at + 1]
    if word not in ("日", "月") or text[at + 1 : at + 2] in ("元", "期", "份", "产", "均", "报", "本"):
        return None
    is_within = re.compile(r"(?:以|之)?内").match(text, at + 1)
    is_no_day = figure.mark in ("several", "pair", "above") or text[figure.start : figure.end] in ("两", "俩")
    return (UNITS["天" if word == "日" else "个月"], at + 1) if is_within or is_no_day else None


def _and_a_half(core: Core) -> Core:
    half = core.unit.factor / 2
    return replace(core, low=core.low + half, high=core.high + half, place=None)


def _half(text: str, at: int) -> Core | None:
    found = read_unit(text, at + 1)
    if found is None:
        return None
    unit, end = found
    if unit.kind not in ("duration", "physical", "multiple", "share") and text[at + 1] != "个":
        return None
    half = unit.factor / 2
    return Core(at, end, half, half, None, Fraction(0), unit)


def _per_parts(text: str, at: int, parts: re.Match[str]) -> tuple[Core | None, int]:
    """百分之三点五, 千分之二, with a range after it: 百分之三到五."""
    unit = Unit("1", Fraction(1, _DENOMINATORS[parts[1]]), "share")
    start = parts.end()
    is_negative = text.startswith("负", start)
    figure = read_figure(text, start + is_negative)
    if figure is None:
        return None, parts.end()
    core = replace(_core(figure, figure.end, unit), start=at, is_bare=False)
    separator = _RANGE.match(text, core.end)
    if separator and not is_negative:
        again = _PARTS.match(text, separator.end())
        second = read_figure(text, again.end() if again else separator.end())
        if second and second.value is not None and (again is None or again[1] == parts[1]):
            high = second.value * unit.factor
            if core.low < high and not core.span:
                place = min(core.place or high, second.place * unit.factor)
                return replace(core, end=second.end, high=high, place=place, span="range"), second.end
    if is_negative:
        core = replace(core, low=-core.low, high=-core.high)
    return core, core.end


def _fraction(text: str, below: Figure) -> Core | None:
    above = read_figure(text, below.end + 2)
    if above is None or above.value is None or not below.value:
        return None
    value = above.value / below.value
    return Core(below.start, above.end, value, value, None, Fraction(0), SHARE, mark="above" if above.mark == "above" else "")


def _whole_and_part(text: str, whole: Figure) -> Core | None:
    """二又三分之一, 1又1/2."""
    part, _ = read_core(text, whole.end + 1) if whole.end + 1 < len(text) else (None, 0)
    if part is None or part.unit != SHARE or part.place is not None or whole.value is None or not 0 < part.low < 1:
        return None
    return replace(part, start=whole.start, low=part.low + whole.value, high=part.high + whole.value)


def _range(text: str, first: Figure, core: Core) -> Core | None:
    separator = _RANGE.match(text, core.end)
    if separator is None or core.span or first.value is None or first.mark:
        return None
    start = separator.end()
    sign = -1 if text.startswith(("-", "负"), start) else 0
    second = read_figure(text, start + abs(sign))
    if second is None or second.value is None or _is_joined(text, first.start, second.end):
        return None
    other = _with_unit(text, second)
    if core.unit.kind == "number":
        unit, factor = other.unit, other.unit.factor
        lent = second.scale if first.scale == 1 and not first.is_bare else Fraction(1)
        if lent > 1 and first.value * lent > second.value:
            lent = Fraction(1)  # 5000到1万元: the first figure needs no scale word
        low, place = first.value * lent * factor, first.place * lent * factor
    elif other.unit.name == core.unit.name and other.unit.kind == core.unit.kind:
        unit, low, place = other.unit, core.low, core.place or Fraction(1)
    else:
        return None
    if not sign and low >= other.low and not text[: core.start].endswith(("-", "负")):
        return None
    if other.place is None:
        return None
    return replace(other, start=core.start, low=low, place=min(place, other.place), span="range", mark="", sign_of_high=sign,
                   unit=unit, is_one=False, is_bare=False)  # fmt: skip


def _is_joined(text: str, start: int, end: int) -> bool:
    """Further dashes or dots around two figures: a telephone, a version, a code."""
    return bool(re.compile(r"[-—/.]\s*[0-9]").match(text, end)) or bool(re.search(r"[0-9][-/.]$", text[:start]))


def _rate(text: str, core: Core) -> Core:
    """A unit below the line: 元/千瓦时, 吨标准煤/万元, 元每吨."""
    line = re.compile(r"\s*/\s*|每").match(text, core.end)
    if line is None or core.unit.kind in ("number", "points"):
        return core
    start = line.end()
    if below := read_unit_below(text, start):
        return _divided(core, *below)
    if line[0] != "每" and (word := _CHINESE.match(text, start)):
        return _divided(core, Fraction(1), word[0], word.end())
    return core


def _divided(core: Core, by: Fraction, name: str, end: int) -> Core:
    place = None if core.place is None else core.place / by
    return replace(core, end=end, low=core.low / by, high=core.high / by, place=place, step=core.step / by, below=name)


def per_unit(core: Core, word: str) -> Core | None:
    """The core as a rate per `word`, which stood before it (每分钟); None where the word is no unit."""
    below = read_unit_below(word, 0)
    if below is None or below[2] != len(word) or core.below:
        return None
    return _divided(core, below[0], below[1], core.end)


def _composed(text: str, core: Core) -> Core:
    """三元五角, 壹佰元伍角整, 1年6个月, 2小时30分钟: one quantity in the smaller unit."""
    if core.span or core.mark or core.below:
        return core
    if core.unit.kind == "amount":
        for word, worth in (("角", Fraction(1, 10)), ("分", Fraction(1, 100))):
            start = core.end + text.startswith(("零", "〇"), core.end)
            part = read_figure(text, start)
            if part and part.value is not None and not part.mark and part.value < 100 and text.startswith(word, part.end):
                more = part.value * worth
                core = replace(core, end=part.end + 1, low=core.low + more, high=core.high + more, place=worth, step=worth)
        if text[core.end : core.end + 1] in ("整", "正") and text[core.end + 1 : core.end + 2] not in (
            "体",
            "个",
            "式",
            "在",
            "改",
        ):
            core = replace(core, end=core.end + 1)
    elif core.unit.kind == "duration" and (smaller := _SMALLER.get(core.unit.name or "")):
        name, ratio = smaller
        part = read_figure(text, core.end)
        if part and part.value is not None and not part.mark and (found := read_unit(text, part.end)):
            unit, end = found
            if unit.name == name and part.value * unit.factor < ratio:
                value = core.low * ratio + part.value * unit.factor
                return replace(core, end=end, low=value, high=value, place=part.place * unit.factor,
                               step=part.step * unit.factor, unit=unit, is_one=False)  # fmt: skip
    return core
