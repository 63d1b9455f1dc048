"""An upload previewed: 300 and 10,000 rows of 24 columns, and 10,000 names against a register of 100,000."""

import random
import resource
import time
from collections.abc import Iterator
from datetime import date
from io import BytesIO

from openpyxl import Workbook

from xinya.zones.engine.credit_code import check_character, organisation_check_character
from xinya.zones.engine.imports.desk import Given, Register
from xinya.zones.engine.imports.register import Known
from xinya.zones.files.import_reading import check_file

HEADS = (
    "序号", "企业名称", "统一社会信用代码", "曾用名", "注册地址", "实际经营地址", "成立日期", "注册资本(万元)", "行业代码",
    "行业名称", "主要产品", "所属产业链", "企业状态", "2023年营业收入(万元)", "2023年是否规上", "2024年营业收入(万元)",
    "2024年工业总产值(万元)", "2024年研发费用(万元)", "2024年实缴税金(万元)", "2024年末从业人员(人)", "2024年是否规上",
    "是否链主", "联系人", "联系电话",
)  # fmt: skip
BRANDS = [chr(0x6C00 + place) for place in range(600)]
TRADES = ("精密机械", "电子科技", "新材料", "自动化设备", "生物医药", "信息技术", "航空部件", "储能", "光伏", "仪器仪表")
TODAY = date(2026, 1, 1)


def _code(number: int) -> str:
    body = f"91990102MA{number:06d}"
    body += organisation_check_character(body[8:])
    return body + check_character(body)


def _name(chance: random.Random) -> str:
    return f"岚洲{''.join(chance.choices(BRANDS, k=4))}{chance.choice(TRADES)}有限公司"


def _list(rows: int, chance: random.Random) -> bytes:
    book = Workbook(write_only=True)
    sheet = book.create_sheet("名单")
    sheet.append(HEADS)
    for number in range(rows):
        revenue = round(chance.uniform(200, 90_000), 2)
        sheet.append([
            number + 1, _name(chance), _code(number) if number % 10 else None, None,
            f"岚洲市望澜区创新路{number}号", None, date(2000 + number % 24, 1 + number % 12, 1 + number % 28), 500,
            "3812", "电动机制造",
            "电机、减速器", "智能装备", "在营", revenue, "是", revenue, revenue, round(revenue / 20, 2),
            round(revenue / 25, 2), number % 400 + 1,
            "是" if revenue >= 2000 else "否", "否", "王女士", f"0000-8{number:07d}",
        ])  # fmt: skip
    out = BytesIO()
    book.save(out)
    return out.getvalue()


def _seconds(content: bytes, register: Register) -> tuple[float, dict[str, int]]:
    begun = time.process_time()
    result = check_file(content, "名单.xlsx", Given(TODAY, register))
    return time.process_time() - begun, result.counts


def run() -> Iterator[str]:
    """CPU seconds of previews, with the limits of the specification (section 8)."""
    chance = random.Random(20260101)
    held = Register.of(Known(f"X{n}", _name(chance), _code(500_000 + n) if n % 2 else None) for n in range(100_000))
    for rows, limit in ((300, 1), (10_000, 10)):
        content = _list(rows, chance)
        took, counts = _seconds(content, Register())
        yield f"import: {rows:,} x 24 previewed in {took:.2f} s (limit {limit} s); {counts['created']:,} new"
    took, counts = _seconds(content, held)
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    yield f"import: the same against 100,000 names in {took:.2f} s, index included; {counts['waiting']:,} asked; peak {peak:.0f} MB"


if __name__ == "__main__":
    for line in run():
        print(line)
