"""Words as they are compared, and sentences in the reader's language."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from xinya.kit.text import plain, say, short_language

WIDE = {code: code + 0xFEE0 for code in range(0x21, 0x7F)}


@given(st.text())
def test_a_plain_word_stays_as_it_is(text: str) -> None:
    assert plain(plain(text)) == plain(text)


@given(st.text(alphabet=st.characters(min_codepoint=0x21, max_codepoint=0x7E)))
def test_the_width_of_letters_and_digits_does_not_matter(text: str) -> None:
    assert plain(text.translate(WIDE)) == plain(text) == plain(text.upper())


@given(st.text(), st.text())
def test_blanks_between_two_words_do_not_matter(one: str, other: str) -> None:
    assert not any(c.isspace() for c in plain(f"{one}　{other}"))


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("鈦合金鍛件", "钛合金锻件"),
        ("TC4 锻件", "ｔｃ４锻件"),
        ("T-800", "T800"),
        ("波音·737", "波音737"),
        ("“长征”", "长征"),
    ],
)
def test_two_spellings_of_one_word_compare_equal(one: str, other: str) -> None:
    assert plain(one) == plain(other)


def test_different_words_stay_different() -> None:
    assert plain("钛合金锻件") != plain("钛合金铸件")


def test_a_sentence_takes_its_values_by_name() -> None:
    assert say("en", "%(count)s of %(all)s", count=1, all=2) == "1 of 2"


def test_a_sentence_without_values_is_left_alone() -> None:
    assert say("en", "100 % sure") == "100 % sure"


@pytest.mark.parametrize(
    ("code", "language"),
    [("zh-hans", "zh"), ("zh_CN.UTF-8", "zh"), ("ZH", "zh"), ("en", "en"), ("en-GB", "en"), ("fr", "en"), (None, "zh"), ("", "zh")],
)  # fmt: skip
def test_every_language_is_answered_in_one_of_the_two(code: str | None, language: str) -> None:
    assert short_language(code) == language


def test_an_unknown_sentence_is_shown_in_english() -> None:
    assert say("zh", "a sentence that no catalogue has") == "a sentence that no catalogue has"
