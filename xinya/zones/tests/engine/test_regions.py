"""Where a company is registered: as stated, else by its credit code, else by its name."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from xinya.zones.engine.credit_code import check_character
from xinya.zones.engine.regions import PROVINCES, province_name, province_of


def code_of(province: str) -> str:
    base = f"91{province}0100MA0000001"
    return base + check_character(base)


@pytest.mark.parametrize(
    ("name", "uscc", "stated", "province"),
    [
        ("上海蘅舟航空复材有限公司", "", "", "31"),
        ("蘅舟航空复材有限公司", code_of("21"), "", "21"),
        ("上海蘅舟航空复材有限公司", code_of("21"), "江苏省镇江市", "32"),
        ("蘅舟航空复材有限公司", "", "内蒙古自治区", "15"),
        ("蘅舟航空复材有限公司", "", "44", "44"),
        ("蘅舟航空复材有限公司", "", "", ""),
        ("蘅舟航空复材有限公司", code_of("99"), "远方", ""),
    ],
)
def test_the_province_is_told_by_the_best_source(name: str, uscc: str, stated: str, province: str) -> None:
    assert province_of(name, uscc, stated) == province


def test_there_are_thirty_four_provinces_with_names_in_both_languages() -> None:
    assert len(PROVINCES) == 34
    assert (province_name("21", "zh"), province_name("21", "en"), province_name("99", "en")) == ("辽宁", "Liaoning", "99")


@given(st.text(max_size=40), st.text(max_size=18), st.text(max_size=40))
def test_any_text_is_answered_with_a_province_or_nothing(name: str, uscc: str, stated: str) -> None:
    assert province_of(name, uscc, stated) in {"", *PROVINCES}
