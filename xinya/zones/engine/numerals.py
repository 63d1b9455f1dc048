"""Figures of Chinese reports: digits, Chinese and bank numerals, mixed, with 余 几 来 inside (zones-import 5.4)."""

import re
from dataclasses import dataclass
from fractions import Fraction

_WRITTEN = "零〇○ 一壹弌 二两贰俩弍 三叁参弎 四肆 五伍 六陆 七柒 八捌 九玖"
DIGITS = {character: value for value, ways in enumerate(_WRITTEN.split()) for character in ways}
SCALES = {"十": 10, "拾": 10, "百": 100, "佰": 100, "千": 1000, "仟": 1000, "万": 10**4, "亿": 10**8}
TENS = {"廿": 20, "卅": 30}
SEVERAL = "几数"
LONGEST = 40
"""Characters of digits in one figure; more are a code, a key or a mistake."""
ARABIC = re.compile(
    r"(?:[0-9]{1,3}(?:,[0-9]{3})+|[0-9]{1,3}(?:[ \u00a0\u2009\u202f][0-9]{3})+(?![0-9])|[0-9]+)(?:\.[0-9]+)?(?![0-9]|[.,][0-9])"
)
_RUN = re.compile(f"[{''.join(DIGITS)}]+")
STRAY = re.compile(f"[0-9][0-9,.]*|[{''.join(DIGITS)}]{{{LONGEST},}}")
"""Digits that make no figure: they are passed over whole, so that no part of them is read."""
_WAN, _YI = SCALES["万"], SCALES["亿"]


@dataclass(frozen=True, slots=True)
class Figure:
    """A figure found at [start, end) of a text, without sign and unit.

    value: exact, or None where `lower` and `upper` say all (几十, 三五). place: worth of the last stated digit.
    step: how far 余 or 多 may reach. mark: "" exact, "above" (余 多), "about" (来), "several" (几 数), "pair" (三五).
    scale: product of the scale words at its end, which a range lends to its first figure. is_bare: scale words only.
    is_doubtful: written in a way that may be read otherwise.
    """

    start: int
    end: int
    value: Fraction | None
    place: Fraction
    step: Fraction
    lower: Fraction | None = None
    upper: Fraction | None = None
    mark: str = ""
    scale: Fraction = Fraction(1)
    is_bare: bool = False
    is_doubtful: bool = False


@dataclass(frozen=True, slots=True)
class _Token:
    kind: str  # arabic, digit, run, pad, pair, several, point, small, big, tens, mark
    end: int
    low: Fraction = Fraction(0)
    high: Fraction = Fraction(0)
    place: Fraction = Fraction(1)
    step: Fraction = Fraction(1)
    text: str = ""


class _Sum:
    """Adds up the tokens of one figure; `take` answers False at the first token that cannot belong to it."""

    def __init__(self) -> None:
        self.yi = self.wan = self.section = Fraction(0)
        self.number: Fraction | None = None
        self.place = self.step = self.scale = Fraction(1)
        self.last_scale = 0
        self.last = ""
        self.is_bare = True
        self.is_padded = self.is_doubtful = False
        self.mark = ""

    @property
    def is_empty(self) -> bool:
        return not self.last

    def take(self, token: _Token, number: Fraction) -> bool:
        if self.mark and token.kind != "big":
            # 余千瓦: the thousand is the unit's, but 1,200余万 and 十余亿 go on
            return False
        taken = self._take(token, number)
        if taken:
            self.last = token.kind
            self.is_bare = self.is_bare and token.kind in ("small", "big", "mark")
        return taken

    def _take(self, token: _Token, number: Fraction) -> bool:
        match token.kind:
            case "mark":
                if self.last not in ("small", "big", "arabic", "tens"):
                    return False
                self.mark = token.text
            case "pad":
                if self.number is not None or self.is_empty:
                    return False
                self.is_padded = True
            case "tens":
                if not self.is_empty:
                    return False
                self.section, self.place, self.step, self.last_scale = number, Fraction(10), Fraction(10), 10
            case "point":
                return self._take_point(token, number)
            case "small" | "big":
                return self._take_scale(token, int(number))
            case _:
                return self._take_number(token, number)
        return True

    def _take_point(self, token: _Token, number: Fraction) -> bool:
        if self.last not in ("digit", "run", "small", "tens", "zero"):
            return False
        self.number = (self.number or Fraction(0)) + number
        self.place = self.step = token.place
        return True

    def _take_number(self, token: _Token, number: Fraction) -> bool:
        if self.number is not None or (not self.is_empty and token.kind == "run"):
            return False
        self.number, self.place, self.step, self.scale = number, token.place, token.step, Fraction(1)
        return True

    def _take_scale(self, token: _Token, scale: int) -> bool:
        if scale < _WAN:
            if self.number is None:
                if not self.is_empty:
                    return False
                self.number = Fraction(1)
            if self.section and scale >= self.last_scale:
                return False
            self.section += self.number * scale
        else:
            part = self.section + (self.number or 0) + (self.wan if scale == _YI else 0)
            if not self.is_empty and self.number is None and self.last not in ("small", "big", "tens", "mark"):
                return False
            if self.yi if scale == _YI else self.wan:
                return False
            if self.number is None and not part:
                if not self.is_empty:
                    return False
                part = Fraction(1)
            self.wan = Fraction(0) if scale == _YI else part * scale
            self.yi, self.section = (part * scale if scale == _YI else self.yi), Fraction(0)
        self.number, self.last_scale, self.is_padded = None, scale, False
        self.place, self.step, self.scale = self.place * scale, self.step * scale, self.scale * scale
        return True

    def close(self) -> Fraction:
        """The value. A last single digit takes the place below the last scale word: 三万二 is 32,000, 一百二 is 120."""
        number = self.number or Fraction(0)
        if self.number is not None and self.last_scale > 10 and not self.is_padded and self.last != "point":
            if self.last in ("digit", "pair") or (self.last == "arabic" and self.place == 1 and 0 < number < 10):
                number, self.place = number * self.last_scale / 10, Fraction(self.last_scale, 10)
                self.step = self.scale = self.place
            elif self.last == "arabic" and not (self.last_scale == _WAN and number >= 1000):
                self.is_doubtful = True  # 1亿2000: the 万 may have been left out
        return self.yi + self.wan + self.section + number


def read_figure(text: str, start: int = 0) -> Figure | None:
    """The longest figure that begins at `start`, or None. The text must be in half width and simplified script.

    The value is exact: (…亿) + (…万) + rest. Source: usage; examples in the golden cases of the import.
    """
    tokens: list[_Token] = []
    low, high = _Sum(), _Sum()
    at = start
    while at < len(text) and (token := _token(text, at, tokens)) is not None and low.take(token, token.low):
        high.take(token, token.high)
        tokens.append(token)
        at = token.end
    kept = len(tokens)
    while kept and tokens[kept - 1].kind == "pad" and kept > 1:
        kept -= 1  # 一百零 with nothing after it: the nought is a stray character
    if not kept:
        return None
    kinds = {token.kind for token in tokens[:kept]}
    lower, upper = low.close(), high.close()
    is_span = bool({"several", "pair"} & kinds)
    span = "several" if "several" in kinds else "pair"
    return Figure(
        start=start, end=tokens[kept - 1].end, value=None if is_span else lower, place=low.place, step=low.step,
        lower=lower if is_span else None, upper=upper if is_span else None, mark=span if is_span else low.mark, scale=low.scale,
        is_bare=low.is_bare, is_doubtful=low.is_doubtful,
    )  # fmt: skip


def _token(text: str, at: int, before: list[_Token]) -> _Token | None:
    character = text[at]
    if character in SCALES:
        scale = Fraction(SCALES[character])
        return _Token("small" if scale < _WAN else "big", at + 1, scale, scale)
    if character in TENS:
        return _Token("tens", at + 1, Fraction(TENS[character]), Fraction(TENS[character]))
    if character in DIGITS:
        return _digits(text, at, before)
    if character.isascii() and character.isdigit():
        return _arabic(text, at)
    return _word(text, at, before)


def _word(text: str, at: int, before: list[_Token]) -> _Token | None:
    """几 数, and what stands only inside a figure: 点 余 多 来, a blank before a scale word."""
    character, after = text[at], text[at + 1 : at + 2]
    if character in SEVERAL and (not before or before[-1].kind == "small"):
        # 十几 counts on from eleven, 几十 from twenty
        low = 1 if before and after not in SCALES else 2
        return _Token("several", at + 1, Fraction(low), Fraction(10))
    if not before:
        return None
    if character == " " and after in SCALES and before[-1].kind == "arabic":
        return _token(text, at + 1, before)
    if character == "点" and (run := _RUN.match(text, at + 1)) and len(run[0]) <= LONGEST:
        place = Fraction(1, 10 ** len(run[0]))
        value = _positional(run[0]) * place
        return _Token("point", run.end(), value, value, place, place)
    if character in "余多" or (character == "来" and after):
        return _Token("mark", at + 1, text="about" if character == "来" else "above")
    return None


def _positional(run: str) -> Fraction:
    return Fraction(int("".join(str(DIGITS[c]) for c in run)))


def _digits(text: str, at: int, before: list[_Token]) -> _Token | None:
    match = _RUN.match(text, at)
    assert match is not None  # noqa: S101 - the caller saw a digit
    run = match[0]
    if len(run) > LONGEST:
        return None
    if before and DIGITS[run[0]] == 0:
        return _Token("pad", at + 1)
    if len(run) == 1:
        value = Fraction(DIGITS[run])
        return _Token("digit", match.end(), value, value)
    first, second = DIGITS[run[0]], DIGITS[run[1]]
    if len(run) == 2 and first and (second == first + 1 or (first, second) == (3, 5)):
        return _Token("pair", match.end(), Fraction(first), Fraction(second))
    value = _positional(run)
    return _Token("run", match.end(), value, value, step=Fraction(10 ** _noughts(int(value))))


def _arabic(text: str, at: int) -> _Token | None:
    match = ARABIC.match(text, at)
    if match is None or len(match[0]) > LONGEST:
        return None
    plain = re.sub(r"[^0-9.]", "", match[0])
    whole, _, decimals = plain.partition(".")
    if len(whole) > 1 and whole[0] == "0":
        return None  # a number with leading noughts is a code or a telephone, no figure
    value, place = Fraction(plain), Fraction(1, 10 ** len(decimals))
    step = place * 10 ** _noughts(int(whole + decimals))
    return _Token("arabic", match.end(), value, value, place, step if step >= 1 or decimals else Fraction(1))


def _noughts(number: int) -> int:
    written = str(number)
    return len(written) - len(written.rstrip("0")) if number else 0
