"""The key that company names are compared by, and their parts: places, brand, trade, legal form, branch (zones-import 5.6)."""

import re
from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from functools import lru_cache

from xinya.kit.text import WIDTHS, simplified
from xinya.zones.engine.name_words import BRANCH_END, FORM_KINDS, LONGEST_TRADE, PLACE_ENDS, PROVINCES, TRADES

_PLAIN = re.compile("[\u4e00-\u9fff]+")
_CIRCLED = "①-⑳㈠-㈩"
_RUNNING = re.compile(
    rf"^[\s。、,.]*(?:(?:[(\[【〔]\s*[0-9]{{1,4}}\s*[)\]】〕]|[0-9]{{1,4}}\s*[.、)](?![0-9])|[{_CIRCLED}]|№\s*[0-9]{{1,4}})\s*)+"
)
_ASIDE = re.compile(
    r"[(\[【]\s*(?:原名?|曾用名|前身|原名称|更名前|旧称|又名|别名|简称|以下简称)\s*[:：为是]?\s*[“\"]?(?P<name>[^()\[\]【】]*?)[”\"]?\s*[)\]】]"
)
_PLANNED = re.compile(r"[(\[【]\s*(?:筹|筹建|筹备|筹办|拟设|拟建|筹建中|待设立|筹建处)\s*[)\]】]")
_NOTE = re.compile(r"[(\[【]\s*(?:盖章|公章|章|注|备注|\*+)\s*[)\]】]\s*$")
_STRAY = re.compile(
    r"[\s\u200b-\u200f\u2060\ufeff\u00ad。､、,，;；:：!！?？*＊※★☆▲△●○◆◇■□•·・‧˙'\"“”‘’`´^~_|\\()\[\]{}<>《》〈〉【】〔〕「」『』—–―…†‡§¶]"
)
_LATIN = re.compile("[a-z0-9]+")
_JOINER = re.compile(r"(?<![0-9])[./-]|[./-](?![0-9])")
_NUMERAL = re.compile(r"[0-9]+|[零〇一二三四五六七八九十百]+")
_DIGIT = {character: value for value, character in enumerate("零一二三四五六七八九")} | {"〇": 0}
_LEAST_CORE = 2
_BRACKETED = re.compile(r"[(\[【]([^()\[\]【】]*)[)\]】]")
_UNLISTED = re.compile("([\u4e00-\u9fff]{2,4}?)(?:省|市(?!场|政|民))")
_FORM_LENGTHS = sorted({len(form) for form in FORM_KINDS}, reverse=True)
_PLACE_MARKS = frozenset(end[0] for end in PLACE_ENDS)


@dataclass(frozen=True, slots=True)
class NameParts:
    """The parts of a name, each as in its key. places: without 省 and 市; form: its kind; branch: what follows a whole name.

    numerals: every number of the name, 第一 and 第1 alike. former: names read off from brackets (原…). is_planned: （筹）.
    """

    key: str
    places: tuple[str, ...]
    brand: str
    trade: str
    form: str
    form_words: str
    branch: str
    numerals: tuple[str, ...]
    former: tuple[str, ...]
    is_planned: bool

    @property
    def core(self) -> str:
        """What tells a firm from others: brand and trade."""
        return self.brand + self.trade


def name_key(name: str) -> str:
    """The name as it is compared: half width, simplified script, small letters, without blanks, brackets and stray marks,
    running number and remarks in brackets. Idempotent. Never NFKC: Ⅲ is not III. Equal keys alone do not prove one firm
    where simplified script merges two characters; `compare` knows."""
    return _key(_bare(name)[0])


def name_keys(names: Sequence[str]) -> list[str]:
    """The keys of many names, as `name_key` gives them one by one; plain ones are simplified all at once."""
    if not names:
        return []
    plain = simplified("\n".join(name if _PLAIN.fullmatch(name) else "" for name in names)).split("\n")
    return [key or name_key(name) for key, name in zip(plain, names, strict=True)]


def _key(text: str) -> str:
    return simplified(unscripted(text))


def unscripted(text: str) -> str:
    """The key before its script is simplified."""
    return _JOINER.sub("", _STRAY.sub("", text.translate(WIDTHS).casefold()))


@lru_cache(maxsize=65536)
def _bare(name: str) -> tuple[str, tuple[str, ...], bool]:
    """The name without running number and remarks; the former names in brackets; whether it is only planned."""
    if _PLAIN.fullmatch(name):
        return name, (), False
    text = name.encode("utf-8", "ignore").decode().translate(WIDTHS)
    former = tuple(found["name"].strip() for found in _ASIDE.finditer(text) if found["name"].strip())
    is_planned = _PLANNED.search(text) is not None
    for pattern in (_ASIDE, _PLANNED, _NOTE, _RUNNING):
        shorter = pattern.sub("", text)
        text = shorter if _key(shorter) else text  # a text of nothing but remarks is itself the name
    return text, former, is_planned


def bare_name(name: str) -> str:
    """The name in half width, without running number and remarks."""
    return _bare(name)[0]


def latin_words(name: str) -> tuple[str, ...]:
    """The words of Latin letters and digits in a name: A-1 and A1 have one key and are two names."""
    return tuple(_LATIN.findall(_bare(name)[0].casefold()))


def places_of(names: Iterable[str]) -> frozenset[str]:
    """Places as `name_parts` knows them, from the names of divisions: 岚洲市 gives 岚洲."""
    shorts = (_short_place(_key(name)) for name in names)
    return frozenset(short for short in shorts if len(short) >= 2)


def _short_place(word: str) -> str:
    for end in PLACE_ENDS:
        if word.endswith(end) and len(word) - len(end) >= 2:
            return word[: -len(end)]
    return word


def name_parts(name: str, places: Collection[str] = ()) -> NameParts:
    """The parts of a name; places: short names of the divisions in use (see `places_of`), beside the provinces."""
    return _parts(name, frozenset(places) if not isinstance(places, frozenset) else places)


@lru_cache(maxsize=131072)
def _parts(name: str, places: frozenset[str]) -> NameParts:
    text, former, is_planned = _bare(name)
    bracketed = [_key(inner) for inner in _BRACKETED.findall(text)]
    key = _key(text)
    whole, branch = _without_branch(key)
    form_words = next((whole[-n:] for n in _FORM_LENGTHS if len(whole) > n and whole[-n:] in FORM_KINDS), "")
    middle = whole[: len(whole) - len(form_words)] if form_words else whole
    found, middle = _leading_places(middle, places)
    for inner in bracketed:
        if _is_place(inner, places) and inner in middle:
            found.append(_short_place(inner))
            middle = middle.replace(inner, "", 1)
    brand, trade = _brand_and_trade(middle)
    return NameParts(
        key=key, places=tuple(found), brand=brand, trade=trade, form=FORM_KINDS.get(form_words, ""), form_words=form_words,
        branch=branch, numerals=_numerals(key), former=former, is_planned=is_planned,
    )  # fmt: skip


def _without_branch(key: str) -> tuple[str, str]:
    """The head and its branch: a branch word at the end, after a whole name with its legal form."""
    if key.endswith("公司") and not key.endswith(("分公司", "支公司")):
        return key, ""
    if not BRANCH_END.search(key):
        return key, ""
    heads = [
        at + len(form) for form in ("公司", "银行", "集团", "大学", "医院", "合作社", "事务所") if (at := key.find(form, 2)) > 0
    ]
    heads = [end for end in heads if end < len(key) and not key[:end].endswith("分公司")]
    return (key[: max(heads)], key[max(heads) :]) if heads else (key, "")


def _is_place(word: str, places: frozenset[str]) -> bool:
    short = _short_place(word)
    return word in places or short in places or word in PROVINCES or short in PROVINCES


def _leading_places(text: str, places: frozenset[str]) -> tuple[list[str], str]:
    found = []
    while True:
        for length in range(min(8, len(text) - _LEAST_CORE), 1, -1):
            word = text[:length]
            if word in places or word in PROVINCES:
                end = next((e for e in PLACE_ENDS if text.startswith(e, length)), "") if text[length] in _PLACE_MARKS else ""
                found.append(word)
                text = text[length + len(end) :]
                break
        else:
            # 云汐省岚洲市…: places that are on no list give themselves away by what follows them
            if (match := re.match(r"([\u4e00-\u9fff]{2,4}?)(?:省|市(?!场|政|民))", text)) and len(
                text
            ) - match.end() >= _LEAST_CORE:
                found.append(match[1])
                text = text[match.end() :]
                continue
            return found, text


def _brand_and_trade(middle: str) -> tuple[str, str]:
    """Trade words are taken off the end as long as a brand of two characters is left."""
    end = len(middle)
    while end > _LEAST_CORE:
        for length in range(min(LONGEST_TRADE, end - _LEAST_CORE), 1, -1):
            if middle[end - length : end] in TRADES:
                end -= length
                break
        else:
            break
    return middle[:end], middle[end:]


def _numerals(key: str) -> tuple[str, ...]:
    return tuple(_as_digits(found) for found in _NUMERAL.findall(key) if found not in ("十", "百"))


def _as_digits(numeral: str) -> str:
    """第一 and 第1, 三零一 and 301, 十一 and 11 are one number."""
    if numeral.isascii():
        return numeral.lstrip("0") or "0"
    if "百" in numeral or "十" not in numeral:
        return "".join(str(_DIGIT.get(c, c)) for c in numeral).lstrip("0") or "0"
    tens, _found, ones = numeral.partition("十")
    if len(tens) > 1 or len(ones) > 1:
        return numeral
    return str(_DIGIT.get(tens, 1) * 10 + _DIGIT.get(ones, 0))


def with_digits(key: str) -> str:
    """A key with every numeral as digits: 三零一检测 is 301检测."""
    return _NUMERAL.sub(lambda found: _as_digits(found[0]), key)
