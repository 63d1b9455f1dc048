"""What a standing in the register says of a company, as lists write it."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from xinya.zones.engine.standings import (
    ASKS,
    CLASSES,
    ENDED,
    MOVED,
    NONE,
    NORMAL,
    is_abnormal,
    is_gone,
    is_gone_here,
    standing_class,
)


@pytest.mark.parametrize(
    ("standing", "found"),
    [
        *((word, NONE) for word in (
            "", "未注销", "2024-05-10",
        )),
        *((word, NORMAL) for word in (
            "存续", "存续（在营、开业、在册）", "在业", "在建", "迁入", "Active",
        )),
        *((word, ENDED) for word in (
            "注销", "已注销", " 注 销 ", "注销企业", "注销（2024年5月10日）", "2024.05注销", "吊销",
            "吊销，未注销", "吊销，已注销", "吊销未注销", "撤销", "责令关闭", "清算", "清算中", "破产清算",
            "In liquidation", "struck off", "除名",
        )),
        *((word, MOVED) for word in (
            "迁出", "已迁出", "moved away",
        )),
        *((word, ASKS) for word in (
            "迁出中", "停业", "歇业", "拟注销", "简易注销公告", "经营异常", "破产重整",
            "存续（简易注销公告中）", "正常/吊销", "奇怪的词",
        )),
    ],
)  # fmt: skip
def test_a_standing_is_read_as_the_register_means_it(standing: str, found: str) -> None:
    assert standing_class(standing) == found


def test_who_ended_counts_nowhere_and_who_moved_counts_elsewhere() -> None:
    assert (is_gone_here("注销"), is_gone("注销")) == (True, True)
    assert (is_gone_here("已迁出"), is_gone("已迁出")) == (True, False)
    assert (is_gone_here("迁出中"), is_gone("歇业"), is_gone_here("停业")) == (False, False, False)
    assert [is_abnormal(s) for s in ("", "存续", "歇业", "已迁出", "吊销")] == [False, False, True, True, True]


@given(st.text(max_size=30))
def test_any_text_has_a_class_and_only_words_of_the_register_end_a_company(standing: str) -> None:
    found = standing_class(standing)
    assert found in CLASSES
    assert found not in (ENDED, MOVED) or any(c.isalpha() for c in standing)


@given(st.sampled_from(["注销", "吊销，未注销", "已迁出", "存续", "歇业"]), st.sampled_from(["", " ", "\u3000", "\n"]))
def test_spaces_and_brackets_around_a_standing_change_nothing(standing: str, space: str) -> None:
    assert standing_class(f"{space}{standing}{space}") == standing_class(f"（{standing}）") == standing_class(standing)
