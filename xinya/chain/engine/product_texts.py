"""Product texts as companies write them, cut into the single things that they name. Pure.

A text may be one product (航空钛合金锻件), a list (烧碱、液氯), a pair (金刚线及其他金属制品) or a whole business scope with the
licence words that every scope carries and that say nothing of what is made.
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache

from xinya.kit.text import WIDTHS, simplified

LONGEST_PART, MOST_PARTS = 60, 200
BRACKETS = re.compile(r"[(（\[【]([^()（）\[\]【】]*)[)）\]】]")
BOILERPLATE = re.compile(
    r"依法须经批准的项目.*?(?:$|[。；;])|经相关部门批准后方可开展经营活动.*?(?:$|[。；;])|具体经营项目以.*?为准"
    r"|凭(?:有效)?(?:许可证|资质证书|营业执照)[^,，;；。]*|除依法须经批准的项目外|法律、?法规[^,，;；。]*|国家(?:限定|禁止)[^,，;；。]*"
    r"|自主开展经营活动|(?:一般|许可|兼营|主营)(?:经营)?(?:项目|业务|范围)[:：]|经营范围[:：]|主要产品(?:有|为|包括)?[:：]?|主营业务(?:为|是|包括)?[:：]?"
)
SPLIT = re.compile(r"[;；。\n\r\t，|]+|,(?![0-9])")
LISTED = re.compile(r"、+")
SERVED = re.compile(
    r"(?:(?:技术|售后)?服务|设计|研发|研究|开发|检测|检验|检定|校准|测试|试验|安装|调试|施工|修理|维修|维护|维保|保养|检修|大修"
    r"|回收|租赁|运营|运维|改造|咨询|贸易|销售|批发|零售|经销|代理|购销|进出口)$"
)
SOLD = re.compile(r"贸易|销售|批发|零售|经销|代理|购销|进出口")  # a list of goods that ends so is sold from end to end
MADE = re.compile(r"生产|制造|研制|自产")
POWER = ("电力", "发电", "火电", "热电", "供电")
SOURCE = re.compile(r"(?:燃机|轮机|风机|风电|风力|光伏|太阳能|核电|水电|水力|煤电|气电|燃气|天然气|燃煤|生物质|垃圾)$")
DASH = re.compile(r"[-—–―~]{1,3}")
JOINED = re.compile(r"及其他|以及|和|及|与|或|暨")
NO_PRODUCT = re.compile(
    r"^(?:技术|货物|软件|信息|企业管理|市场|会议|物业)(?:服务|开发|咨询|交流|转让|推广|进出口|调查|进口|出口)+$"
    r"|^(?:进出口|对外贸易|自有房屋租赁|房屋租赁|场地租赁|机械设备租赁|投资|实业投资|股权投资|国内贸易)(?:业务|经营)?$"
)
FRONT = re.compile(
    r"^(?:其中|其他|其它|其|含|包括|以下|以上|上述|各类|各种|系列|公司|本企业|本公司|自产|自制|自有|外购|国内|国外|国产|主营|主要|从事|商品|定制|"
    r"委托加工|加工|生产|制造|研发|提供|新型|普通|[0-9]+[.、)）]|[).。,:：+*#_\-—–])+"
)


@dataclass(frozen=True, slots=True)
class Part:
    """One thing that a text names. words: plain characters; inner: what stood in brackets behind; is_whole: nothing was cut off.

    rest: what followed in the same breath after 及 or 和 (its head may be the head of this part too); of: the piece that it was
    cut from, when it was. A service word at the end of a list may hold for the whole list: 电机及电器修理 names 电机修理. Where
    it may as well be said of the last member alone (碳纤维、预浸料、复合材料检测), the member stands beside it as it is, with
    served: what the list ends in. A person must look.
    """

    words: str
    inner: tuple[str, ...] = ()
    is_whole: bool = True
    rest: str = ""
    of: str = ""
    served: str = ""


@lru_cache(maxsize=65536)
def folded(text: str) -> str:
    """Half width, simplified script, lower case; blanks between Chinese characters fall away."""
    whole = simplified(text.encode("utf-8", "ignore").decode().translate(WIDTHS)).casefold()
    return re.sub(r"(?<![a-z0-9])\s+|\s+(?![a-z0-9])", "", whole).strip()


def joined(word: str) -> str:
    """The word without blanks, dots and dashes, as terms are compared."""
    return "".join(c for c in word if not c.isspace() and c not in "·•‧-–—_'’“”\"")


def parts(text: str) -> list[Part]:
    """The single things a text names, in its order, each once. Cost: length of the text.

    A scope's licence words are dropped; what stands in brackets is kept beside its part; 及 and 和 part two things.
    """
    whole = BOILERPLATE.sub(";", folded(text[:20_000]))
    inner = tuple(joined(i) for i in BRACKETS.findall(whole))
    bare = whole
    while (shorter := BRACKETS.sub("", bare)) != bare:
        bare = shorter
    pieces = [p for p in _pieces(bare or whole) if p[0].strip()]
    found: dict[str, Part] = {}
    for piece, served in pieces:
        for part in _of_piece(piece, inner if len(pieces) == 1 else (), len(pieces) == 1, served):
            if part.words and part.words not in found and len(found) < MOST_PARTS:
                found[part.words] = part
    return list(found.values())


def _pieces(whole: str) -> list[tuple[str, str]]:
    """The pieces of a text; a service or trade word at the end of a list with 、 is put behind each member of the list.

    With each piece the end of its list, where the member as it is may be meant too; those stand behind the others.
    """
    found, bare = [], []
    for run in SPLIT.split(whole):
        members = [m for m in LISTED.split(run) if m.strip()]
        service = service_of_list([joined(m) for m in members]) if MADE.search(run) is None else ""
        found += [(with_service(m, service), "") for m in members]
        if service and SOLD.match(service) is None:
            bare += [(m, joined(members[-1])) for m in members if with_service(m, service) != m]
    return [*found, *bare]


def _of_piece(piece: str, inner: tuple[str, ...], is_alone: bool, served: str) -> list[Part]:
    if NO_PRODUCT.match(piece):
        return []
    word = joined(piece).strip("。.,，;；、:：!！")
    if len(word) > LONGEST_PART:
        return []
    made = [Part(word, inner, is_alone, served=served)]
    cuts = [joined(c) for c in JOINED.split(piece) if c.strip()]
    if len(cuts) > 1:
        service = "" if MADE.search(word) else service_of_list(cuts)
        for at, cut in enumerate(cuts):
            side = with_service(cut, service)
            if _is_a_thing(cut):
                rest = cuts[at + 1] if at + 1 < len(cuts) else ""
                made.append(Part(side, (), False, rest, word, served))
                if side != cut and SOLD.match(service) is None:
                    made.append(Part(cut, (), False, rest, word, cuts[-1]))
    sides = [joined(s) for s in (DASH.split(piece) if DASH.search(piece) else piece.split("/"))]
    if len(sides) > 1 and all(_is_a_thing(s) for s in sides):
        if sides[0] in POWER and any(SOURCE.search(s) for s in sides):
            return [Part(generated(s), (), False, "", word, served) for s in sides[1:]]
        made += [Part(s, (), False, "", word, served) for s in sides]
    return made


def service_of(member: str) -> str:
    """The service word in which the last member of a list ends, "" where it has none or is nothing else (泵及安装)."""
    found = SERVED.search(member)
    return found.group() if found is not None and member[: found.start()].strip("其的相关") else ""


def service_of_list(members: Sequence[str]) -> str:
    """The service word that may hold for all members of a list, "" where it is said of the last alone.

    That is plain where the last one's own noun ends another member: of 锂离子电池及电池测试 the cells are made.
    """
    service = service_of(members[-1]) if len(members) > 1 else ""
    single = [c for member in members for c in JOINED.split(member)] if service else []
    noun = single.pop().removesuffix(service) if single else ""
    while (shorter := SERVED.sub("", noun)) != noun:
        noun = shorter
    return "" if len(noun) > 1 and any(m.endswith(noun) for m in single) else service


def generated(source: str) -> str:
    """What makes power, named as the business of making power with it: in 电力-燃机 the turbine is run, not made."""
    return source + "发电" if SOURCE.search(source) and not source.endswith("电") else source


def with_service(member: str, service: str) -> str:
    """A member of a list with the service word of the whole list, unless it names a service itself."""
    return member + service if service and len(member) > 1 and SERVED.search(member) is None else member


def _is_a_thing(side: str) -> bool:
    return len(side) >= 2 and not side.startswith("其") and any("\u4e00" <= c <= "\u9fff" for c in side)


def core(word: str) -> str:
    """The word without list marks and the words that companies put in front of any product (自产, 其他, 普通)."""
    return FRONT.sub("", word) or word
