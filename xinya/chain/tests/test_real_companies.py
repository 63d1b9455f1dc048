"""The real listed companies of five cities go through the diagnosis; nobody who makes something else is placed."""

import csv
import datetime
import gzip
from pathlib import Path

import pytest

from xinya.chain.engine.placement import COUNTED, Lexicon
from xinya.chain.engine.report import Company, Report, place_products, report
from xinya.chain.files import shipped_atlas, word_list

OTHER_TRADES = """
汽车钣金件 汽车密封条 汽车轴承 汽车尾翼 汽车发动机 汽车线束 汽车连接器 汽车紧固件 汽车铝合金轮毂
新能源汽车热处理件 摩托车导流罩 碳纤维自行车 碳纤维鱼竿 碳纤维球拍 碳纤维地暖 碳纤维航模机身 碳纤维三脚架
高尔夫球头 钛眼镜架 钛锅 钛合金水杯 医用钛合金板材 手机机身 相机机身 连衣裙机身 玩具飞机 飞机模型
模型飞机尾翼 航模发动机 儿童木地板 木地板 高铁地板 机房地板 船用舱门 电梯门 汽车车门 风电叶片 风电叶片主梁
风机叶片 风扇叶片 电风扇叶片 水轮机叶片 螺旋桨叶片 增压器叶轮 汽车涡轮增压器 汽轮机叶片 雨刮器叶片 建筑密封胶
中空玻璃密封胶 建筑涂料 家具喷漆 汽车喷漆 木器涂料 风电叶片涂料 建筑蜂窝板 蜂窝纸板 彩钢夹芯板 蜂窝陶瓷
食品热处理设备 牛奶热处理 食品检测 环境监测 体检 医用CT 医用导管 家用燃气灶燃烧器 燃气灶 燃气热水器
锅炉燃烧器 燃气锅炉 隔膜泵 家用净水器 家用空调压缩机 冰箱压缩机 洗衣机控制器 轮胎 输送带 家电塑料件
塑料3D打印机 义齿打印 人造革 服装面料 平面设计软件 室内设计软件 手机游戏 餐饮管理软件 办公软件 超市零售
房地产 物业管理 银行业务 酒店 中成药 白酒 复合肥 饲料 锂电池 太阳能电池组件 光伏支架 光缆 印制电路板
液晶显示模组 手机零配件 智能家居控制器 电梯 扶梯 农机 拖拉机 电瓶车 儿童玩具 内燃机发电机组 内燃机空滤
柴油机滑油泵 天然气加气设备 居民燃气调压箱 生活锅炉
"""
TRADERS = """
航空紧固件销售 飞机零部件贸易 钛合金棒材销售 高温合金批发 航空轴承代理 燃气轮机进出口 飞机租赁 航材经销
无损检测设备销售 数控刀具批发 销售航空紧固件 批发钛合金板材 代理航空轴承
"""
MAKERS = """
航空钛合金锻件 民机客舱门 钛合金锻件生产 碳纤维预浸料 航空发动机压气机叶片 无损检测 数控刀具 飞机大部件
高温合金精密铸件制造
"""


AVIATION = ("aero-engine-parts", "aero-structures", "gas-turbine")
"""The chains of a zone for civil aviation: what other trades make is nothing to them."""


@pytest.fixture(scope="module")
def lexicon() -> Lexicon:
    return Lexicon(shipped_atlas(AVIATION), word_list())


@pytest.fixture(scope="module")
def whole_lexicon() -> Lexicon:
    """Of every shipped pack."""
    return Lexicon(shipped_atlas(), word_list())


@pytest.fixture(scope="module")
def listed(shared: Path) -> dict[tuple[str, str], list[str]]:
    """The product texts of the listed companies by zone and company."""
    found: dict[tuple[str, str], list[str]] = {}
    with gzip.open(shared / "data" / "zones" / "zone_products.csv.gz", "rt", encoding="utf-8", newline="") as lines:
        for row in csv.DictReader(lines):
            found.setdefault((row["zone"], row["company"]), []).append(row["product"])
    return found


def diagnosed(lexicon: Lexicon, companies: dict[str, list[str]]) -> Report:
    here = [Company(n, tuple(t), place_products(lexicon, n, t)) for n, t in companies.items()]
    return report(shipped_atlas(AVIATION), here, as_of=datetime.date(2026, 11, 24))


@pytest.mark.parametrize("text", OTHER_TRADES.split())
def test_another_trades_product_is_not_placed(lexicon: Lexicon, text: str) -> None:
    assert lexicon.place(text) is None


@pytest.mark.parametrize("text", OTHER_TRADES.split())
def test_among_all_packs_another_trades_product_stays_out_of_aviation(whole_lexicon: Lexicon, text: str) -> None:
    placed = whole_lexicon.place(text)
    assert placed is None or shipped_atlas().segments[placed.segment].home not in AVIATION


@pytest.mark.parametrize("text", TRADERS.split())
def test_who_only_trades_is_no_maker(lexicon: Lexicon, text: str) -> None:
    assert lexicon.place(text) is None


@pytest.mark.parametrize("text", MAKERS.split())
def test_a_maker_in_the_trades_own_words_is_placed(lexicon: Lexicon, text: str) -> None:
    placed = lexicon.place(text)
    assert placed is not None
    assert placed.state in COUNTED


def test_the_listed_companies_of_the_five_cities_are_diagnosed(lexicon: Lexicon, listed: dict[tuple[str, str], list[str]]) -> None:
    zones = sorted({zone for zone, _company in listed})
    assert len(zones) == 5
    for zone in zones:
        companies = {company: texts for (z, company), texts in listed.items() if z == zone}
        made = diagnosed(lexicon, companies)
        assert len(made.companies) == len(companies)
        assert {text for _company, text in made.unplaced} <= {t for texts in companies.values() for t in texts}


def test_among_the_listed_companies_only_known_texts_are_placed(lexicon: Lexicon, listed: dict[tuple[str, str], list[str]]) -> None:
    """Every placement was read by hand; a new one is read before it is added here."""
    placed = {
        (company, text, placement.segment, placement.state)
        for (_zone, company), texts in listed.items()
        for text in texts
        if (placement := lexicon.place(text)) is not None
    }
    assert placed == {
        ("蓝英装备", "表面处理", "surface-treatment", "AUTOMATIC"),
        ("百利电气", "电磁线", "gt-magnet-wire", "AUTOMATIC"),
        ("经纬辉开", "铜芯电磁线", "gt-magnet-wire", "PENDING"),
        ("经纬辉开", "铝芯电磁线", "gt-magnet-wire", "PENDING"),
    }


def test_too_little_is_known_of_every_chain_in_a_city_without_its_makers(
    lexicon: Lexicon, listed: dict[tuple[str, str], list[str]]
) -> None:
    companies = {company: texts for (zone, company), texts in listed.items() if zone == "xiangtan"}
    made = diagnosed(lexicon, companies)
    assert not any(c.is_known for c in made.diagnosis.chains)
    assert made.diagnosis.verdicts == ()
