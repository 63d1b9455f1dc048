"""Results are remembered up to a size: the longest unused goes first, and what alone is too large is never kept."""

from hypothesis import given
from hypothesis import strategies as st

from xinya.kit.memory import Memory


def test_the_longest_unused_result_goes_first() -> None:
    memory, made = Memory[str, str](10), list[str]()

    def ask(key: str) -> str:
        def make() -> tuple[str, int]:
            made.append(key)
            return key.upper(), 4

        return memory.get(key, make)

    assert [ask(k) for k in "abacb"] == ["A", "B", "A", "C", "B"]
    assert made == ["a", "b", "c", "b"]
    assert memory.held() == ["c", "b"]


def test_a_result_larger_than_the_whole_memory_is_answered_and_not_kept() -> None:
    memory = Memory[str, int](10)
    assert memory.get("a", lambda: (1, 11)) == 1
    assert memory.size == 0
    memory.get("b", lambda: (2, 10))
    assert memory.size == 10
    memory.clear()
    assert memory.size == 0


@given(st.lists(st.tuples(st.integers(0, 5), st.integers(0, 12))))
def test_it_never_holds_more_than_it_may(asked: list[tuple[int, int]]) -> None:
    memory = Memory[int, int](20)
    for key, size in asked:
        assert memory.get(key, lambda key=key, size=size: (key, size)) == key  # type: ignore[misc]
        assert memory.size <= 20
