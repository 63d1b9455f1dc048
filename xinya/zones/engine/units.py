"""Units as they stand in Chinese reports, each with its canonical unit and exact factor (zones-import 5.4)."""

from dataclasses import dataclass
from fractions import Fraction

from xinya.zones.engine.numerals import read_figure

MU = Fraction(2000, 3)
"""Square metres of one mu (亩): fifteen make a hectare."""


@dataclass(frozen=True, slots=True)
class Unit:
    """kind: amount, duration, physical, count, share (per cent and the like), points, multiple. factor: canonical units in one."""

    name: str | None
    factor: Fraction
    kind: str


def _table(kind: str, rows: str) -> dict[str, Unit]:
    """Rows of `canonical factor word word …`."""
    table = {}
    for row in rows.strip().splitlines():
        name, factor, *words = row.split()
        for word in words:
            table[word] = Unit(name, Fraction(factor), kind)
    return table


CURRENCIES = """
CNY 1 元 圆 块钱 人民币 元人民币 人民币元 RMB CNY
USD 1 美元 美金 USD US$
HKD 1 港元 港币 港圆 HKD HK$
EUR 1 欧元 EUR
JPY 1 日元 日圆 JPY
GBP 1 英镑 GBP
TWD 1 新台币 台币 TWD
MOP 1 澳门元 MOP
AUD 1 澳元 澳大利亚元 AUD
KRW 1 韩元 KRW
SGD 1 新加坡元 新元 SGD
CHF 1 瑞士法郎 CHF
RUB 1 卢布 RUB
"""

DURATIONS = """
a 1 年 年度 周年 个年头
mo 1 个月 个整月
mo 3 个季度
d 1 天 自然日 个自然日 日历日 个日历日 昼夜
d 7 周 星期 个星期 礼拜 个礼拜
h 1 小时 个小时 钟头 个钟头 h
min 1 分钟 min
s 1 秒 秒钟 s
s 1/1000 毫秒 ms
workday 1 工作日 个工作日 工作天 个工作天
"""

LENGTHS = """
m 1 米 公尺 m
m 1000 公里 千米 km
m 1/10 分米 dm
m 1/100 厘米 公分 cm
m 1/1000 毫米 mm
m 1/1000000 微米 um μm µm
m 1/1000000000 纳米 nm
m 127/5000 英寸 吋
m 381/1250 英尺
m 1852 海里
m 500 华里
"""

AREAS_AND_MASSES = """
m2 1 平方米 平米 平方公尺 ㎡ m2 m²
m2 1/10000 平方厘米 cm2 cm²
m2 1/1000000 平方毫米 mm2 mm²
m2 1000000 平方公里 平方千米 km2 km² ㎢
m2 10000 公顷 ha
m2 2000/3 亩
m3 1 立方米 立方 m3 m³ ㎥
m3 1/1000 升 L
m3 1/1000000 毫升 mL ml
t 1 吨 公吨 t
t 1/1000 千克 公斤 kg KG Kg ㎏
t 1/1000000 克 g
t 1/1000000000 毫克 mg
t 1/2000 斤 市斤
tce 1 吨标准煤 吨标煤 tce
tCO2e 1 吨二氧化碳当量 tCO2e
"""

POWERS = """
W 1 瓦 瓦特 W Wp
W 1/1000 毫瓦 mW
W 1000 千瓦 kW KW Kw kw kWp
W 1000000 兆瓦 MW MWp
W 1000000000 吉瓦 GW GWp
W 1000000000000 太瓦 TW
Wh 1 瓦时 瓦小时 Wh
Wh 1000 千瓦时 千瓦小时 千瓦·时 度电 kWh KWh KWH kwh
Wh 1000000 兆瓦时 兆瓦小时 MWh MWH
Wh 1000000000 吉瓦时 吉瓦小时 GWh GWH
Wh 1000000000000 太瓦时 太瓦小时 TWh
VA 1 伏安 VA
VA 1000 千伏安 kVA KVA
VA 1000000 兆伏安 MVA
V 1 伏 伏特 V
V 1000 千伏 kV KV
Hz 1 赫兹 赫 Hz
Hz 1000 千赫 千赫兹 kHz
Hz 1000000 兆赫 兆赫兹 MHz
Hz 1000000000 吉赫 吉赫兹 GHz
Pa 1 帕 帕斯卡 Pa
Pa 1000 千帕 kPa
Pa 1000000 兆帕 MPa
Bq 1 贝可 Bq
Bq 1000 千贝可 kBq
Bq 1000000 兆贝可 MBq
Bq 1000000000 吉贝可 GBq
Bq 1000000000000 太贝可 TBq
Bq 37000000000 居里 Ci
Bq 37000000 毫居 毫居里 mCi
℃ 1 摄氏度 ℃ °C
N 1 牛顿 N
N 1000 千牛 kN
B 1000000000 GB
B 1000000000000 TB 太字节
B 1000000000000000 PB 拍字节
"""

SHARES = """
1 1/100 % ﹪ 个百分数
1 1/1000 ‰
1 1/10000 ‱
1 1/10 成 折
"""

POINTS = """
pp 1/100 个百分点 百分点 pct
pp 1/10000 个基点 基点 BP bp
"""

COUNTED = """
家 户 个 名 人 人次 位 项 件 台 套 台套 台件 辆 架 架次 艘 只 支 条 种 类 款 所 座 栋
幢 间 处 批次 批 场 场次 门 份 张 本 册 篇 部 枚 颗 粒 片 根 株 头 匹 口 起 例 宗 笔
股 届 期 组 对 双 队 班 列 节 卷 箱 桶 瓶 袋 包 盒 盘 捆 标箱 标准箱 车次 航次 班次 床
剂 剂次 人份 芯 岁 度 轮 次 段 层 环 块 把 机位 车位 工位 泊位 铺位 席 席位 榀 尊 挂 炉
炉次 模 槽 孔 眼 井 口井 靶 人天 人年 人月 工时 个工时 车公里 吨公里 人公里
"""

UNITS: dict[str, Unit] = {
    **{word: Unit(word, Fraction(1), "count") for word in COUNTED.split()},
    **_table("amount", CURRENCIES), **_table("duration", DURATIONS),
    **_table("physical", LENGTHS), **_table("physical", AREAS_AND_MASSES), **_table("physical", POWERS),
    **_table("share", SHARES), **_table("points", POINTS), "倍": Unit("1", Fraction(1), "multiple"),
}  # fmt: skip

ONLY_UNDER_A_LINE = {
    "日": UNITS["天"], "d": UNITS["天"], "月": UNITS["个月"], "季": UNITS["个季度"], "季度": UNITS["个季度"], "a": UNITS["年"],
    "分": UNITS["分钟"], "度": UNITS["度电"],
}  # fmt: skip
"""Words that are a date or another thing unless they stand below: 吨/日, 元/月, t/a."""

_NOT_BEFORE = """
折:合旧叠算射线扣磨腾服返戟断 成:立都员果功为本品长就交熟套份分形像效绩才堆年活批因语色 人:工民造才均文
家:庭 个:别性 年:级代报鉴会 名:单牌义称片 条:件例 部:署门分委长队曲 次:序要年日于 对:应于接外内
片:区面 股:份权东票 本:科地身市省区年月季级 门:类户 头:部条 口:径岸号 块:链 届:时 班:子
期:间望货刊 组:织建合件 处:理置在于 所:有在以谓 类:似型别 位:于置列居 份:额 批:准复 种:植业
件:套 起:步草来源义点初 场:景所地馆 包:括装含 节:约能点省假 层:面次级 环:比节保境 段:落 度:假
孔:子 模:式型块具 把:握关控 台:湾州式胞 周:边期转围 天:然津空 瓦:解斯 升:级至到 克:服拉
支:持撑付出行 例:如外 张:家 倍:率增 度电:成 秒:杀 斤:斤 户:籍口均外 款:项式 双:碳创
列:入车为 元:素件器宇旦 厘米:波 毫米:波 芯:片 席:位卷 床:位 队:伍 笔:记
轮:廓船胎流值 架:构 座:谈 套:餐 立方:米厘 尊:重 挂:牌 槽:罐 眼:下前 井:冈 剂:量 圆:满形
"""
NOT_BEFORE = dict(row.split(":") for row in _NOT_BEFORE.split())
"""What may not follow a measure word: then it is the head of another word (三成 but 三成立, 5个 but 个别)."""

_LONGEST = max(map(len, UNITS))


def read_unit(text: str, at: int, *, is_below: bool = False) -> tuple[Unit, int] | None:
    """The longest unit at `at` and where it ends, or None. is_below: it stands under a fraction line or after 每."""
    for length in range(min(_LONGEST, len(text) - at), 0, -1):
        word = text[at : at + length]
        unit = (ONLY_UNDER_A_LINE.get(word) if is_below else None) or UNITS.get(word)
        if unit is None:
            continue
        after = text[at + length : at + length + 1]
        if word[-1].isascii() and word[-1].isalnum() and after.isascii() and after.isalnum():
            continue  # 5G is no 5 g, 3D no 3 d
        if after and after in NOT_BEFORE.get(word, ""):
            continue
        return unit, at + length
    return None


def read_unit_below(text: str, at: int) -> tuple[Fraction, str, int] | None:
    """A unit under a fraction line or after 每, with a scale word before it (万元, 万人): its worth, name and end."""
    size, start = Fraction(1), at
    scale = read_figure(text, at)
    if scale and scale.is_bare and scale.value and not scale.mark:
        size, start = scale.value, scale.end
    found = read_unit(text, start, is_below=True) or read_unit(text, at, is_below=True)
    if found is None:
        return None
    unit, end = found
    return unit.factor * (size if end > start else 1), unit.name or "", end
