"""Organisations in the running text of briefings and press pages: named firms, offices, media, and firms without a name. Pure.

Chinese marks no names. What is used: the legal form, trade words that end names, words that no dictionary has, places before an
office, the role before a name (龙头企业某某与…), lists before 等企业, and names that the text itself has used elsewhere. No name is
taken from a list of firms.
"""

import re
from bisect import bisect_left, bisect_right
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from functools import lru_cache
from itertools import pairwise
from typing import TYPE_CHECKING

from xinya.zones.engine.name_words import PROVINCES

if TYPE_CHECKING:
    import rjieba

COMPANY, OFFICE, MEDIA, INSTITUTE = "company", "office", "media", "institute"
_LEGAL = re.compile(r"(?:集团)?(?:股份)?有限(?:责任)?公司|(?:股份|集团)公司|有限合伙")
_SETS = {
    "strong": "药业 制药 集团 股份 重工 控股 电气 铝业 铜业 矿业 锂业 乳业 酒业 纸业 重机 实业 公司 机床 石化",
    "weak": (
        "科技 汽车 钢铁 能源 新能源 电子 智能 生物 医药 材料 新材料 半导体 光电 航空 航天 动力 锂能 软件 信息 环保 微电子 医疗 光能"
    ),
    "generic": "产业 企业 行业 领域 技术 创新 园 园区 产业园 城 人才 成果 金融 服务 政策 板块 赛道 集群 项目 市场",
    "roles": "企业 龙头企业 公司 厂商 链主 独角兽 上市公司 民企 央企 国企 龙头 厂家 制造商 供应商 巨头",
    "stops": (
        "企业 龙头企业 公司 园区 高新区 开发区 民企 央企 国企 龙头 厂商 链主 单位 项目 是 有 到 在 由 让 请 找 与 和 及 等 为 入驻 "
        "落户 引进"
    ),
    "verbs": "创新 发展 控股 投资 建设 管理 服务 制造 设计 运营 检测 智造 通信 储能 制药",
    "acronyms": "AI IT VR AR IC LED GDP IPO PPP EPC ESG APP CRO CDMO OEM MEMS PCB EDA GPU CPU",
}
_STRONG, _WEAK, _GENERIC_AFTER, _ROLES, _STOPS, _NAME_VERBS, _ACRONYMS = (frozenset(words.split()) for words in _SETS.values())
"""Words that end names; words that do so after a word of their own; what makes a trade of them; roles before names; where a name
ends on its left; verbs that stand in names; letters that are no firm's."""
_TERM_AFTER = "(?:企业|产业|行业|研发|领域|技术|产品|市场|创新|人才)"
_PLACE_MARKS = "京津沪渝冀晋辽吉黑苏浙皖闽赣鲁豫鄂湘粤桂琼川蜀黔贵滇陕甘青蒙宁鞍宝武首包马太邯唐济莱韶柳攀酒本沙杭洛徐南东一"
_ABBREVIATED = re.compile(f"[{_PLACE_MARKS}][钢铝重汽锅]")
_PROPER = ("nr", "nz", "nt", "ns", "eng", "j")
_NOUNS = ("n", "j", "b", "vn", "l", "eng", "z", "a", "i", "m", "an")
_HAN = re.compile("[一-龥]+")
_LOOSE = re.compile("^[了着过的与和](?=[一-龥]{2})")
"""Letters of grammar that a cutter draws into a name that it does not know."""
_ZONE = r"(?:高新技术产业开发区|经济技术开发区|高新区|经开区|开发区|新区|示范区)"
_OFFICE_END = r"党工委|党委|管委会|管理委员会|(?:人民)?政府(?:办公室)?"
_OFFICES = re.compile(
    rf"(?P<zone>[一-龥]{{2,10}}?{_ZONE})(?P<end>{_OFFICE_END}|[一-龥]{{2,8}}?(?:局|办公室|中心)(?=党组|局长|主任|副|负责|相关|[,，、。]|$))"
)
_AREA = re.compile(
    r"(?P<area>[一-龥]{1,4}?[省市区县])(?P<end>委(?=书记|副书记|常委|办|组织|宣传|[,，、。]|出台|提出|$)|(?:人民)?政府(?:办公室)?"
    r"|(?:发展改革|发改|工业和信息化|经济和信息化|科学技术|市场监督管理|生态环境|商务|财政|统计|税务)(?:委员会|局|厅|委)|[一-龥]{2}(?:局|厅)(?=[,，、。局厅印发出\\s]|$))"
)
_BARE_OFFICE = re.compile(r"(?<=[、和,，])(?:管委会|党工委|党委)(?=主任|副主任|书记|副书记)")
_ISSUES = re.compile(r"(?:出台|印发|发布|下发|颁布|制定(?!了?自己))")
_MEDIA = re.compile(
    r"人民日报|人民网|新华社|新华网|光明日报|经济日报|科技日报|中国新闻网|中新社|中新网|央视新闻|央视网|中央电视台|澎湃新闻|"
    r"(?<=[《 ])[一-龥]{2,8}(?:日报|晚报|时报|早报|商报|特区报|周刊)(?=[ 》])"
)
_INSTITUTE = re.compile(r"(?:大学|学院|研究院|研究所|科学院|设计院|实验室)$")
_AND_OTHERS = re.compile(r"等(?:一批|[0-9余多近几数十百]{1,5}[家户个])?[一-龥]{0,6}?(?:企业|公司|厂商|龙头)")
_ONE = re.compile(r"(?:一家|一所|某)(?P<mods>[一-龥]{2,12}?)(?P<end>公司|企业|高校|研究院|医院|机构)(?!家)")
_ANCHOR = re.compile(r"(?P<here>园区内|区内|市内|省内)?(?P<trade>[一-龥]{2,8}?)(?:行业|产业|领域)龙头企业(?!——)")


@dataclass(frozen=True, slots=True)
class NamedBody:
    """An organisation at [start, end). name: usual name, None where it has none. kind: company, office, media, institute."""

    start: int
    end: int
    name: str | None
    kind: str
    alias_of: str | None = None


@dataclass(frozen=True, slots=True)
class Token:
    """A word with its place and part of speech. is_known: a dictionary has it."""

    start: int
    end: int
    word: str
    tag: str
    is_known: bool

    @property
    def is_proper(self) -> bool:
        is_odd = not self.is_known and len(self.word) > 1 and self.tag[:1] not in ("m", "v", "d", "t")
        return self.tag in _PROPER or (is_odd and (self.tag[:1] != "x" or bool(_HAN.fullmatch(self.word))))


@lru_cache(maxsize=1)
def _cutter() -> "rjieba.Jieba":
    """A dictionary of its own: the words that a zone adds for its search do not change what is read here."""
    import rjieba  # its dictionary takes longer to load than most commands take

    return rjieba.Jieba()


def tokens(text: str) -> list[Token]:
    """The words of a text."""
    found, at = [], 0
    for word, tag in _cutter().tag(text):
        found.append(Token(at, at + len(word), word, tag, _cutter().has_word(word)))
        at += len(word)
    return found


def find_bodies(text: str) -> list[NamedBody]:
    """The organisations of a running text in its order; none overlaps another."""
    words = tokens(text)
    if words and words[-1].end != len(text):
        return []  # a cutter that drops characters cannot be trusted with places
    found: list[NamedBody] = []
    for source in (_legal, _offices, _media, _abbreviated, _short, _in_apposition, _listed, _owners, _institutes, _nameless):
        _add(found, source(text, words))
    _add(found, _said_again(text, found))
    return _aliased(found)


def _add(found: list[NamedBody], new: Iterable[NamedBody]) -> None:
    """Put in what overlaps nothing; `found` stays in the order of the text, so that two neighbours alone need be looked at."""
    for one in new:
        n = bisect_left(found, one.start, key=lambda b: b.start)
        if (n == 0 or found[n - 1].end <= one.start) and (n == len(found) or one.end <= found[n].start):
            found.insert(n, one)


def _at(words: list[Token], place: int, *, is_end: bool) -> int:
    """The number of the word that ends or begins at a place; -1 where a word lies across it."""
    n = bisect_left(words, place, key=lambda w: w.end if is_end else w.start)
    return n if n < len(words) and (words[n].end if is_end else words[n].start) == place else -1


def _left(words: list[Token], last: int, most: int) -> int:
    """The first word of the run of name-like words that ends with number `last`."""
    first = last + 1
    while first > 0 and last - first + 2 <= most:
        word = words[first - 1]
        is_single = word.tag.startswith("v") and (len(word.word) == 1 or word.word in _NAME_VERBS)
        if word.word in _STOPS or not (word.tag.startswith(_NOUNS) or word.is_proper or is_single):
            break
        first -= 1
    while first <= last and words[first].tag.startswith(("v", "m")) and not words[first].tag.startswith("vn") and first < last:
        if words[first].tag.startswith("m") and words[first].word[0] not in "0123456789几多一":
            break
        first += 1
    return first


def _legal(text: str, words: list[Token]) -> Iterator[NamedBody]:
    for match in _LEGAL.finditer(text):
        last = bisect_right(words, match.start(), key=lambda w: w.end) - 1
        start = match.start()
        if last >= 0 and words[last].end < match.start() and words[last + 1].start < match.start():
            start = words[last + 1].start  # the form lies inside a word
        if text[start - 1 : start] in (")", "）"):
            near = max(0, start - 12)
            opened = max(text.rfind("(", near, start), text.rfind("（", near, start))
            if opened < 0:
                continue
            last = _at(words, opened, is_end=True)
        first = _left(words, last, 8) if last >= 0 and words[last].end >= start - 13 else last + 1
        begin = words[first].start if first <= last else start
        if 2 <= match.start() - begin <= 24:
            yield NamedBody(begin, match.end(), text[begin : match.end()], COMPANY)


def _short(text: str, words: list[Token]) -> Iterator[NamedBody]:
    """云克药业, 沈飞民机公司: a word of its own before a word that ends names."""
    for n, word in enumerate(words):
        is_strong, is_weak = word.word in _STRONG, word.word in _WEAK
        if word.tag in ("nz", "nt") and len(word.word) > 3 and word.word[-2:] in _STRONG and word.word not in _ROLES:
            yield NamedBody(word.start, word.end, word.word, COMPANY)
        if not (is_strong or is_weak) or n == 0:
            continue
        following = words[n + 1].word if n + 1 < len(words) else ""
        if following in _GENERIC_AFTER or (is_weak and following in _STRONG):
            continue
        first = _left(words, n - 1, 4)
        brand = words[first:n]
        if not brand:
            continue
        if is_weak:
            brand = [
                w for w in brand[-1:] if len(w.word) > 1 and (w.tag in ("nr", "nz", "nrt") or (w.is_proper and not w.is_known))
            ]
        has_own = any((w.is_proper and w.tag != "ns") or (not w.is_known and len(w.word) > 1) for w in brand)
        if brand and has_own and (brand[0].is_proper or len(brand[0].word) == 1):
            yield NamedBody(brand[0].start, word.end, text[brand[0].start : word.end], COMPANY)


def _abbreviated(text: str, words: list[Token]) -> Iterator[NamedBody]:
    """湘钢, 一汽: a place's letter and a trade's, as a word or as two."""
    for n, word in enumerate(words):
        pair = word.word
        end = word.end
        if len(pair) == 1 and n + 1 < len(words) and len(words[n + 1].word) == 1:
            pair, end = pair + words[n + 1].word, words[n + 1].end
        if _ABBREVIATED.fullmatch(pair) and (word.tag in ("ns", "j", "nr", "nz", "n") or len(word.word) == 2):
            end = end + 2 if text[end : end + 2] in ("集团", "股份", "公司") else end
            yield NamedBody(word.start, end, text[word.start : end], COMPANY)


def _in_apposition(text: str, words: list[Token]) -> Iterator[NamedBody]:
    """龙头企业某某与…: what stands between a role and a verb, if no dictionary has it."""
    for n, word in enumerate(words[:-2]):
        if word.word not in _ROLES:
            continue
        end = n + 1
        while end < len(words) and end - n <= 4 and (words[end].tag.startswith(("n", "j", "eng")) or words[end].is_proper):
            end += 1
        name = words[n + 1 : end]
        closes = end < len(words) and (words[end].tag.startswith(("v", "p", "c", "d")) or words[end].word in "、，,。等")
        if name and closes and 2 <= name[-1].end - name[0].start <= 8 and name[0].is_proper and _is_own(name):
            yield NamedBody(name[0].start, name[-1].end, text[name[0].start : name[-1].end], COMPANY)


def _is_own(name: list[Token]) -> bool:
    """Whether no dictionary has these words: one of them is unknown, or two letters beside each other form none."""
    lone = any(len(a.word) == len(b.word) == 1 for a, b in pairwise(name))
    return lone or any(not w.is_known and len(w.word) > 1 for w in name)


def _listed(text: str, words: list[Token]) -> Iterator[NamedBody]:
    """隆基绿能、三一重工等企业: what is listed before 等 and a role."""
    for match in _AND_OTHERS.finditer(text):
        last = _at(words, match.start(), is_end=True)
        while last >= 0:
            first = _left(words, last, 5)
            name = words[first : last + 1]
            size = name[-1].end - name[0].start if name else 0
            if 2 <= size <= 10 and (_is_own(name) or (name[0].is_proper and name[0].tag != "ns" and len(name) > 1)):
                begin = name[0].start + bool(not name[0].is_known and _LOOSE.match(name[0].word))
                yield NamedBody(begin, name[-1].end, text[begin : name[-1].end], COMPANY)
            last = first - 2 if first > 1 and words[first - 1].word == "、" else -1


def _owners(text: str, words: list[Token]) -> Iterator[NamedBody]:
    """TCL中环叠瓦高效光伏组件项目: a name of letters, or a word that no dictionary has, at the head of a project."""
    for n, word in enumerate(words):
        if word.word not in ("项目", "基地", "产线", "生产线", "工厂") or n == 0:
            continue
        first = _left(words, n - 1, 8)
        if first >= n - 1:
            continue
        head, after = words[first], words[first + 1]
        if head.tag == "eng":
            if head.word.upper() in _ACRONYMS or len(head.word) < 2:
                continue
            end = after.end if after.tag in ("ns", "nr", "nz", "nt", "j") and first + 1 < n else head.end
            if len(after.word) == 1 and first + 3 < n and len(words[first + 2].word) == 1:
                end = words[first + 2].end
            yield NamedBody(head.start, end, text[head.start : end], COMPANY)
        elif not head.is_known and len(head.word) > 1 and head.tag.startswith("n"):
            name = re.sub(r"(?<=..)[大小新高超]$", "", head.word)
            if re.search(name + _TERM_AFTER, text):
                continue  # a trade that the text speaks of (核药企业, 核药研发), and no firm
            yield NamedBody(head.start, head.start + len(name), name, COMPANY)


def _offices(text: str, words: list[Token]) -> Iterator[NamedBody]:
    for form in (_OFFICES, _AREA):
        for match in form.finditer(text):
            begin = _place_start(words, match.start(), match.end())
            end = match.end()
            if begin is not None and end - begin >= 3:
                yield NamedBody(begin, end, _without_province(text[begin:end]), OFFICE)
    last = ""
    for match in re.finditer(rf"(?P<zone>[一-龥]{{2,10}}?{_ZONE})|(?P<bare>{_BARE_OFFICE.pattern})", text):
        if match["bare"]:
            yield NamedBody(match.start(), match.end(), f"{last}{match[0]}", OFFICE)
        else:
            begin = _place_start(words, match.start(), match.end())
            last = _without_province(text[begin : match.end()]) if begin is not None else last
    for n, word in enumerate(words):
        is_area = word.tag == "ns" and word.word[-1] in "省市县区" and len(word.word) > 2
        begins = n == 0 or words[n - 1].tag.startswith(("x", "t"))
        if is_area and begins and _ISSUES.search(text[word.end : word.end + 6]):
            yield NamedBody(word.start, word.end, f"{word.word}人民政府", OFFICE)


def _between(words: list[Token], start: int, end: int) -> list[Token]:
    """The words that begin in [start, end)."""
    return words[bisect_left(words, start, key=lambda w: w.start) : bisect_left(words, end, key=lambda w: w.start)]


def _place_start(words: list[Token], start: int, end: int) -> int | None:
    """Where the name of a place begins inside a match: behind pronouns, prepositions and verbs; None where nothing is left."""
    inside = _between(words, start, end)
    while inside and not (inside[0].tag in ("ns", "nz", "nt", "nr") or inside[0].is_proper or inside[0].tag in ("a", "n", "ng")):
        inside = inside[1:]
    if not inside or inside[0].word in ("高新区", "开发区", "园区", "新区", "我们", "全区"):
        return None
    return inside[0].start


def _without_province(name: str) -> str:
    """沈阳高新区管委会 for 辽宁沈阳高新区管委会; 天津滨海 stays, because 天津 is its city."""
    for province in PROVINCES - {"北京", "天津", "上海", "重庆"}:
        rest = name.removeprefix(province)
        if rest != name and re.match(rf"[一-龥]{{2,8}}{_ZONE}", rest):
            return rest
    return name


def _media(text: str, _words: list[Token]) -> Iterator[NamedBody]:
    for match in _MEDIA.finditer(text):
        yield NamedBody(match.start(), match.end(), match[0], MEDIA)


def _institutes(text: str, words: list[Token]) -> Iterator[NamedBody]:
    for n, word in enumerate(words):
        if _INSTITUTE.search(word.word):
            first = _left(words, n - 1, 4) if n and not (word.tag == "nt" and len(word.word) > 3) else n
            head = words[first]
            if (head.tag in ("ns", "nt", "nz") or (not head.is_known and head.is_proper)) and word.end - head.start >= 4:
                yield NamedBody(head.start, word.end, text[head.start : word.end], INSTITUTE)


def _nameless(text: str, words: list[Token]) -> Iterator[NamedBody]:
    """一家航空复合材料公司, 区内电池行业龙头企业, 天津当地高校: told apart by what they are; never what follows 是."""
    for match in _ONE.finditer(text):
        mods = _between(words, match.start("mods"), match.end("mods"))
        is_said = (
            text[match.start() - 1 : match.start()] in ("是", "为", "成", "每", "第") or text[match.end() : match.end() + 1] == "的"
        )
        if not is_said and mods and all(w.tag.startswith(_NOUNS) for w in mods):
            yield NamedBody(match.start(), match.end(), None, COMPANY)
    for match in _ANCHOR.finditer(text):
        trade = _between(words, match.start("trade"), match.end("trade"))
        kept = [w for w in trade if w.tag.startswith(("n", "vn", "j", "l", "b"))]
        is_whole = bool(trade) and kept == trade and not {"高新区", "园区", "区内"} & {w.word for w in trade}
        if is_whole and trade[0].start == match.start("trade") and text[match.end() : match.end() + 1] != "的":
            yield NamedBody(match.start(), match.end(), None, COMPANY)
    for n, word in enumerate(words[1:], start=1):
        if word.word in ("高校", "院校", "科研院所", "科研机构"):
            first = n - 2 if words[n - 1].word in ("当地", "本地") else n - 1
            if first >= 0 and words[first].tag == "ns":
                yield NamedBody(words[first].start, word.end, None, INSTITUTE)


def _said_again(text: str, found: list[NamedBody]) -> Iterator[NamedBody]:
    """Every further place of a name that the text has used."""
    names = {b.name: b for b in found if b.name and b.kind == COMPANY and len(b.name) > 1}
    for name, body in sorted(names.items(), key=lambda pair: -len(pair[0] or "")):
        for match in re.finditer(re.escape(name or ""), text):
            yield NamedBody(match.start(), match.end(), body.name, body.kind)


def _aliased(found: list[NamedBody]) -> list[NamedBody]:
    """A short name whose letters stand in their order in one longer name of the text is that firm's."""
    whole = {b.name for b in found if b.name and _LEGAL.search(b.name)}
    having: dict[str, set[str]] = {}
    for name in whole:
        for letter in set(name):
            having.setdefault(letter, set()).add(name)
    owners: dict[str, str | None] = {}
    for name in {b.name for b in found if b.name and b.kind == COMPANY} - whole:
        core = re.sub(r"(?:公司|集团|股份)$", "", name)
        near = min((having.get(letter, set()) for letter in core), key=len, default=set())
        longer = [one for one in near if _is_inside(core, one)] if len(core) > 1 else []
        owners[name] = longer[0] if len(longer) == 1 else None
    return [
        NamedBody(b.start, b.end, owner, b.kind, b.name) if b.kind == COMPANY and b.name and (owner := owners.get(b.name)) else b
        for b in found
    ]


def _is_inside(short: str, whole: str) -> bool:
    rest = iter(whole)
    return all(character in rest for character in short)
