"""Sheets and registers for the tests of the import desk."""

from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any

from xinya.zones.engine.credit_code import check_character, organisation_check_character
from xinya.zones.engine.imports.desk import Answers, Given, Register, Result, examine
from xinya.zones.engine.imports.grid import Grid
from xinya.zones.engine.imports.register import Known

TODAY = date(2025, 6, 1)
HEADS: list[object] = ["企业名称", "统一社会信用代码", "主要产品", "2024年营业收入(万元)", "成立日期"]


def code_of(number: int) -> str:
    """A valid code of an invented division, another one for each number."""
    body = f"91990102MA{number:06d}"
    body += organisation_check_character(body[8:])
    return body + check_character(body)


def grid_of(*rows: Sequence[object], heads: Sequence[object] = HEADS, **marks: Any) -> Grid:
    """A sheet with a row of labels and these rows; whole numbers as the reader gives them."""
    table = [[float(cell) if type(cell) is int else "" if cell is None else cell for cell in row] for row in (heads, *rows)]
    return Grid("名单", table, **marks)


def company(number: int, **cells: object) -> list[object]:
    """A row under HEADS."""
    row: dict[str, object] = {"name": f"岚洲测{'甲乙丙丁戊己庚辛壬癸'[number % 10]}{number}机械有限公司", "code": code_of(number)}
    row |= {"products": "齿轮", "revenue": 1200.5 + number, "founded": date(2015, 3, 4)} | cells
    return list(row.values())


def checked(*grids: Grid, register: Sequence[Known] = (), answers: Answers | None = None, **given: Any) -> Result:
    """What the desk says of these sheets on a day in 2025."""
    return examine(grids, Given(TODAY, Register.of(register), answers=answers or Answers(), **given))


def codes(result: Result, row: int | None = None) -> list[str]:
    """The codes of all findings, or of those of one row, in their order."""
    return [one.code for one in result.findings if row is None or row in one.rows]


def outcomes(result: Result) -> dict[int, str]:
    """Outcome by sheet row."""
    return {one.row.row: one.outcome for one in result.rows}


def held(number: int, *, values: Mapping[str, Any] | None = None, code: bool = True, **more: Any) -> Known:
    """The company of `company(number)` as the register holds it."""
    name = str(company(number)[0])
    known = {"products": ("齿轮",), "revenue_2024": 1_200_500_000 + number * 1_000_000, "founded": "2015-03-04"} | dict(
        values or {}
    )
    return Known(f"X{number}", more.pop("name", name), code_of(number) if code else None, values=known, **more)
