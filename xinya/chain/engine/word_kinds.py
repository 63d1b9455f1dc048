"""What sort of thing a Chinese product word names, by how it ends; and tails that say nothing of the thing. Pure.

A word's head stands last, so its end tells a machine from a material and a service from either.
"""

import re

from .terms import pairs

LIGHT = (
    "零部件及", "及零部件", "生产制造", "加工制造", "产品", "系列", "业务", "项目", "板块", "产业", "制造", "生产",
    "开采", "采选", "冶炼", "研发", "开发", "成品", "溶液", "专用", "制作", "事业部", "分部", "类", "件", "副", "等", "及", "其",
)  # fmt: skip
MAKING = ("产品", "系列", "业务", "项目", "板块", "产业", "制造", "生产", "开采", "成品", "事业部", "分部", "类", "等")
BEFORE_MAKING = ("设计", "研发", "生产", "开发", "加工", "及其", "的")
GOODS = re.compile(r"^(?:及其|及)?制品(?:系列|类|业务|等)?$")
PART = re.compile(r"(?:零部件|零配件|配件|零件|附件|备件|部件|组件|结构件|元件)$")
MACHINE = re.compile(
    r"(?:设备|装备|机床|机械|生产线|流水线|装置|自动化|模具|工具"
    r"|仪器?|仪表|检测|测试|分析|电源|系统|[机炉具器线柜箱台站])$"
)
STUFF = re.compile(r"(?:添加剂|助剂|化学品|油墨|原料|辅料|材料|[剂料液油胶粉膜板管纸布])$")
SERVICE = re.compile(
    r"(?:服务|工程|设计|安装|施工|维修|维护|运维|运营|运输|物流|管理|咨询|解决方案"
    r"|集成|技术|租赁|转让|总包|承包|培训|检测|检验|测试|试验|回收|利用|处理|修理|加工"
    r"|开发|装卸|贸易|销售|购销|批发|零售)$"
)
SOFTWARE = re.compile(r"(?:软件|平台|信息系统|管理系统)$")
KINDS = (("service", SERVICE), ("software", SOFTWARE), ("machine", MACHINE), ("part", PART), ("stuff", STUFF))
TRADE = re.compile(
    r"^(?:贸易|批发|零售|代理|销售|经销|国内销售|内销|办理)|(?:贸易|批发|零售|代理|销售|经销|购销|直销|进出口|销售业务|贸易业务)$"
)
RESEARCH = re.compile(r"(?:研发|研究|开发)(?:服务|业务|项目)?$")  # a thing that is developed is not yet one that is made
SERVED = re.compile(r"^(?:维修|修理|检修|维护|保养|安装|拆除|清洗|租赁|出租|检测|检验|检定|校准|回收|处置)")  # done to a thing
WASTE = re.compile(r"(?:废|废旧|报废|旧|二手|仿)$")  # 废硫酸 is no product of who makes 硫酸
TRADING_INDUSTRY = re.compile(r"贸易|供应链|银行|证券|保险|信托|期货|金融|百货|零售")  # who deals in goods and does not make them
GOODS_TRADE = re.compile(r"贸易|购销|批发|经销")
PROCESSING = re.compile(r"(?<!生产)(?<!制造)加工(?:业务|服务|费)?$")  # 翼盒加工 makes a part, 钢轨加工 works a bought material
SUBSTANCE = re.compile(r"(?:[酸醇酯酮胺烷烯腈醚酚醛苯脲肟酐砜炔]|树脂|[钠钾锂钙镁锌铵])$")
RADICAL = re.compile(r"[苯甲乙丙丁戊己辛氟氯溴碘对邻间叔仲异二三四五六聚基羧羟氨硝磺酰环氧交联族水]$|[0-9]-?$")
CUT_WORD = re.compile(r"[器元部零组附备配]件")  # 光纤激光器 does not stand in 光纤激光器件, whose last word is 器件
CLAD = re.compile(r"[铜铝铅锌锡镍钛银金]包[铝钢铜铁镁锌钛]")  # 铝包钢 is one material: 铝包钢绞线 is no 钢绞线
PROJECT = re.compile(r"(?:项目|工程)$")  # a project with a commodity may use it: 天然气项目
_BETWEEN = re.compile(r"[，。、；;,\s（）()“”ⅰⅱⅢⅡ]+")


def kind_of(word: str) -> str:
    """What a word ends in: service, software, machine, part, stuff or, when none of these shows, nothing."""
    return next((name for name, pattern in KINDS if pattern.search(word)), "") if word else ""


def is_light(tail: str, *, of_material: bool = False, of_service: bool = False) -> bool:
    """Whether what follows a term changes nothing of it: 系列, 等产品, 制造业务.

    of_material: 材料 changes nothing either (石墨烯材料); of_service: nor do 服务, 加工 and 工程 (芯片测试服务, 热处理加工).
    """
    if of_material:
        tail = tail.removeprefix("材料")
    if of_service:
        tail = tail.removeprefix("加工").removeprefix("工程").removeprefix("承包").removeprefix("服务")
    while tail:
        word = next((w for w in LIGHT if tail.startswith(w)), None)
        if word is None:
            return False
        tail = tail[len(word) :]
    return True


def cuts_a_word(before: str, behind: str, word: re.Pattern[str]) -> bool:
    """Whether a word of this pattern lies across the border of two pieces that stand side by side."""
    border = len(before)
    return any(hit.start() < border < hit.end() for hit in word.finditer(before + behind))


def without_making(word: str) -> str:
    """The word without tails that every maker's text may have: 电机研发与制造 keeps its own, 锡锭系列产品 is 锡锭."""
    tails: tuple[str, ...] = MAKING
    while word.endswith(tails):
        tail = next((t for t in tails if word.endswith(t) and len(word) > len(t) + 1), None)
        if tail is None:
            break
        word = word[: -len(tail)]
        tails = (*MAKING, *BEFORE_MAKING) if tail in ("制造", "生产") else MAKING
    return word


def inner_pairs(text: str) -> list[str]:
    """Character pairs within the runs of letters of a text, its last character not set apart."""
    return [p for run in _BETWEEN.split(text) if run for p in pairs(run)[:-1]]


def is_spread(term: str, word: str) -> bool:
    """Whether the term's characters stand in the word in their order, its last two together at the word's end."""
    if len(term) < 3 or not word.endswith(term[-2:]):
        return False
    rest = iter(word[:-2])
    return all(c in rest for c in term[:-2])
