"""Sets of numbers as sorted arrays are the sets."""

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from xinya.kit.distinct import distinct, together, without

numbers = st.lists(st.integers(-9, 9), max_size=12)


@given(numbers, numbers)
def test_sorted_arrays_say_what_sets_say(some: list[int], others: list[int]) -> None:
    one, other = distinct(np.array(some, dtype=np.int32)), distinct(np.array(others, dtype=np.int32))
    assert one.tolist() == sorted(set(some))
    assert one.dtype == np.int32
    assert without(one, other).tolist() == sorted(set(some) - set(others))
    assert together(without(one, other), other).tolist() == sorted(set(some) | set(others))
