"""Dates in the running text of briefings and press pages, the spoken ones too, resolved from the day of issue. Pure.

What a spoken date means is a rule of ours, so that a person can correct it: the beginning of a year ends on 31 March, its end
begins on 1 October, spring is March to May; 前不久 and the like end on the day of issue and begin nobody knows when. A month
without a year is the last one before the issue, unless what stands before it speaks of the future (预计, 计划, 将).
"""

import calendar
import datetime
import re
from collections.abc import Iterator
from dataclasses import dataclass

from xinya.zones.engine.numerals import DIGITS
from xinya.zones.engine.quantity_words import FOLDED

Ends = tuple[datetime.date | None, datetime.date | None]
_FESTIVALS = """
2010-02-14 2011-02-03 2012-01-23 2013-02-10 2014-01-31 2015-02-19 2016-02-08 2017-01-28 2018-02-16 2019-02-05 2020-01-25 2021-02-12
2022-02-01 2023-01-22 2024-02-10 2025-01-29 2026-02-17 2027-02-06 2028-01-26 2029-02-13 2030-02-03 2031-01-23 2032-02-11 2033-01-31
2034-02-19 2035-02-08
"""
SPRING_FESTIVALS = tuple(datetime.date.fromisoformat(day) for day in _FESTIVALS.split())
"""First days of the Chinese year (lunar calendar)."""
_SEASONS = {"春": (3, 5), "夏": (6, 8), "秋": (9, 11), "冬": (12, 2)}
_YEAR_WORDS = {"今年": 0, "本年": 0, "去年": -1, "客岁": -1, "上年": -1, "前年": -2, "明年": 1, "来年": 1, "后年": 2}
_QUARTERS = {"一": 1, "二": 2, "三": 3, "四": 4, "1": 1, "2": 2, "3": 3, "4": 4}
_PLANS = {"十二五": 2011, "十三五": 2016, "十四五": 2021, "十五五": 2026}
_PART = (
    r"(?P<part>年?[底末]|年?初|年中|上半年|下半年|全年|(?:第?[一二三四1-4]季度)|前三季度|[春夏秋冬](?:季|天|节前后)?(?![节运城南])|"
    r"(?P<m>\d{1,2}|[一二三四五六七八九十]{1,2})月份?(?:(?P<d>\d{1,2}|[一二三四五六七八九十]{1,3})[日号]|(?P<third>[上中下]旬|[底末初]))?)"
)
_FORMS = re.compile(
    "|".join((
        r"(?P<stamp>(?:19|20)\d{2}[-/.]\d{1,2}[-/.]\d{1,2}[ T]\s*\d{1,2}:\d{2}(?::\d{2})?)",
        r"(?P<iso>(?<![\d./-])(?P<iy>(?:19|20)\d{2})[-/.](?P<im>\d{1,2})[-/.](?P<id>\d{1,2})(?![\d./-]))",
        r"(?P<span>(?P<sf>(?:19|20)\d{2})年?\s*[-–—~至到]\s*(?P<st>(?:19|20)\d{2})年)",
        r"(?P<months>(?P<mf>\d{1,2})月?\s*[-–—~至到]\s*(?P<mt>\d{1,2})月份?)",
        rf"(?P<dated>(?P<asof>截[至止]到?)?\s*(?:(?P<y>(?:19|20)\d{{2}})年(?:度(?!假))?|(?P<word>{'|'.join(_YEAR_WORDS)})度?)\s*(?:{_PART})?)",
        r"(?P<monthly>(?P<masof>截[至止]到?)?(?P<nm>\d{1,2})月份?(?:(?P<nd>\d{1,2})[日号]|(?P<nthird>[上中下]旬|[底末初]))?)",
        r"(?P<bare>(?<![一-龥\d])(?:前三季度|第?[一二三四1-4]季度|[上下]半年))",
        r"(?P<brief>(?P<by>[今去明])(?P<bs>[春夏秋冬])(?=[,，、。以来\s至开到将就]|$))",
        r"(?P<plan>[“\"]?(?P<pn>十[二三四五]五)[”\"]?(?:规划)?(?:期间|时期|以来|末))",
        r"(?P<festival>新春伊始|春节(?:前夕|期间|前后|假期|后|前)|新春佳节)",
        r"(?P<ago>前不久|不久前|前段时间|前些时候|前些日子|日前|近日|近期(?!内)|最近(?![的一]))",
        r"(?P<now>眼下|今天|今日)",
        r"(?P<yesterday>昨天|昨日|前天)",
        r"(?P<month>上个?月|本月|这个月|下个?月)",
        r"(?P<edge>(?<![一-龥\d])(?:年初|年底|年末))",
    ))
)  # fmt: skip
_SOON = re.compile(r"(?:预计|计划|将|拟|有望|争取)[^,，。]{0,5}$")
_CHINESE_YEAR = re.compile("[一二][" + "".join(DIGITS) + "]{3}(?=年)")
_ISSUE = re.compile(r"[（(]\s*((?:19|20)\d{2})年(\d{1,2})月(\d{1,2})日[^()（）\n]{0,12}?\d{1,3}\s*版\s*[)）]")
_POSTED = re.compile(r"(?:发表于|发布于|发布时间|时间|日期|来源)[^\n\d]{0,12}((?:19|20)\d{2})[-年/.](\d{1,2})[-月/.](\d{1,2})")


@dataclass(frozen=True, slots=True)
class StatedPeriod:
    """A date at [start, end) of a text. first, last: both included, None open. precision: day, month, quarter, season, year, vague.

    is_as_of: everything up to `last` (截至). is_issue: the day of the newspaper itself.
    """

    start: int
    end: int
    first: datetime.date | None
    last: datetime.date | None
    precision: str
    is_as_of: bool = False
    is_issue: bool = False


def find_issue_date(text: str) -> datetime.date | None:
    """The day on which a press page was issued: of the newspaper's page (… 03 版), else of the posting; None if it tells none."""
    folded = _folded(text)
    for form in (_ISSUE, _POSTED):
        for match in form.finditer(folded):
            if day := _day(*(int(part) for part in match.groups())):
                return day
    return None


def find_dates(text: str, issued_on: datetime.date) -> list[StatedPeriod]:
    """The dates of a running text in its order. Stamps with a clock time are of the page and no facts; 比上年 is a comparison."""
    folded = _folded(text)
    issue = next((m.span() for m in _ISSUE.finditer(folded)), None)
    found = []
    for match in _FORMS.finditer(folded):
        if match["stamp"] or _is_in_word(folded, match):
            continue
        read = _read(match, issued_on)
        if read is not None:
            is_issue = issue is not None and issue[0] <= match.start() < issue[1]
            (first, last), precision, as_of = read
            start = match.start() + (len(match[0]) - len(match[0].lstrip()))
            found.append(StatedPeriod(start, match.start() + len(match[0].rstrip()), first, last, precision, as_of, is_issue))
    return found


def _folded(text: str) -> str:
    folded = text.translate(FOLDED)
    folded = folded if len(folded) == len(text) else text
    return _CHINESE_YEAR.sub(lambda m: "".join(str(DIGITS[c]) for c in m[0]), folded)


def _is_in_word(text: str, match: re.Match[str]) -> bool:
    before, after = text[max(0, match.start() - 2) : match.start()], text[match.end() : match.end() + 2]
    if match["months"] or match["monthly"]:
        return before[-1:].isdigit() or before[-1:] in (".", "年", "个") or after[:1] in ("版", "球", "亮")
    if match["word"] and match["word"] != "客岁" and not match["part"]:
        return before[-1:] in ("比", "较", "同", "与", "超", "基") or after.startswith("同期") or before == "相比"
    return bool(match["dated"]) and (before[-1:].isdigit() or after[:1] in ("版", "型", "款"))


def _read(match: re.Match[str], issued_on: datetime.date) -> tuple[Ends, str, bool] | None:
    year = issued_on.year
    if match["dated"]:
        told = int(match["y"]) if match["y"] else year + _YEAR_WORDS[match["word"]]
        return _of_year(match, told)
    if match["monthly"]:
        month = int(match["nm"])
        told = year if month <= issued_on.month else year - 1
        if _SOON.search(match.string[max(0, match.start() - 8) : match.start()]):
            told = year if month >= issued_on.month else year + 1
        return _of_month(told, month, match["nd"], match["nthird"], is_as_of=bool(match["masof"]))
    return _written(match, issued_on) or _spoken(match, issued_on)


def _written(match: re.Match[str], issued_on: datetime.date) -> tuple[Ends, str, bool] | None:
    year = issued_on.year
    if match["iso"]:
        day = _day(int(match["iy"]), int(match["im"]), int(match["id"]))
        return None if day is None else ((day, day), "day", False)
    if match["span"]:
        first, last = int(match["sf"]), int(match["st"])
        return (_years(first, last), "year", False) if first <= last else None
    if match["months"]:
        return _of_months(match, issued_on)
    if match["bare"]:
        ends, precision = _part(year, match["bare"])
        if ends[1] is not None and ends[1] > issued_on:
            ends, precision = _part(year - 1, match["bare"])
        return ends, precision, False
    if match["brief"]:
        return (*_part(year + {"今": 0, "去": -1, "明": 1}[match["by"]], match["bs"]), False)
    if match["plan"]:
        begin = _PLANS[match["pn"]]
        return (_years(begin, begin + 4), "year", False)
    return None


def _spoken(match: re.Match[str], issued_on: datetime.date) -> tuple[Ends, str, bool] | None:
    if match["iso"] or match["span"] or match["months"]:
        return None  # written, and no day or months that there are
    if match["festival"]:
        ends = _around_festival(match["festival"], issued_on)
        return None if ends is None else (ends, "vague", False)
    if match["ago"]:
        return (None, issued_on), "vague", False
    if match["now"]:
        is_day = match["now"] != "眼下"
        return (issued_on, issued_on), "day" if is_day else "vague", False
    if match["yesterday"]:
        day = issued_on - datetime.timedelta(days=2 if match["yesterday"] == "前天" else 1)
        return (day, day), "day", False
    if match["month"]:
        shift = {"上": -1, "下": 1}.get(match["month"][0], 0)
        whole = issued_on.year * 12 + issued_on.month - 1 + shift
        return _month(whole // 12, whole % 12 + 1), "month", False
    return _edge(issued_on.year, match["edge"][1:]), "vague", False


def _of_months(match: re.Match[str], issued_on: datetime.date) -> tuple[Ends, str, bool] | None:
    first, last = int(match["mf"]), int(match["mt"])
    if not 1 <= first <= last <= 12:
        return None
    year = issued_on.year if last <= issued_on.month else issued_on.year - 1
    return (_month(year, first)[0], _month(year, last)[1]), "month", False


def _of_year(match: re.Match[str], year: int) -> tuple[Ends, str, bool] | None:
    part, as_of = match["part"] or "", bool(match["asof"])
    if match["m"]:
        return _of_month(year, _number(match["m"]), match["d"], match["third"], is_as_of=as_of)
    if not 1900 <= year <= 2100:
        return None
    ends, precision = _part(year, part)
    if as_of:
        return (None, ends[1]), "day" if part[-1:] in ("底", "末") else precision, True
    return ends, precision, False


def _part(year: int, part: str) -> tuple[Ends, str]:
    if not part or part == "全年":
        return _years(year, year), "year"
    if part[-1] in "底末初" or part == "年中":
        return _edge(year, part[-1]), "vague"
    if part[0] in _SEASONS:
        first, last = _SEASONS[part[0]]
        return (datetime.date(year, first, 1), _month(year + (last < first), last)[1]), "season"
    if part.endswith("季度"):
        quarter = 0 if part.startswith("前") else _QUARTERS[part.removeprefix("第")[0]]
        first, last = (1, 9) if not quarter else (quarter * 3 - 2, quarter * 3)
        return (_month(year, first)[0], _month(year, last)[1]), "quarter"
    first, last = (1, 6) if part[0] == "上" else (7, 12)
    return (_month(year, first)[0], _month(year, last)[1]), "month"


def _of_month(year: int, month: int, day: str | None, third: str | None, *, is_as_of: bool) -> tuple[Ends, str, bool] | None:
    if not 1 <= month <= 12:
        return None
    first, last = _month(year, month)
    precision = "month"
    if day:
        told = _day(year, month, _number(day))
        if told is None:
            return None
        first = last = told
        precision = "day"
    elif third and first is not None and last is not None:
        begin = {"上": 1, "初": 1, "中": 11, "下": 21, "底": 21, "末": 21}[third[0]]
        first = first.replace(day=begin)
        last = last if begin == 21 else first.replace(day=begin + 9)
        precision = "vague"
    return ((None, last), precision, True) if is_as_of else ((first, last), precision, False)


def _number(written: str) -> int:
    """12, 十二 and 二十一 as a number."""
    if written.isdigit():
        return int(written)
    tens, ten, ones = written.partition("十")
    return (DIGITS.get(tens, 1) if ten else 0) * 10 + DIGITS.get(ones if ten else tens, 0)


def _edge(year: int, word: str) -> Ends:
    months = {"初": (1, 3), "中": (5, 8)}.get(word, (10, 12))
    return _month(year, months[0])[0], _month(year, months[1])[1]


def _around_festival(word: str, issued_on: datetime.date) -> Ends | None:
    day = next((d for d in SPRING_FESTIVALS if d.year == issued_on.year), None)
    if day is None:
        return None
    if word in ("春节前夕", "春节前"):
        return datetime.date(day.year, 1, 1), day - datetime.timedelta(days=1)
    if word in {"新春伊始", "春节后"}:
        return day, max(issued_on, day)
    return day - datetime.timedelta(days=1), day + datetime.timedelta(days=7)


def _years(first: int, last: int) -> Ends:
    return datetime.date(first, 1, 1), datetime.date(last, 12, 31)


def _month(year: int, month: int) -> tuple[datetime.date, datetime.date]:
    return datetime.date(year, month, 1), datetime.date(year, month, calendar.monthrange(year, month)[1])


def _day(year: int, month: int, day: int) -> datetime.date | None:
    try:
        return datetime.date(year, month, day)
    except ValueError:
        return None


def sentences(text: str) -> Iterator[tuple[int, int]]:
    """Places of the sentences: parted at 。！？； and line ends."""
    begin = 0
    for match in re.finditer(r"[。！？!?；;\n]+", text):
        yield begin, match.end()
        begin = match.end()
    if begin < len(text):
        yield begin, len(text)
