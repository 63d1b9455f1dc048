"""Above scale by dated rows, and divisions by dated editions."""

from datetime import date

from hypothesis import given
from hypothesis import strategies as st

from xinya.zones.engine.divisions import SHIPPED_EDITION, Division, Divisions, Edition, is_code
from xinya.zones.engine.industry_codes import only_code
from xinya.zones.engine.thresholds import DEFAULTS, SHIPPED, Threshold, Thresholds, is_above_scale, wan_text, years_left

MILLION = 100_000_000
YEARS = st.integers(1998, 2040)


def own(prefix: str, amount: int | None, since: int = 2011, until: int | None = None) -> Threshold:
    return Threshold(prefix, amount, since, until, is_own=True)


def test_a_zone_s_own_row_decides_before_the_shipped_row_of_the_same_code() -> None:
    table = SHIPPED.beside([own("38", 40 * MILLION, 2024)])
    assert is_above_scale("3812", 2024, 30 * MILLION, table) is False
    assert is_above_scale("3812", 2023, 30 * MILLION, table) is True


def test_the_longest_code_decides_whoever_says_it() -> None:
    table = SHIPPED.beside([own("70", 1 * MILLION)])
    assert is_above_scale("7040", 2024, 2 * MILLION, table) is False
    assert is_above_scale("7010", 2024, 10**15, table) is None


def test_industry_had_a_lower_threshold_before_2011_and_nothing_is_said_before_2007() -> None:
    assert [is_above_scale("3812", year, 6 * MILLION) for year in (2006, 2007, 2010, 2011)] == [None, True, True, False]


def test_no_two_shipped_rows_speak_of_the_same_code_and_year() -> None:
    assert not [(a, b) for n, a in enumerate(DEFAULTS) for b in DEFAULTS[n + 1 :] if a.meets(b)]


def test_an_amount_that_must_be_passed_is_not_reached_by_itself() -> None:
    table = Thresholds([Threshold("38", 20 * MILLION, is_inclusive=False)])
    assert is_above_scale("38", 2024, 20 * MILLION, table) is False
    assert is_above_scale("38", 2024, 20 * MILLION + 1, table) is True


@given(since=YEARS, until=st.none() | YEARS, first=YEARS, last=st.none() | YEARS)
def test_an_older_row_holds_on_in_exactly_the_years_that_the_newer_one_does_not_speak_of(
    since: int, until: int | None, first: int, last: int | None
) -> None:
    old, new = own("38", 1, since, until), own("38", 2, first, last)
    if not old.meets(new):
        return
    left = years_left(old, new)
    for year in range(1990, 2060):
        is_left = any(a <= year and (b is None or year <= b) for a, b in left)
        assert is_left == (old.holds_in(year) and not new.holds_in(year))


def test_amounts_are_told_exactly() -> None:
    assert [wan_text(fen) for fen in (2_000_000_000, 1_500_500_000, 1, 10)] == ["2000", "1500.5", "0.000001", "0.00001"]


def test_a_code_may_carry_the_letter_of_its_own_section_alone() -> None:
    assert [only_code(text) for text in ("C3741", "c37", "3741")] == ["3741", "37", "3741"]
    assert [only_code(text) for text in ("A37", "37412", "3", "3741条")] == [None] * 4


def edition(*codes: str, since: date = date(2020, 1, 1), areas: bool = False) -> Edition:
    return Edition("e", since, tuple(Division(code, f"名{code}") for code in codes), is_areas=areas)


def test_without_an_edition_of_one_s_own_only_the_province_is_looked_at() -> None:
    known = Divisions()
    assert [code in known for code in ("330113", "110000", "100000")] == [True] * 3
    assert [code in known for code in ("999999", "990102", "160101")] == [False] * 3


def test_an_edition_that_lists_the_districts_of_a_city_is_taken_to_list_all_of_them() -> None:
    known = Divisions([SHIPPED_EDITION, edition("330100", "330113")])
    assert [code in known for code in ("330113", "330199", "330000", "330200", "320101")] == [True, False, True, False, True]


def test_the_zone_s_areas_add_codes_and_deny_none() -> None:
    known = Divisions([SHIPPED_EDITION, edition("330113001", "PARK-1", areas=True)])
    assert [code in known for code in ("330113", "330199", "330200")] == [True, True, True]
    assert known.names == {"名330113001", "名PARK-1"}


def test_an_edition_counts_from_its_day_and_what_it_held_stays_known() -> None:
    old, new = edition("330100", "330103", since=date(2010, 1, 1)), edition("330100", "330113", since=date(2021, 4, 9))
    before, after = (Divisions([SHIPPED_EDITION, old, new], day) for day in (date(2021, 4, 8), date(2021, 4, 9)))
    assert ["330113" in before, "330103" in before, "330113" in after, "330103" in after] == [False, True, True, True]


def test_signs_of_divisions() -> None:
    assert [is_code(text) for text in ("330113", "330113001", "PARK-1", "33011", "园区", "330113001001", "A")] == [
        True, True, True, False, False, True, False,
    ]  # fmt: skip


@given(st.lists(st.from_regex(r"[0-9]{6}", fullmatch=True), max_size=8), st.from_regex(r"[0-9]{6}", fullmatch=True))
def test_what_an_edition_lists_is_always_known(codes: list[str], other: str) -> None:
    known = Divisions([SHIPPED_EDITION, edition(*codes)])
    assert all(code in known for code in codes)
    shipped = {one.code for one in SHIPPED_EDITION.divisions}
    assert (other in Divisions([SHIPPED_EDITION])) == (f"{other[:2]}0000" in shipped)
