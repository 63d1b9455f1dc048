"""A grant's own rules as events: triggers, extensions, tranches, hashes, names; what is unknown is refused and changes nothing."""

import datetime
import json
from typing import Any

import pytest
from hypothesis import given

from xinya.fund.engine import POOL, BadInput, Book, Event, net_asset_value, replay
from xinya.fund.engine.events import digest_of
from xinya.fund.files.event_lines import lines, read_lines, replayed, summary

from .test_book_properties import DAY, append, begun, live
from .worlds import LIVES, MANY


def test_no_tranche_is_paid_after_the_trigger_unless_the_decision_names_it() -> None:
    book = begun()
    met = append(book, "TRIGGER_MET", grant="G1", round="A")
    with pytest.raises(BadInput, match=r"TRANCHE_AFTER_TRIGGER.*G1"):
        append(book, "TRANCHE_PAID", grant="G1", no=2, amount_fen=3 * 10**7)
    append(book, "TRANCHE_PAID", grant="G1", no=2, amount_fen=3 * 10**7, named_by_decision="2021-D7")
    append(book, "REVERSED", reverses=book.seq)
    append(book, "REVERSED", reverses=met)
    append(book, "TRANCHE_PAID", grant="G1", no=2, amount_fen=3 * 10**7)


def test_a_trigger_of_the_company_is_one_of_each_of_its_grants_and_of_no_other() -> None:
    book = begun()
    append(book, "GRANT_APPROVED", grant="G2", company="c1", amount_fen=10)
    append(book, "GRANT_APPROVED", grant="G3", company="c2", amount_fen=10)
    append(book, "TRIGGER_MET", company="c1")
    append(book, "GRANT_APPROVED", grant="G4", company="c1", amount_fen=10)
    with pytest.raises(BadInput, match="TRANCHE_AFTER_TRIGGER"):
        append(book, "TRANCHE_PAID", grant="G2", no=1, amount_fen=10)
    for grant in ("G3", "G4"):
        append(book, "TRANCHE_PAID", grant=grant, no=1, amount_fen=10)
    with pytest.raises(BadInput, match=r"FIELD_MISSING.*data\.grant"):
        append(book, "TRIGGER_MET", company="c9")


def test_a_grant_that_has_converted_has_met_its_trigger_and_an_empty_name_is_no_decision() -> None:
    book = begun()
    append(book, "GRANT_CONVERTED", grant="G1", principal_fen=10**7, units=500)
    with pytest.raises(BadInput, match="TRANCHE_AFTER_TRIGGER"):
        append(book, "TRANCHE_PAID", grant="G1", no=2, amount_fen=3 * 10**7)
    with pytest.raises(BadInput, match="FIELD_WRONG"):
        append(book, "TRANCHE_PAID", grant="G1", no=2, amount_fen=3 * 10**7, named_by_decision="")


@pytest.mark.parametrize(("told", "times"), [({}, 1), ({"extensions_allowed": 0}, 0), ({"extensions_allowed": 2}, 2)])
def test_a_term_is_extended_as_often_as_the_contract_says_and_once_where_it_says_nothing(told: dict[str, Any], times: int) -> None:
    book = begun()
    append(book, "GRANT_CONTRACTED", grant="G1", **told)
    for _time in range(times):
        append(book, "MATURITY_EXTENDED", grant="G1", months=12)
    with pytest.raises(BadInput, match=f"EXTENSION_USED_UP.*extended {times} times already; the contract allows {times}"):
        append(book, "MATURITY_EXTENDED", grant="G1")
    if times:
        append(book, "REVERSED", reverses=book.seq)
        append(book, "MATURITY_EXTENDED", grant="G1")


def test_null_in_the_contract_is_no_limit_and_the_contract_stands_over_the_decision() -> None:
    book = begun()
    append(book, "GRANT_APPROVED", grant="G2", company="c1", amount_fen=10, extensions_allowed=0)
    with pytest.raises(BadInput, match="EXTENSION_USED_UP"):
        append(book, "MATURITY_EXTENDED", grant="G2")
    append(book, "GRANT_CONTRACTED", grant="G2", extensions_allowed=None)
    for _time in range(5):
        append(book, "MATURITY_EXTENDED", grant="G2")


@pytest.mark.parametrize(
    "kind",
    ["GRANT_CONTRACTED", "TRANCHE_ACCEPTED", "TRANCHE_PAID", "TRANCHE_CANCELLED", "TRIGGER_MET", "GRANT_CONVERTED",
     "REMAINDER_REPAID", "MATURITY_EXTENDED", "REPAID", "SHARES_SOLD", "DIVIDEND", "WRITTEN_OFF", "RECOVERED_LATER",
     "CONCESSION_PAID"],
)  # fmt: skip
def test_an_event_of_a_grant_that_nobody_approved_is_refused(kind: str) -> None:
    told = {"no": 1, "amount_fen": 1, "principal_fen": 1, "units": 1, "price_fen": 1, "buyer": "V", "written_off_fen": 1}
    with pytest.raises(BadInput, match="there is no approved grant G9"):
        append(begun(), kind, grant="G9", **told)


@pytest.mark.parametrize("number", [0, 3, "1", True, -1, 10**30, None])
@pytest.mark.parametrize("kind", ["TRANCHE_ACCEPTED", "TRANCHE_PAID", "TRANCHE_CANCELLED"])
def test_a_tranche_that_was_never_planned_is_refused(kind: str, number: object) -> None:
    with pytest.raises(BadInput, match="the grant G1 has no tranche"):
        append(begun(), kind, grant="G1", no=number, amount_fen=10**7)


def test_a_grant_belongs_to_one_company() -> None:
    with pytest.raises(BadInput, match="G1 is approved for c1, not for c2"):
        append(begun(), "GRANT_CONVERTED", grant="G1", company="c2", principal_fen=1, units=1)


@pytest.mark.parametrize(
    ("kind", "content"),
    [
        ("UNITS_ISSUED", {"company": "c1", "holder": POOL, "units": 1}),
        ("UNITS_ISSUED", {"company": "c1", "issued": {POOL: 1}}),
        ("ROUND_CLOSED", {"company": "c1", "issued": [{"holder": POOL, "units": 1}]}),
        ("ROUND_SIGNED", {"company": "c1", "new_money": [{"holder": POOL, "amount_fen": 1}]}),
        ("UNITS_TRANSFERRED", {"company": "c1", "from": "A", "to": POOL, "units": 1}),
        ("UNITS_TRANSFERRED", {"company": "c1", "from": POOL, "to": "A", "units": 1}),
        ("GRANT_CONVERTED", {"grant": "G1", "principal_fen": 1, "units": 1, "holder": POOL}),
        ("CAP_TABLE_OPENED", {"company": "c3", "holders": {POOL: 1}}),
        ("ADJUSTED", {"company": "c1", "holder": POOL, "units": 1}),
    ],
)
def test_nobody_is_called_like_the_pool(kind: str, content: dict[str, Any]) -> None:
    with pytest.raises(BadInput, match=r"DUPLICATE_ID.*pool's own row"):
        append(begun(), kind, **content)


def test_the_pool_s_row_of_an_opening_table_is_the_pool() -> None:
    told = {
        "opening_cap_table": {"F": 900, POOL: 100},
        "events": [{"seq": 1, "type": "POOL_CHANGED", "date": "2021-01-01", "data": {"change_units": -40}}],
    }
    found = replayed(told)
    assert found["cap_table"] == {"F": 900, POOL: 60}
    assert found["events"] == 1
    beside = {**told, "opening_cap_table": {"F": 900}, "unallocated_pool": 100}
    assert replayed(beside)["cap_table"] == found["cap_table"]
    with pytest.raises(BadInput, match="DUPLICATE_ID"):
        replayed({**told, "unallocated_pool": 100})


def test_an_opening_table_is_no_event_so_a_reversal_names_the_case_s_own_numbers() -> None:
    row = {"date": "2021-01-01", "type": "UNITS_ISSUED", "data": {"holder": "V", "units": 5}}
    reversal = {"date": "2021-01-01", "type": "REVERSED", "data": {"reverses": 1}}
    events = [row | {"seq": 1}, reversal | {"seq": 2}]
    assert replayed({"opening_cap_table": {"F": 900}, "events": events})["cap_table"] == {"F": 900, "V": 0}
    with pytest.raises(BadInput, match="Event 1 was reversed already, by event 2"):
        replayed({"opening_cap_table": {"F": 900}, "events": [*events, reversal | {"seq": 3}]})
    assert Book({"F": 900}).as_of(datetime.date(1999, 1, 1)).cap_table() == {"F": 900}


def written(book: Book) -> list[dict[str, Any]]:
    return [json.loads(line) for line in lines(book.events()).decode().splitlines()]


def read(rows: list[dict[str, Any]]) -> Book:
    return replay(read_lines("\n".join(json.dumps(row) for row in rows).encode()))


def test_once_one_event_of_a_file_carries_a_hash_all_must() -> None:
    rows = written(begun())
    assert read(rows).hash == begun().hash
    for place in range(len(rows)):
        stripped = [dict(row) for row in rows]
        del stripped[place]["hash"]
        stripped[place]["data"] = {**stripped[place]["data"], "remark": "changed"}
        with pytest.raises(BadInput, match=f"HASH_BROKEN: Event {place + 1} has no hash"):
            read(stripped)
    with pytest.raises(BadInput, match="HASH_BROKEN"):
        replay([*begun().events()[:3], Event(4, "REMITTED", DAY, {"amount_fen": 1})])


def test_a_file_without_hashes_is_read_and_a_given_previous_is_checked_also_without_a_hash() -> None:
    rows = [{name: value for name, value in row.items() if name not in ("hash", "previous")} for row in written(begun())]
    assert read(rows).hash == begun().hash
    rows[2]["previous"] = begun().events()[1].hash
    read(rows)
    rows[2]["previous"] = "0" * 64
    with pytest.raises(BadInput, match="HASH_BROKEN: Event 3"):
        read(rows)


def test_a_changed_event_with_a_renewed_hash_is_found_at_the_next_one() -> None:
    rows = written(begun())
    rows[1]["data"]["remark"] = "changed"
    told = {name: value for name, value in rows[1].items() if name not in ("hash", "previous")}
    rows[1]["hash"] = digest_of(told, rows[1]["previous"])
    with pytest.raises(BadInput, match="HASH_BROKEN: Event 3"):
        read(rows)


def test_a_word_with_a_line_separator_of_its_own_comes_back_as_one_line() -> None:
    book = begun()
    append(book, "DIVIDEND", grant="G1", amount_fen=1, remark="a\u2028b\x85c")
    assert replay(read_lines(lines(book.events()))).hash == book.hash


def test_null_is_no_key_so_two_events_without_one_are_two() -> None:
    rows = [{"seq": n, "type": "POOL_FUNDED", "date": "2021-01-01", "key": None, "data": {"amount_fen": n}} for n in (1, 2)]
    assert read(rows).view().cash_fen == 3


@pytest.mark.parametrize("content", [{"amount_fen": 1, "remark": "\ud800"}, {"amount_fen": 1, "\udfff": 1}])
def test_half_a_character_can_be_neither_hashed_nor_printed_and_is_refused(content: dict[str, Any]) -> None:
    book = begun()
    with pytest.raises(BadInput, match="FIELD_WRONG") as caught:
        book.append(Event(0, "REMITTED", DAY, content))
    assert caught.value.sentence("zh").encode()
    assert book.seq == 4


@MANY
@given(LIVES)
def test_a_grant_s_money_is_somewhere_also_when_it_is_written_off_and_comes_back_later(commands: list[dict[str, Any]]) -> None:
    book = live(commands)
    for name in book.view().grants():
        if not (left := book.view().grant(name)["outstanding"]):
            continue
        append(book, "WRITTEN_OFF", grant=name, recovered_fen=left // 3, written_off_fen=left - left // 3)
        append(book, "RECOVERED_LATER", grant=name, amount_fen=11)
        told = summary(book)["grants"][name]
        parts = ("converted", "repaid", "recovered", "written_off", "outstanding")
        assert told["paid"] == sum(told[part] for part in parts)
        assert told["outstanding"] == 0
        assert told["recovered_later"] >= 11
        with pytest.raises(BadInput, match="MORE_THAN_OUTSTANDING"):
            append(book, "WRITTEN_OFF", grant=name, recovered_fen=0, written_off_fen=1)


def test_the_last_price_is_read_from_units_by_holder_and_a_line_without_units_is_refused_when_it_is_recorded() -> None:
    book = begun()
    append(book, "GRANT_CONVERTED", grant="G1", principal_fen=10**7, units=100)
    money = [{"holder": "V", "amount_fen": 900}]
    append(book, "ROUND_CLOSED", company="c1", issued={"V": 3}, new_money=money)
    assert [part.value_fen for part in net_asset_value(book, DAY) if part.source == "ROUND"] == [30_000]
    append(book, "ROUND_CLOSED", company="c1", issued=[{"holder": "V", "shares": 9}], new_money=money)
    assert [part.value_fen for part in net_asset_value(book, DAY) if part.source == "ROUND"] == [10_000]
    with pytest.raises(BadInput, match=r"FIELD_MISSING.*units"):
        append(book, "ROUND_CLOSED", company="c1", issued=[{"holder": "V"}], new_money=money)


def test_splits_do_not_swell_units_without_end() -> None:
    book = begun()
    with pytest.raises(BadInput, match="SHARES_TOO_LARGE"):
        append(book, "UNITS_SPLIT", company="c1", numerator=10**15)
