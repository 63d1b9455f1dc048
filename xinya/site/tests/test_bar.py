"""The bar: the field of search stands in it only where it does not lie over the entries."""

from typing import Any

import pytest

from xinya.site.navigation import _is_crowded


def bar(*labels: str) -> list[list[dict[str, Any]]]:
    return [[{"label": label}] for label in labels]


@pytest.mark.parametrize(
    ("labels", "is_crowded"),
    [
        (("My companies", "Promises"), False),
        (("My companies", "My lists", "Promises", "My company's people", "Keys"), True),
        (("我的企业", "我的名单", "承诺", "本企业人员", "密钥"), False),
        (("我的企业", "导入我的企业名单", "承诺与答复", "本企业的全部人员", "接口密钥"), True),
        (("a", "b", "c", "d", "e", "f", "g"), True),
    ],
)
def test_many_or_long_entries_take_the_field_of_search_away(labels: tuple[str, ...], is_crowded: bool) -> None:
    assert _is_crowded(bar(*labels)) is is_crowded
