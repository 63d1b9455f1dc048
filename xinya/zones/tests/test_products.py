"""Product texts of companies: parted where a reader would part them, and nowhere else."""

import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from xinya.zones.files import split_products


@pytest.mark.parametrize(
    ("text", "products"),
    [
        ("叶片、机匣，盘轴；环件/锻件;a,b\nc\r\nd", ("叶片", "机匣", "盘轴", "环件", "锻件", "a", "b", "c", "d")),
        ("叶片（单晶、定向），[a;b]、【c，d】、(e/f)", ("叶片（单晶、定向）", "[a;b]", "【c，d】", "(e/f)")),
        ("CAD/CAM软件、A/B级型材、碳纤维/环氧预浸料", ("CAD/CAM软件", "A/B级型材", "碳纤维", "环氧预浸料")),
        ("（叶片、机匣", ("（叶片", "机匣")),
        ("叶片）、机匣（", ("叶片）", "机匣（")),
        ("叶片(单晶、定向）、机匣", ("叶片(单晶、定向）", "机匣")),
        ("([)、]x", ("([)", "]x")),
        (" 叶片 、、叶片;； ", ("叶片",)),
        ("", ()),
    ],
)
def test_product_texts_are_parted_as_companies_write_them(text: str, products: tuple[str, ...]) -> None:
    assert split_products(text) == products


@given(st.text("叶片、，；/;,()（）[]【】aB1 \n"))
def test_parting_again_changes_nothing(text: str) -> None:
    products = split_products(text)
    assert split_products("；".join(products)) == products
    assert all(product == product.strip() != "" for product in products)


def test_a_hundred_thousand_brackets_are_parted_in_time() -> None:
    begin = time.process_time()
    assert split_products("(" * 50_000 + "]" * 50_000 + "、x")[-1] == "x"
    assert time.process_time() - begin < 5
