"""An upload previewed: 300 and 10,000 rows of 24 columns, and 10,000 names against a register of 100,000.

And the same 10,000 rows through the database: previewed, committed, previewed once more, undone.
"""

import os
import random
import resource
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from datetime import date
from io import BytesIO
from pathlib import Path
from typing import Any

from openpyxl import Workbook

from bench.audit import addresses
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
ROWS = 10_000
INSIDE = "--inside"


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
    with tempfile.TemporaryDirectory() as folder:
        for name, address in addresses(Path(folder)):
            environment = {k: v for k, v in os.environ.items() if not k.startswith("XINYA_")}
            environment |= {"XINYA_DATABASE": address, "XINYA_SECRET_KEY": "bench-" * 8, "XINYA_VAR": folder}
            command = [sys.executable, "-m", "bench.imports", INSIDE, name, str(ROWS)]
            yield subprocess.run(command, env=environment, check=True, capture_output=True, text=True).stdout.strip()


def inside(name: str, rows: int) -> Iterator[str]:
    """In a fresh database: what an officer waits for, by the clock and in CPU seconds."""
    import django

    os.environ["DJANGO_SETTINGS_MODULE"] = "xinya.site.settings"
    django.setup()
    from django.core.management import call_command

    from xinya.zones import actions
    from xinya.zones.actions.desk_rules import Grounds, NewEdition, bring_divisions
    from xinya.zones.actions.import_queue import work_on
    from xinya.zones.engine.divisions import Division
    from xinya.zones.models import ImportBatch, Person, Zone

    call_command("migrate", verbosity=0)
    zone = Zone.objects.create(code="bench", name="测速高新区", name_en="Bench")
    officer = Person.objects.create_user("bench")
    actions.enter_membership(officer, organisation=actions.house_office(), role="chain_officer")
    content, few = _list(rows, random.Random(20260101)), _list(20, random.Random(1))
    edition = NewEdition("测速", "official", date(2000, 1, 1), [Division("990102", "望澜区")])
    bring_divisions(officer, zone=zone, edition=edition, grounds=Grounds("officer", "测速", None, "测速"))

    def previewed(reason: str, content: bytes = content) -> ImportBatch:
        wanted = actions.NewList("名单.xlsx", content, reason)
        batch = actions.bring_list(officer, zone=zone, file=wanted)
        while batch.busy:
            work_on(batch.pk, batch.busy)
            batch = ImportBatch.objects.get(pk=batch.pk)
            if batch.state == ImportBatch.State.READ:
                said = [
                    actions.ColumnSaid(at, code, year or "", unit or "", clears) for at, code, year, unit, clears in batch.columns
                ]
                batch = actions.map_columns(officer, batch_id=batch.pk, columns=said, as_of=TODAY)
        return batch

    previewed("", few)  # the queue's process has been running: what a first list loads was loaded
    first, took = _timed(lambda: previewed(""))
    yield f"import on {name}: {rows:,} rows read, compared and kept in {took} (limit 10 s); {first.counts['created']:,} new"
    _done, took = _timed(lambda: actions.commit_import(officer, batch_id=first.pk, key=first.key, confirmed=True, now=True))
    yield f"import on {name}: committed in {took} (limit 20 s); {zone.facts.count():,} facts"
    again, took = _timed(lambda: previewed("再来一次"))
    told = "" if again.counts["same"] == first.counts["created"] else "; RESULT DIFFERS"
    yield f"import on {name}: the same list again in {took}; {again.counts['same']:,} the same{told}"
    _done, took = _timed(lambda: actions.undo_import(officer, batch_id=first.pk, reason="测速", now=True))
    told = "RESULT DIFFERS" if zone.companies.exists() else "nothing left"
    yield f"import on {name}: undone in {took}; {told}"


def _timed(act: Callable[[], Any]) -> tuple[Any, str]:
    wall, processor = time.perf_counter(), time.process_time()
    done = act()
    return done, f"{time.perf_counter() - wall:.1f} s by the clock, {time.process_time() - processor:.1f} s CPU"


if __name__ == "__main__":
    for line in inside(sys.argv[2], int(sys.argv[3])) if sys.argv[1:2] == [INSIDE] else run():
        print(line, flush=True)
