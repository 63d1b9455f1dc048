"""Whatever is done to a chain is found, and where; a chain to which nothing was done is whole."""

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from xinya.kit import golden
from xinya.kit.audit_chain import (
    COLUMN_DIFFERS,
    GENESIS,
    PREV_MISMATCH,
    REASONS,
    ROW_CHANGED,
    SEAL_MISMATCH,
    SEQ_GAP,
    TAIL_MISSING,
    Link,
    Seal,
    canonical,
    link_hash,
    linked,
    verify,
)
from xinya.kit.audit_values import masked

word = st.text(max_size=8)
fields = st.dictionaries(word, st.none() | st.integers() | word | st.lists(word, max_size=2), max_size=3)
chains = st.lists(fields, min_size=1, max_size=9).map(
    lambda rows: list(linked({**row, "seq": seq} for seq, row in enumerate(rows, start=1)))
)


def sealed(chain: list[Link]) -> Seal:
    return Seal(chain[-1].seq, chain[-1].hash, len(chain))


@given(chains)
def test_a_chain_to_which_nothing_was_done_is_whole(chain: list[Link]) -> None:
    verdict = verify(chain, seals=[sealed(chain)])
    assert (verdict.ok, verdict.rows, verdict.last) == (True, len(chain), chain[-1].hash)


@given(chains, st.data())
def test_a_beginning_of_the_chain_holds_with_its_seal_and_so_does_the_whole(chain: list[Link], data: st.DataObject) -> None:
    part = chain[: data.draw(st.integers(1, len(chain)))]
    assert verify(part, seals=[sealed(part)]).ok
    assert verify(chain, seals=[sealed(part), sealed(chain)]).ok
    rest = verify(chain[len(part) :], first=len(part) + 1, prev=part[-1].hash, seals=[sealed(chain)])
    assert rest.ok


@given(chains, st.data())
def test_any_edit_of_one_row_is_found_at_it_or_just_behind(chain: list[Link], data: st.DataObject) -> None:
    place = data.draw(st.integers(0, len(chain) - 1))
    field = data.draw(st.sampled_from(["text", "hash", "prev", "seq"]))
    link = chain[place]
    if field == "seq":
        other: Any = data.draw(st.integers(-3, 20))
    else:
        other = canonical({"seq": link.seq, "x": data.draw(word)}) if field == "text" else data.draw(st.text("0123456789abcdef"))
    assume(other != getattr(link, field))
    changed = [*chain[:place], link._replace(**{field: other}), *chain[place + 1 :]]
    verdict = verify(changed, seals=[sealed(chain)])
    assert (verdict.ok, verdict.at) == (False, link.seq)


@given(chains, st.data(), st.booleans())
def test_an_edit_with_its_hash_made_anew_is_found(chain: list[Link], data: st.DataObject, goes_on: bool) -> None:
    place = data.draw(st.integers(0, len(chain) - 1))
    link = chain[place]
    text = canonical({"seq": link.seq, "forged": data.draw(word)})
    assume(text != link.text)
    changed = [*chain[:place], link._replace(text=text, hash=link_hash(link.prev, text)), *chain[place + 1 :]]
    if goes_on:  # every later hash as well
        for later in range(place + 1, len(chain)):
            before = changed[later - 1].hash
            changed[later] = changed[later]._replace(prev=before, hash=link_hash(before, changed[later].text))
    verdict = verify(changed, seals=[sealed(chain)])
    last = goes_on or link.seq == len(chain)
    assert (verdict.at, verdict.why) == ((len(chain), SEAL_MISMATCH) if last else (link.seq + 1, PREV_MISMATCH))


@given(chains, st.data())
def test_any_deletion_is_found(chain: list[Link], data: st.DataObject) -> None:
    begin = data.draw(st.integers(0, len(chain) - 1))
    end = data.draw(st.integers(begin + 1, len(chain)))
    verdict = verify(chain[:begin] + chain[end:], seals=[sealed(chain)])
    assert (verdict.at, verdict.why) == (begin + 1, TAIL_MISSING if end == len(chain) else SEQ_GAP)


@given(chains, st.data())
def test_any_insertion_is_found(chain: list[Link], data: st.DataObject) -> None:
    place = data.draw(st.integers(0, len(chain)))
    prev = chain[place - 1].hash if place else GENESIS
    new = next(linked([{"seq": place + 1, "forged": data.draw(word)}], prev))
    assume(place == len(chain) or new.text != chain[place].text)
    moved = [link._replace(seq=link.seq + data.draw(st.booleans())) for link in chain[place:]]
    changed = [*chain[:place], new, *moved]
    last = Seal(len(changed), changed[-1].hash) if place == len(chain) else sealed(chain)
    if place < len(chain):
        assert not verify(changed, seals=[sealed(chain)]).ok
    else:  # one more true row is no forgery, and the seal of before holds
        assert verify(changed, seals=[sealed(chain), last]).ok


@given(chains, st.data())
def test_any_swap_is_found_at_the_first_of_the_two(chain: list[Link], data: st.DataObject) -> None:
    assume(len(chain) > 1)
    one, other = sorted(data.draw(st.lists(st.integers(0, len(chain) - 1), min_size=2, max_size=2, unique=True)))
    changed = list(chain)
    changed[one], changed[other] = chain[other], chain[one]
    verdict = verify(changed, seals=[sealed(chain)])
    assert (verdict.at, verdict.why) == (one + 1, SEQ_GAP)


def test_a_column_that_says_something_else_than_the_text_is_found() -> None:
    chain = [link._replace(columns=json.loads(link.text)) for link in linked({"seq": n, "ok": True} for n in (1, 2, 3))]
    assert verify(chain).ok
    for other in ({"seq": 2, "ok": False}, {"seq": 2, "ok": 1}, {"seq": 2, "actor": "x"}):
        verdict = verify([chain[0], chain[1]._replace(columns=other), chain[2]])
        assert (verdict.at, verdict.why) == (2, COLUMN_DIFFERS)


def test_text_that_is_no_row_is_found_by_its_columns() -> None:
    for text in ("", "[]", "{"):
        link = Link(1, GENESIS, link_hash(GENESIS, text), text, {"seq": 1})
        assert verify([link]).why == COLUMN_DIFFERS


def test_a_seal_that_counted_other_rows_does_not_hold() -> None:
    chain = list(linked({"seq": n} for n in (1, 2)))
    assert verify(chain, seals=[Seal(2, chain[1].hash, 1)]).why == SEAL_MISMATCH
    assert verify(chain, seals=[Seal(2, chain[1].hash)]).ok


def test_an_empty_chain_is_whole_until_something_says_that_there_was_a_row() -> None:
    assert verify([]).ok
    assert (verify([], last=2).at, verify([], last=2).why) == (1, TAIL_MISSING)


def test_a_float_never_enters_a_row() -> None:
    for value in (1.5, [1.5], {"a": {"b": 0.0}}, float("nan")):
        with pytest.raises(ValueError, match="float"):
            canonical({"seq": 1, "value": value})
    with pytest.raises(TypeError):
        canonical({1: "x"})  # type: ignore[dict-item]


def test_keys_are_sorted_by_code_point_and_characters_are_kept() -> None:
    assert canonical({"é": 1, "z": '新\n"', "Z": None, "芽": []}) == '{"Z":null,"z":"新\\n\\"","é":1,"芽":[]}'


@given(st.text(min_size=4) | st.integers() | st.lists(st.text(min_size=1), min_size=1))
def test_a_masked_value_never_shows_the_whole(value: object) -> None:
    shown = masked(value)
    assert str(value) not in shown
    assert len(shown) < 24


# --- golden ---------------------------------------------------------------------------------------------------------

HOW: list[tuple[str, int, str]] = [
    ("delete rows 3 and 4", 3, SEQ_GAP),
    ("delete rows 2 to 4", 2, SEQ_GAP),
    ("delete rows 5 and 6", 5, TAIL_MISSING),
    ("repeat row 3 behind row 3", 4, SEQ_GAP),
    ("swap rows 1 and 6", 1, SEQ_GAP),
    ("row 2 change.state = [null, \"DONE\"]", 2, ROW_CHANGED),
    ("row 5 prev = \"00\"", 5, PREV_MISMATCH),
    ("row 6 ok = false, hash of row 6 recomputed; only the seal shows it", 6, SEAL_MISMATCH),
]  # fmt: skip


@pytest.fixture
def case(shared: Path) -> dict[str, Any]:
    return json.loads((shared / "data" / "golden" / "service" / "audit-chain.json").read_text("utf-8"))


def answered(document: dict[str, Any]) -> tuple[Any, Any]:
    """What a document expects and gets, as `xinya verify` runs it."""
    ((_name, case),) = golden.cases_of(document)
    return golden.run_case(case, Path())


def test_the_golden_chain_and_its_six_tamperings_come_out_as_they_should(case: dict[str, Any]) -> None:
    expected, found = answered(case)
    assert {name: expected[name] == found[name] for name in expected} == dict.fromkeys(expected, True)
    assert len(expected["tampered"]) == 6
    assert {finding["why"] for finding in found["tampered"].values()} <= set(REASONS)


@pytest.mark.parametrize(("how", "at", "why"), HOW)
def test_further_tamperings_of_the_same_form_are_run(case: dict[str, Any], how: str, at: int, why: str) -> None:
    case["tampered"] = [{"name": how, "how": how, "expect": {"ok": False, "at": at, "why": why}}]
    expected, found = answered(case)
    assert found["tampered"] == expected["tampered"]


@pytest.mark.parametrize(
    "spoil",
    [
        lambda case: case["chain"][3]["row"].update(reason="x"),
        lambda case: case["chain"][2].update(hash="0" * 64),
        lambda case: case["seal"].update(hash="0" * 64),
        lambda case: case["tampered"][0]["expect"].update(at=5),
        lambda case: case.update(canonical_bytes_of_row_4="{}"),
    ],
)
def test_a_golden_chain_that_is_wrong_does_not_pass(case: dict[str, Any], spoil: Callable[[dict[str, Any]], None]) -> None:
    spoil(case)
    expected, found = answered(case)
    assert any(expected[name] != found[name] for name in expected)


def test_what_nothing_here_runs_is_said_so(case: dict[str, Any]) -> None:
    with pytest.raises(ValueError, match="nothing here runs"):
        answered({"cases": []})
    case["tampered"][0]["how"] = "paint row 3 blue"
    with pytest.raises(ValueError, match="knows how to tamper"):
        answered(case)
