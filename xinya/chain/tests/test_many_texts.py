"""A company with more product texts than are placed at once: every one of them is placed, none is left out in silence."""

import pytest

from xinya.chain.engine import placer, report
from xinya.chain.engine.report import place_products
from xinya.chain.files import placing, shipped_placer

from .conftest import CHAIN, name_of

AT_ONCE = 3


@pytest.fixture(autouse=True)
def _few_at_once(monkeypatch: pytest.MonkeyPatch) -> None:
    for module in (placer, report, placing):
        monkeypatch.setattr(module, "MOST_TEXTS", AT_ONCE)


@pytest.mark.parametrize("count", [AT_ONCE - 1, AT_ONCE, AT_ONCE + 1, 3 * AT_ONCE + 2])
def test_every_text_of_a_company_with_many_is_placed(count: int) -> None:
    texts = [name_of("prepreg") if n % 2 else f"随便什么{n}" for n in range(count)]
    placed = place_products(shipped_placer((CHAIN,)), "甲", texts)
    assert [p.segment for p in placed] == ["prepreg"] * (count // 2)


@pytest.mark.parametrize("count", [AT_ONCE, 3 * AT_ONCE + 2])
def test_every_row_of_a_table_of_one_company_is_placed(count: int) -> None:
    rows = "".join(f"甲公司,{name_of('prepreg')}\n" for _n in range(count))
    table, read, made = placing.place_table(f"company,text\n{rows}".encode(), shipped_placer((CHAIN,)), "zh")
    assert (read, made) == (count, count)
    assert table.decode("utf-8-sig").count("prepreg") == count
