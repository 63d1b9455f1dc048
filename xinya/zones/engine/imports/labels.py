"""What a column's label says beside its name: year, unit, and words that only ask for care."""

import re
from dataclasses import dataclass
from functools import lru_cache

from xinya.zones.engine.imports.cleaning import narrow
from xinya.zones.engine.imports.fields import FIELDS

UNITS = {
    "元": 1, "人民币元": 1, "百元": 100, "千元": 1_000, "万元": 10_000, "万": 10_000, "万元人民币": 10_000, "人民币万元": 10_000,
    "十万元": 100_000, "百万元": 1_000_000, "千万元": 10_000_000, "亿元": 100_000_000, "亿": 100_000_000, "人民币亿元": 100_000_000,
    "cny": 1, "10k cny": 10_000,
}  # fmt: skip
COUNT_UNITS = frozenset({"人", "名", "个", "家", "户", "项", "件", "台", "万人"})
OTHER_UNITS = frozenset(
    {
        "%",
        "％",
        "万美元",
        "美元",
        "亿美元",
        "千美元",
        "万欧元",
        "欧元",
        "万港元",
        "港元",
        "吨",
        "亩",
        "平方米",
        "万千瓦时",
        "千瓦时",
    }
)
ALL_UNITS = frozenset(UNITS) | COUNT_UNITS | OTHER_UNITS
FOREIGN = re.compile("美元|欧元|港元|日元|英镑|usd|eur", re.IGNORECASE)

_BRACKETS = re.compile(r"[(\[【〔「]([^()\[\]【】〔〕「」]*)[)\]】〕」]")
_CHINESE_YEAR = re.compile("[〇零一二三四五六七八九]{4}(?=年)")
_HAN_DIGITS = {han: str(place) for place, han in enumerate("零一二三四五六七八九")} | {"〇": "0"}
_YEAR = re.compile(r"(?<!\d)((?:19|20)\d{2})(?:-|/|\.)?(?:年度|年末|年底|年终|全年|年期末|年期间|年|度|末|底|(?!\d))")
_DAY_OR_MONTH = re.compile(r"(?<!\d)(?:19|20)\d{2}(?:年|-|/|\.)\d{1,2}(?!\d)(?:月|-|/|\.)?(?:\d{1,2}日?)?(?:末|底)?")
_RELATIVE = (
    (re.compile("上年度?(?:同期|末)?|去年(?:同期|末)?|上一年度?|previous year|last year"), -1),
    (re.compile("本年度?末?|今年|当年|this year"), 0),
    (re.compile("前年"), -2),
)
_UNIT_TAIL = re.compile(r"(?:[,，:：/]?\s*(?:金额)?(?:单位)?[:：]?\s*)(万元|亿元|千元|百万元|元)$")
_UNIT_IN_TITLE = re.compile(r"单位\s*[:：]?\s*(人民币\s*)?(亿元|万元|千元|百万元|元)")
_AS_OF = re.compile(
    r"(?:填报|报送|统计|截至|截止|制表|编制|数据|报告)?(?:日期|时间|日|至)?\s*[:：]?\s*((?:19|20)\d{2})\s*[年./-]\s*(\d{1,2})\s*[月./-]\s*(\d{1,2})\s*日?"
)
_TITLE_YEAR = re.compile(r"(?<!\d)((?:19|20)\d{2})\s*(?:年度|年末|年底|年|年全年)(?!\s*\d)")
_PART = re.compile(r"\d{1,2}\s*月|季度|半年|月份|同比|增速|增长|占比")
_CARE = re.compile(r"^[*＊※●\s]+|[*＊※\s:：]+$")
_NUMBERED = re.compile(r"^(?:\d{1,2}|[一二三四五六七八九十]{1,2})[.、．]\s*")


@dataclass(frozen=True, slots=True)
class Label:
    """A label taken apart. shift: years against the table's own year for 上年 and 本年. is_part: some months of a year."""

    text: str
    core: str
    unit: str | None = None
    year: str | None = None
    shift: int | None = None
    is_part: bool = False


@lru_cache(maxsize=4096)
def read_label(text: str) -> Label:
    """Year, unit, and the name that is left, in half width, lower case, without blanks and signs."""
    plain = re.sub(r"\s+", " ", narrow(text)).strip()
    plain = _CHINESE_YEAR.sub(lambda found: "".join(_HAN_DIGITS[han] for han in found[0]), plain)
    plain = _NUMBERED.sub("", _CARE.sub("", plain))
    if key_of(plain) in SYNONYMS:
        return Label(text, key_of(plain))
    unit = year = None
    for inside in _BRACKETS.findall(plain):
        word = inside.replace("单位", "").replace("金额", "").strip(" :：")
        if word.casefold() in ALL_UNITS:
            unit = word
        else:
            year = year or _year_in(inside)
            tail = re.split(r"[,，、;；\s]+", inside)[-1]
            unit = unit or (tail if tail in ALL_UNITS else None)
    plain = _BRACKETS.sub("", plain).strip()
    if plain.replace(" ", "").casefold() in ALL_UNITS:
        return Label(text, "", plain.replace(" ", ""), year)
    year = _year_in(plain) or year
    plain = _DAY_OR_MONTH.sub("", plain) if _DAY_OR_MONTH.search(plain) else plain
    plain = _YEAR.sub("", plain)
    shift = None
    for pattern, years in _RELATIVE:
        if pattern.search(plain):
            shift, plain = years, pattern.sub("", plain)
            break
    tail_unit = _UNIT_TAIL.search(plain)
    if tail_unit and key_of(plain) not in SYNONYMS:
        unit, plain = unit or tail_unit[1], plain[: tail_unit.start()]
    is_part = year is None and _PART.search(narrow(text)) is not None
    return Label(text, key_of(plain), unit, year, shift, is_part)


def _year_in(text: str) -> str | None:
    month = _DAY_OR_MONTH.search(text)
    if month:
        return month[0][:4] if re.search(r"12(?:月|-|/|\.)?(?:31日?)?(?:末|底)?$", month[0]) else None
    year = _YEAR.search(text)
    return year[1] if year else None


def key_of(text: str) -> str:
    """Letters, digits and Chinese characters only, so that width, blanks, stars and brackets do not matter."""
    return "".join(character for character in narrow(text).casefold() if character.isalnum() or character in "#&")


def title_unit(text: str) -> str | None:
    """The unit that a line above the table states for its amounts."""
    unit = _UNIT_IN_TITLE.search(narrow(text))
    return unit[2] if unit else None


def title_day(text: str) -> tuple[int, int, int] | None:
    """The day that a line above the table states, as year, month, day."""
    day = _AS_OF.search(narrow(text))
    if day is None or not (1 <= int(day[2]) <= 12 and 1 <= int(day[3]) <= 31):
        return None
    return int(day[1]), int(day[2]), int(day[3])


def title_year(text: str) -> str | None:
    """The year a title names, when it names one and not a day."""
    years = set(_TITLE_YEAR.findall(narrow(text)))
    return years.pop() if len(years) == 1 else None


SYNONYMS: dict[str, str] = {key_of(label): field.code for field in FIELDS for label in field.labels}
