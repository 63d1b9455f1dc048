"""Words around a figure: what they say of bound, sign and growth, and expressions with a numeral that state nothing."""

import re
from dataclasses import dataclass

from xinya.zones.engine.units import read_unit_below

FOLDED = {code: code - 0xFEE0 for code in range(0xFF01, 0xFF5F)} | {0x3000: 0x20} | str.maketrans(
    "〜∼－−﹣‐‑–―﹪萬億兩餘個幾數點貳參陸戶幣圓噸約過滿產間條項臺週時鐘戰無屆張員內達為於來從倍減漲負虧損極總計較歲畝頃",
    "~~-----——%万亿两余个几数点贰叁陆户币圆吨约过满产间条项台周时钟战无届张员内达为于来从倍减涨负亏损极总计较岁亩顷",
)  # fmt: skip
"""Character for character, so that places in the folded text are places in the text."""

BLANK = "\x00"

_CHINESE = "零〇一二三四五六七八九十百千万亿两"
_ANY = f"0-9{_CHINESE}"
_MEASURE = "家户个项名位条种类次组批笔款所座台套间处场份张片"

_FIXED = """
唯一 万一 十分(?!之) 万分(?!之) 万般 千万(?=[不别要注小莫]) 亿万(?=富)
百万(?=富) 三农 五金 三废 四川 九江 六安 三亚 三明 五粮液 三一重 七匹狼 百度 百货 百姓 百强
百科 百年(?=大计|老店|企业|未有) 千里 千岛 千家万户 千方百计 千军万马 千差万别 千载难逢
千变万化 万众一心 万无一失 万物 万能 万象 万科 万达 万向 万里 百花齐放 百折不挠 百家争鸣 百尺竿头
百业 百川 百炼 九牛一毛 一举两得 两全其美 三三两两 七上八下 四通八达 五花八门 五湖四海 三令五申
三番五次 三位一体 五位一体 一体两翼 四个自信 四个意识 两个维护 两个确立 四个全面 三个代表 两会 两岸
两化 两业 两江 两翼 两山 双一流 三通一平 七通一平 五险一金 一心一意 一老一小 三资 四新 三新 三品
三方(?!米) 四方 八方 半导体 半成品 半径 半挂 多半 半壁江山 半途 事半功倍 一半天 半数据 数据
六盘水 三门峡 五台山 七台河 五家渠 九台区 三台县 三门县 五台县 三班倒 三角(?=洲|形|债|架|函|地)
五角(?=大楼|星) 八角 数字 数控 数智 数学 数值 数码 数量 数位 数额 数目 几乎 几何
"""

_ALONE = r"(?<![0-9])(?<![0-9][.,])"
_YEAR = "(?:19|20)[0-9]{2}"
_MONTH = "(?:1[0-2]|0?[1-9])"
_DAY = "(?:3[01]|[12][0-9]|0?[1-9])"
_TO_NINE = "[一二三四五六七八九]"
_DASH = r"\s*[-—~至到]\s*"
_PART_OF_YEAR = "(?:份|底|初|末)?"
_WORDS_OF_ONE = "方面 步(?![0-9]) 带一路 次性 部分 站式 条龙 把手 窗 件事 网通 度(?!电) 盘棋 体化 张网 边 路 手 道 代 段时间 口气"
_CURRENCY = "(?:RMB|CNY|USD|HKD|EUR|US|HK|JPY|GBP)[ $]?[0-9]"

NOT_FIGURES = re.compile(
    "|".join((
        # dates and hours belong to the reader of dates
        rf"{_ALONE}{_YEAR}\s*[-/.]\s*{_MONTH}\s*[-/.]\s*{_DAY}(?![0-9])",
        rf"{_ALONE}{_YEAR}(?:{_DASH}(?:19|20)?[0-9]{{2}})?\s*年(?![多来]|以[上内]|有余)(?:度|底|初|末)?",
        rf"{_ALONE}[0-9]{{2}}\s*年(?=\s*{_MONTH}\s*月)",
        "[一二][零〇一二三四五六七八九]{3}\\s*年",
        rf"{_ALONE}{_MONTH}(?:{_DASH}{_MONTH})?\s*月{_PART_OF_YEAR}(?:\s*{_DAY}\s*[日号])?",
        rf"(?:(?<![一二三四五六七八九十])|(?<=年))(?:十[一二]?|{_TO_NINE})月{_PART_OF_YEAR}(?:[一二三]?十?{_TO_NINE}?[日号])?",
        r"(?<![0-9:])[0-9]{1,2}:[0-9]{2}(?::[0-9]{2})?",
        rf"(?<![0-9])[0-9]{{2}}年代|{_TO_NINE}十年代",
        r"[前第]?[一二三四1234][、至-]?[一二三四1234]?季度|[上下前后大]半[年月场]|半年报",
        r"“?十[一二三四五]五”?(?=规划|期间|时期|末|以来|”|$)",
        # ordinals, names, sums that are names
        rf"第\s*[{_ANY}几]+(?:[-—至][{_ANY}]+)?",
        rf"(?<![0-9A-Za-z])(?!{_CURRENCY})(?![kcm]?m[23](?![0-9A-Za-z]))[A-Za-z][A-Za-z./-]*[0-9][0-9A-Za-z./-]*",
        r"[0-9A-Za-z一二三四五六七八九十]{1,12}(?:\+[0-9A-Za-z一二三四五六七八九十]{1,12})+",
        r"[0-9A-Za-z]{1,12}(?:号|#)",
        r"(?<![十百千零])[一二三四五六七]期(?!间)",
        r"[1-4]期(?=临床)|[一二三四五]类(?=医疗|器械|水质|工业|用地|资质|疫苗|新药)|[一二三]次产业|二次(?=创业|元|供水|污染|加工|开发|利用|电池)",
        r"(?:十[六七八九]|二十)大(?=以来|报告|精神|召开|后|[,，。、]|$)|[一二三四五六七八九十]{1,3}届[一二三四五六七八九]中",
        # one and others as part of another word
        r"[某每另首这那哪]一(?!年|个?[月季日周]|小时|分|秒|半|倍|成|番)|[统唯同单专逐任划归]一|(?<!分)之一",
        rf"(?:另|某|每|同|这|那|哪|任何|下|上|头)一(?=[{_MEASURE}方年代])",
        r"(?<![二三四五六七八九十百千万亿零])一(?:[些直样起定切旦般流线体致律向贯系味经并瓶颈一下]|点(?![零一二三四五六七八九])|会儿)",
        rf"(?<![二三四五六七八九十百千万亿零])一(?:{'|'.join(_WORDS_OF_ONE.split())})",
        rf"(?<![0-9.一二三四五六七八九十百千万亿两几数余多])(?:{'|'.join(_FIXED.split())})",
    ))
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Before:
    """What stands before a figure. start: where words of bound, sign and currency begin; the others lie outside the quantity.

    bound: as in `Quantity`, or "". sign: 1 or -1. growth: 0 none, 1 or -1 by its verb. is_to: the figure is what it came to.
    currency, below: words of units (人民币, 每分钟 gives 分钟), or "". is_of: compared with what it was (是上年的).
    is_loss: a word of loss. is_loose: a verb whose 倍 may mean "by" or "to". is_whole: only such words stand before the figure.
    """

    start: int
    bound: str = ""
    sign: int = 1
    growth: int = 0
    is_to: bool = False
    currency: str = ""
    below: str = ""
    is_of: bool = False
    is_loss: bool = False
    is_loose: bool = False
    has_change: bool = False
    is_whole: bool = False


PREFIX_BOUNDS = {
    "about_below": r"(?<![最附邻新相靠])将?近|接近|几近|逼近|临近",
    "at_least": "不低于|不少于|不小于|大于等于|大于或等于|迈上|站上|跨上|跃上|不下于?"
    "|至少|最少|最低|不得(?:低|少)于|≥|>=|(?<![不未圆])满"
    "|(?<![以加线之向马路晚早网海世身历])上(?=[十百千万亿])",
    "more_than": "(?<!不)(?:超过|超出|突破|高于|多于|大于|逾)|冲破|跨过|越过|迈过|不止|>|(?<![赶未不])超"
    "|(?<![通经不超越])过(?=[半十百千万亿])|(?<![突打攻])破(?=[0-9十百千万亿])",
    "at_most": "(?:不|未)得?超过|小于等于|小于或等于|不超出|不突破|不高于|不多于|不大于|不得(?:高|多)于|不逾|至多|最多|最高|≤|<=",
    "less_than": "(?:尚|还)?不足|不满|不到|未满|未达到?|未到|不及|<|(?<!不)低于|(?<!不)少于|(?<!不)小于",
    "about": "大?约(?:为|合|有|达|占)?|(?<![条合签节预制契违公失履])约|大概|大致|差不多|估计|预计约",
}
SUFFIX_BOUNDS = {
    "at_least": r"(?:\((?:含|包含|包括)[^()]{0,12}\))?\s*(?:及|或|含|及其)?以上|起(?![步草来源义点初航飞])|\+(?![0-9A-Za-z])",
    "more_than": "以外|开外|不止",
    "at_most": "(?:及|或)?以下|以内|之内|(?<=[日天月年时钟])内(?![部容地存外设涵蒙])|封顶",
    "about": "左右|上下(?![游级])|前后|上下浮动",
    "above": "有余|余(?![额热人年地])|(?<=[年月天时米吨元里])多(?![数为种家元样少])",
    "order": "级(?![别联差])",
}

_RISE = """
增长 增加 提高 提升 上升 上涨 扩大 扩张 增产 上浮 加快 净增长 攀升 提速 回升 增多 增收 高出
正增长 上调 改善 拉高 增强 放大 多增 调增 跃升 飙升 提拔 激增 猛增 剧增 扩增 递增
"""
_FALL = """
负增长 下降 减少 降低 下跌 下滑 回落 缩减 缩小 收窄 压减 压缩 萎缩 放缓 下浮 减产 衰退 下调
净减少 净减 削减 少增 调减 跌落 骤降 锐减 递减 低出
"""
_RISE_NOUNS = "增速|增幅|涨幅|升幅|增长率|增长速度"
_FALL_NOUNS = "降幅|跌幅|减幅|亏损面"
_NOUN_IN_CLAUSE = re.compile(rf"(?P<down>{_FALL_NOUNS})[^,.;:，。；：!?]{{0,12}}$")


def _either(words: str) -> str:
    return "|".join(sorted(words.split(), key=len, reverse=True))


_OF = "上年|去年|前年|上年同期|去年同期|同期|原来|原先|原有|过去|此前|当年|初期|基期"
_FILLERS = "了 达到了 达到 达 为 是 共有 共 共计 总共 合计 总计 累计 总额 实现 完成 已有 已 仅有 仅 只有 又 再 有 折合 的 即 : ："
_BEFORE = re.compile(
    "(?:"
    + "|".join((
        *(f"(?P<{name}>{pattern})" for name, pattern in PREFIX_BOUNDS.items()),
        rf"(?P<to>(?:{_either(_RISE + _FALL)}|[增升涨扩])(?:了)?(?:到|至|为)|[降减跌缩](?:到|至|为))",
        rf"(?P<up_noun>{_RISE_NOUNS})|(?P<down_noun>{_FALL_NOUNS})",
        rf"(?P<rise>{_either(_RISE)}|(?<![新递净])[增升涨](?![多少加]))",
        rf"(?P<fall>{_either(_FALL)}|(?<![霜升空])[降减跌](?![水])|负增长|[↓▼])",
        r"(?P<loss>(?:净)?亏损(?:额)?(?:达)?|净?亏)",
        r"(?P<gain>减亏|净增加?|新增|净流入|增至)",
        r"(?P<minus>负的?|零下|(?:(?<![0-9A-Za-z%\x00一-龥])|(?<=[比长速幅率为是达降增润额]))-|−)",
        r"(?P<plus>(?<![0-9A-Za-z])\+|正(?=[0-9]))",
        r"(?P<currency>人民币|RMB|CNY|US\$|HK\$|USD|HKD|EUR|JPY|GBP|[¥￥$€£]|美元|港币|港元|欧元)",
        rf"(?P<of>(?:{_OF}|\x00+)(?:同期|水平|末|底)?的|(?<![一-龥])原)",
        r"(?P<than>同比|环比|比上年|较上年|比去年|较去年)",
        rf"(?P<filler>{_either(_FILLERS)})",
    ))
    + r")\s*(?=.\Z)",
    re.DOTALL,
)  # fmt: skip
_PER = re.compile(r"每(?:个|一)?([^\s每]{1,6}?)\s*$")
_AFTER = re.compile(r"\s*(?:" + "|".join(f"(?P<{name}>{pattern})" for name, pattern in SUFFIX_BOUNDS.items()) + ")")
_REACH = 24
_INSIDE = frozenset((*PREFIX_BOUNDS, "minus", "plus", "currency"))
_VERBS = frozenset(("rise", "fall", "to"))
_OUTSIDE = _VERBS | {"loss", "up_noun", "down_noun"}


def words_before(text: str, at: int, since: int = 0) -> Before:
    """Read leftwards from a figure at `at`, word by word, until a word that says nothing of it, or `since` is reached."""
    end = start = at
    found: dict[str, str] = {}
    while end > since:
        left = text[max(since, end - _REACH) : end]
        match = _BEFORE.search(text[max(since, end - _REACH) : end + 1])  # one character more: some words ask what follows them
        if match is None:
            per = _PER.search(left)
            if "per" not in found and per and (unit := read_unit_below(per[1], 0)) and unit[2] == len(per[1]):
                found["per"] = per[1]
                end -= len(left) - per.start()
                start = end
                continue
            break
        name = match.lastgroup or ""
        word = match[name]
        if name in PREFIX_BOUNDS and "bound" in found and found["bound"] != "about":
            break
        end -= len(left) - match.start()
        if name in PREFIX_BOUNDS:
            found["bound"] = name
        else:
            found.setdefault(name, word)
        if name in _VERBS and "verb" not in found:
            found["verb"], found["verb_kind"] = word, name
        if name in _INSIDE and not _OUTSIDE & found.keys():
            start = end
    return _before(found, start, text[:end])


def _before(found: dict[str, str], start: int, left: str) -> Before:
    verb, kind = found.get("verb", ""), found.get("verb_kind", "")
    noun = -1 if "down_noun" in found or (kind in _VERBS and _NOUN_IN_CLAUSE.search(left)) else 1
    if kind == "to" and (noun < 0 or "up_noun" in found):
        kind = ""  # 降幅收窄至2.1%: the fall itself came to that
    growth = (-1 if kind == "fall" or (kind == "to" and verb[0] in "降减跌下缩收压回") else 1) if kind else 0
    if kind and noun < 0:
        growth = -growth  # a fall that becomes smaller is a change upwards
    elif not kind and noun < 0:
        growth = noun
    elif not kind and {"up_noun", "than"} & found.keys():
        growth = 1
    return Before(
        start=start, bound=found.get("bound", ""), sign=-1 if "minus" in found else 1, growth=growth, is_to=kind == "to",
        currency=found.get("currency", ""), below=found.get("per", ""), is_of="of" in found, is_loss="loss" in found,
        is_loose="了" in found.get("filler", "") or verb not in ("增长", ""), has_change="verb" in found,
        is_whole=not left.strip(" \t(["),
    )  # fmt: skip


def bound_after(text: str, at: int) -> tuple[str, int]:
    """The word of bound that stands at `at` and where it ends; ("", at) without one."""
    match = _AFTER.match(text, at)
    return (match.lastgroup or "", match.end()) if match else ("", at)


def masked(text: str) -> str:
    """The text with every expression blanked that holds a numeral and states no quantity; the same length."""
    return NOT_FIGURES.sub(lambda match: BLANK * len(match[0]), text)
