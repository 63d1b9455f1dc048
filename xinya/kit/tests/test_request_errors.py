"""What a program sent wrong is told in the reader's language, whichever check found it."""

import datetime
import re
from typing import Literal

import pytest
from pydantic import BaseModel, Field, ValidationError

from ..request_errors import REASONS, reason_of
from ..text import say


class Asked(BaseModel):
    text: str = Field("", min_length=2, max_length=3, pattern="^[a-z]+$")
    count: int = Field(1, ge=1, le=9)
    share: float = Field(0.5, gt=0, lt=1)
    day: datetime.date | None = None
    at: datetime.datetime | None = None
    yes: bool = True
    kind: Literal["one", "two"] = "one"
    items: list[int] = Field(default_factory=lambda: [1], min_length=1, max_length=2)
    inner: "Asked | None" = None
    given: int


WRONG = [
    {}, {"given": "x"}, {"given": 1.5}, {"given": 1, "text": 7}, {"given": 1, "text": "a"}, {"given": 1, "text": "abcd"},
    {"given": 1, "text": "AB"}, {"given": 1, "count": 0}, {"given": 1, "count": 10}, {"given": 1, "share": 0},
    {"given": 1, "share": 1}, {"given": 1, "share": "much"}, {"given": 1, "day": "someday"}, {"given": 1, "at": "then"},
    {"given": 1, "yes": "maybe"}, {"given": 1, "kind": "three"}, {"given": 1, "items": []}, {"given": 1, "items": [1, 2, 3]},
    {"given": 1, "items": 5}, {"given": 1, "inner": 5},
]  # fmt: skip


@pytest.mark.parametrize("sent", WRONG, ids=str)
def test_the_reason_is_chinese_for_a_chinese_reader_and_names_the_bound(sent: dict[str, object]) -> None:
    with pytest.raises(ValidationError) as caught:
        Asked.model_validate(sent)
    for error in caught.value.errors():
        told = say("zh", "%(reason)s", reason=reason_of(error))
        assert re.search(r"[\u4e00-\u9fff]", told), error
        assert not re.search(r"[A-Za-z]{4,}", told.replace("JSON", "").replace("true", "").replace("false", "")), told
        for bound in ("ge", "le", "gt", "lt", "max_length", "min_length"):
            if bound in error.get("ctx", {}):
                assert str(error["ctx"][bound]) in told


def test_a_reason_that_nobody_foresaw_keeps_its_own_words() -> None:
    assert reason_of({"type": "never_seen", "msg": "Odd."}) == "Odd."
    assert reason_of({"type": "less_than_equal", "msg": "Too much.", "ctx": {}}) == "Too much."
    assert reason_of({}) == ""
    assert all(say("zh", message) != message for message in REASONS.values())
