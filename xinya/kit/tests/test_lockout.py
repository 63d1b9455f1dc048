"""How long sign-in pauses: 15 minutes, then twice as long each time, a day at most; a limit of nothing is refused."""

import datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from xinya.kit.lockout import Limits
from xinya.kit.refusals import Refused


def test_the_pause_doubles_up_to_a_day() -> None:
    minutes = [Limits().pause(level).total_seconds() / 60 for level in range(9)]
    assert minutes == [15, 30, 60, 120, 240, 480, 960, 1440, 1440]


@given(st.integers(0, 10**9))
def test_no_level_pauses_longer_than_a_day_or_shorter_than_the_first(level: int) -> None:
    assert datetime.timedelta(minutes=15) <= Limits().pause(level) <= datetime.timedelta(days=1)


@pytest.mark.parametrize("name", ["per_account", "per_address", "per_account_anywhere", "window_minutes", "first_minutes"])
@pytest.mark.parametrize("limit", [0, -1])
def test_a_limit_of_nothing_is_refused_by_its_name(name: str, limit: int) -> None:
    with pytest.raises(Refused, match=name) as refused:
        Limits(**{name: limit})
    assert refused.value.code == "limit-wrong"
