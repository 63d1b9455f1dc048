"""Invariants 1 to 4 and 12: units, money, replay and reversal after every event of any life of a pool."""

import datetime
from fractions import Fraction
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from xinya.fund.engine import POOL, BadInput, Book, Event, replay
from xinya.fund.engine.book import View
from xinya.fund.engine.standing import TABLE_TYPES

from .worlds import DAYS, LIVES, MANY, START, event_of

DAY = datetime.date(2021, 1, 1)


def begun() -> Book:
    """A pool with money, a company with holders and a grant of which one tranche is paid."""
    book = Book()
    for kind, content in START:
        book.append(Event(0, kind, DAY, content))
    return book


def live(commands: list[dict[str, Any]]) -> Book:
    """The book after all commands that were not refused."""
    book = begun()
    for command in commands:
        take(book, command)
    return book


def take(book: Book, command: dict[str, Any]) -> bool:
    before = (dict(book.sums), book.seq, book.hash)
    try:
        book.append(event_of(command, book.sums))
    except BadInput:
        assert (book.sums, book.seq, book.hash) == before  # nothing of a refused event is kept
        return False
    return True


def tables(view: View) -> dict[str, dict[str, int]]:
    return {company: {holder: held for holder, held in view.cap_table(company).items() if held} for company in view.companies()}


@MANY
@given(LIVES)
def test_units_are_never_below_zero_and_only_named_holders_change(commands: list[dict[str, Any]]) -> None:
    book = begun()
    for command in commands:
        before = tables(book.view())
        if not take(book, command):
            continue
        after, kind, content = tables(book.view()), command["type"], command["content"]
        assert all(held >= 0 for table in after.values() for held in table.values())
        changed = {
            holder
            for company in {*before, *after}
            for holder in {*before.get(company, {}), *after.get(company, {})}
            if before.get(company, {}).get(holder, 0) != after.get(company, {}).get(holder, 0)
        }
        if kind == "UNITS_TRANSFERRED":
            assert changed <= {content["from"], content["to"]}
            assert sum(after[content["company"]].values()) == sum(before[content["company"]].values())
        elif kind == "GRANT_CONVERTED":
            assert changed <= {"PUBLIC"}
        elif kind == "SHARES_SOLD":
            assert changed <= {"PUBLIC", content["buyer"]}
        elif kind == "UNITS_SPLIT" and content["company"] in before:
            now, then = after[content["company"]], before[content["company"]]
            assert shares(now) == shares(then)
            assert sum(now.values()) * content["denominator"] == sum(then.values()) * content["numerator"]


def shares(table: dict[str, int]) -> dict[str, Fraction]:
    whole = sum(table.values())
    return {holder: Fraction(held, whole) for holder, held in table.items()} if whole else {}


@MANY
@given(LIVES)
def test_every_fen_is_somewhere_after_every_event(commands: list[dict[str, Any]]) -> None:
    book = begun()
    for command in commands:
        if not take(book, command):
            continue
        view = book.view()
        for name in view.grants():
            grant = view.grant(name)
            spent = grant["converted"] + grant["repaid"] + grant["recovered"] + grant["written_off"] + grant["outstanding"]
            assert grant["paid"] == spent
            assert min(grant.values()) >= 0
        balances = view.balances()
        assert sum(balances.values()) == 0
        assert balances["GRANT_OUTSTANDING"] == sum(view.grant(name)["outstanding"] for name in view.grants())
        assert balances["EQUITY_AT_COST"] == sum(view.grant(name)["cost"] for name in view.grants())
        assert view.cash_fen >= 0
        assert view.free_fen >= 0
        assert view.committed_fen >= 0


@MANY
@given(LIVES, st.integers(0, 40))
def test_a_replay_gives_the_same_tables_ledger_and_hashes_also_of_any_prefix(commands: list[dict[str, Any]], upto: int) -> None:
    book = live(commands)
    again = replay(book.events())
    assert again.sums == book.sums
    assert [event.hash for event in again.events()] == [event.hash for event in book.events()]
    part = replay(book.events(), upto=upto)
    assert part.view().known() == begun_until(book, upto).known()


def begun_until(book: Book, seq: int) -> View:
    sums: dict[Any, int] = {}
    for entry in book.entries[:seq]:
        for key, amount in entry.changes:
            sums[key] = sums.get(key, 0) + amount
    return View(sums)


@MANY
@given(LIVES, DAYS)
def test_when_nothing_came_late_the_view_of_a_day_is_the_replay_of_a_prefix(
    commands: list[dict[str, Any]], day: datetime.date
) -> None:
    book = live(sorted(commands, key=lambda command: command["date"]))
    assert book.late() == []
    prefix = sum(1 for event in book.events() if event.date <= day)
    assert book.as_of(day).known() == replay(book.events(), upto=prefix).view().known()


@MANY
@given(LIVES, st.integers(1, 30))
def test_a_command_given_twice_with_one_key_counts_once(commands: list[dict[str, Any]], place: int) -> None:
    once, twice = begun(), begun()
    for number, command in enumerate(commands):
        event = event_of(command, once.sums)
        keyed = Event(0, event.type, event.date, event.content, key=f"k{number}")
        try:
            once.append(keyed)
        except BadInput:
            continue
        first = twice.append(keyed)
        if number % place == 0:
            assert twice.append(keyed) is first
    assert twice.sums == once.sums
    assert twice.hash == once.hash


@MANY
@given(LIVES)
def test_reversing_the_last_event_restores_what_was_before_it(commands: list[dict[str, Any]]) -> None:
    book = begun()
    for command in commands:
        if command["type"] == "REVERSED":
            continue
        before, table = book.view().known(), tables(book.view())
        if not take(book, command):
            continue
        try:
            book.append(Event(0, "REVERSED", command["date"], {"reverses": book.seq}))
        except BadInput as refused:
            pytest.fail(f"the last event cannot be reversed: {refused}")
        assert book.view().known() == before
        assert tables(book.view()) == table
        take(book, command)


@MANY
@given(LIVES)
def test_the_legal_cap_table_changes_at_registration_and_at_nothing_before_it(commands: list[dict[str, Any]]) -> None:
    """GRANT_CONVERTED is appended at REGISTERED; approval, contract, payment, signing and trigger leave every table alone."""
    book = begun()
    for command in commands:
        before = tables(book.view())
        if take(book, command) and command["type"] not in (*TABLE_TYPES, "REVERSED"):
            assert tables(book.view()) == before


def append(book: Book, kind: str, **content: Any) -> int:
    return book.append(Event(0, kind, DAY, content)).event.seq


def test_a_conversion_after_a_payment_blocks_its_reversal_and_is_named() -> None:
    book = begun()
    conversion = append(book, "GRANT_CONVERTED", grant="G1", principal_fen=10**7, units=500)
    with pytest.raises(BadInput, match=f"REVERSAL_BLOCKED.*: {conversion}"):
        append(book, "REVERSED", reverses=4)
    append(book, "REVERSED", reverses=conversion)
    append(book, "REVERSED", reverses=4)
    assert book.view().grant("G1")["outstanding"] == 0
    assert book.view().cap_table("c1")["PUBLIC"] == 0


def test_a_payment_can_be_reversed_although_another_tranche_was_paid_after_it() -> None:
    book = begun()
    append(book, "TRANCHE_PAID", grant="G1", no=2, amount_fen=3 * 10**7)
    append(book, "REVERSED", reverses=4)
    assert book.view().grant("G1")["paid"] == 3 * 10**7
    append(book, "TRANCHE_PAID", grant="G1", no=1, amount_fen=10**7)


def test_a_reversal_is_not_reversed_and_nothing_is_reversed_twice() -> None:
    book = begun()
    first = append(book, "REVERSED", reverses=4)
    for seq in (4, first):
        with pytest.raises(BadInput, match="REVERSAL_BLOCKED"):
            append(book, "REVERSED", reverses=seq)


def test_the_second_of_two_writers_is_told_that_the_stream_went_on() -> None:
    book = begun()
    at = book.seq
    book.append(Event(0, "REMITTED", DAY, {"amount_fen": 1}), after=at)
    with pytest.raises(BadInput, match="STALE_STREAM"):
        book.append(Event(0, "REMITTED", DAY, {"amount_fen": 1}), after=at)


def test_a_key_with_other_contents_is_refused() -> None:
    book = begun()
    book.append(Event(0, "REMITTED", DAY, {"amount_fen": 1}, key="k"))
    with pytest.raises(BadInput, match="IDEMPOTENCY_CONFLICT"):
        book.append(Event(0, "REMITTED", DAY, {"amount_fen": 2}, key="k"))


@pytest.mark.parametrize(
    ("kind", "content", "code"),
    [
        ("GRANT_APPROVED", {"grant": "G9", "amount_fen": 10**12}, "POOL_EXHAUSTED"),
        ("GRANT_APPROVED", {"grant": "G9", "amount_fen": 10, "tranches_fen": [4, 5]}, "TRANCHES_DO_NOT_SUM"),
        ("GRANT_APPROVED", {"grant": "G1", "amount_fen": 10}, "DUPLICATE_ID"),
        ("GRANT_APPROVED", {"grant": "G9", "amount_fen": 10.0}, "AMOUNT_NOT_INTEGER"),
        ("TRANCHE_PAID", {"grant": "G1", "no": 1, "amount_fen": 10**7}, "TRANCHES_DO_NOT_SUM"),
        ("TRANCHE_PAID", {"grant": "G1", "no": 7, "amount_fen": 10**7}, "FIELD_WRONG"),
        ("GRANT_CONVERTED", {"grant": "G1", "principal_fen": 10**8, "units": 5}, "MORE_THAN_OUTSTANDING"),
        ("SHARES_SOLD", {"grant": "G1", "units": 1, "price_fen": 5, "buyer": "V"}, "MORE_THAN_HELD"),
        ("REPAID", {"grant": "G1", "principal_fen": 10**8}, "MORE_THAN_OUTSTANDING"),
        ("REMITTED", {"amount_fen": 10**9}, "POOL_EXHAUSTED"),
        ("UNITS_TRANSFERRED", {"company": "c1", "from": "A", "to": "B", "units": 10**9}, "MORE_THAN_HELD"),
        ("UNITS_SPLIT", {"company": "c1", "numerator": 1, "denominator": 3 * 10**6 + 1}, "SHARES_NOT_INTEGER"),
        ("CAP_TABLE_OPENED", {"company": "c1", "holders": {"A": 1}}, "DUPLICATE_ID"),
        ("WRITTEN_OFF", {"grant": "G1", "recovered_fen": 1, "written_off_fen": 10**7}, "MORE_THAN_OUTSTANDING"),
        ("NOTHING", {}, "UNKNOWN_KIND"),
        ("REVERSED", {"reverses": 99}, "FIELD_WRONG"),
    ],
)
def test_what_cannot_be_is_refused_with_its_code_and_nothing_is_kept(kind: str, content: dict[str, Any], code: str) -> None:
    book = begun()
    before, seq = dict(book.sums), book.seq
    with pytest.raises(BadInput, match=code):
        book.append(Event(0, kind, DAY, content))
    assert (book.sums, book.seq) == (before, seq)


def test_money_that_is_promised_cannot_be_remitted() -> None:
    book = begun()
    view = book.view()
    assert view.committed_fen == 3 * 10**7
    with pytest.raises(BadInput, match="POOL_EXHAUSTED"):
        append(book, "REMITTED", amount_fen=view.free_fen + 1)
    append(book, "REMITTED", amount_fen=view.free_fen)
    assert (book.view().free_fen, book.view().cash_fen) == (0, 3 * 10**7)


def test_a_grant_with_nothing_left_is_not_converted_again() -> None:
    book = begun()
    append(book, "GRANT_CONVERTED", grant="G1", principal_fen=10**7, units=500)
    with pytest.raises(BadInput, match="ALREADY_CONVERTED"):
        append(book, "GRANT_CONVERTED", grant="G1", principal_fen=1, units=1)


def test_a_changed_event_no_longer_carries_its_hash() -> None:
    events = begun().events()
    told = Event(4, "TRANCHE_PAID", DAY, {**events[3].content, "remark": "other"}, previous=events[3].previous, hash=events[3].hash)
    with pytest.raises(BadInput, match="HASH_BROKEN"):
        replay([*events[:3], told])


def test_another_first_event_gives_every_later_one_another_hash() -> None:
    first, other = begun(), Book()
    for kind, content in START:
        more = {"remark": "other"} if kind == "POOL_FUNDED" else {}
        other.append(Event(0, kind, DAY, {**content, **more}))
    pairs = list(zip(first.events(), other.events(), strict=True))
    assert all(one.hash != two.hash for one, two in pairs)
    assert all(two.previous == one.hash for one, two in zip(first.events(), first.events()[1:], strict=False))


def test_the_last_sale_takes_the_rest_of_the_cost_and_a_loss_is_a_debit_of_the_gain() -> None:
    book = begun()
    append(book, "GRANT_CONVERTED", grant="G1", principal_fen=10**7, units=3)
    append(book, "SHARES_SOLD", grant="G1", units=1, price_fen=10**6, buyer="V")
    append(book, "SHARES_SOLD", grant="G1", units=2, price_fen=9 * 10**6, buyer="V")
    view = book.view()
    assert view.grant("G1")["cost"] == 0
    assert view.balances()["EXIT_GAIN"] == 3_333_333 - 10**6 + 6_666_667 - 9 * 10**6
    assert view.cap_table("c1") == {"A": 3 * 10**6, "B": 10**6, "PUBLIC": 0, "V": 3, POOL: 10**5}
