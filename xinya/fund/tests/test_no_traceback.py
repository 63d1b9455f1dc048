"""No input ends in a traceback: golden cases and event files with anything anywhere are answered or refused with a code."""

import copy
import json
import re
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from xinya.cli.main import main
from xinya.fund.engine import SENTENCES, BadInput, replay
from xinya.fund.files.answers import ANSWERS
from xinya.fund.files.cases import read_case
from xinya.fund.files.event_lines import lines, read_lines, summary
from xinya.fund.files.ledger_text import beancount, ledger_csv

from .test_ocf import generated

RAW = re.compile(r'"@raw (.*?)@"')
NASTY = [
    "null", "true", "-1", "0", "1", "2", "1000000000000000", "1000000000000001", f"1{'0' * 400}", "9" * 4200, "9" * 5000, "1.5",
    "1e5", "1e999", "NaN", "-Infinity", '""', '"x"', '"\\ud800"', '"\\u0000"', '"\\u2028"', "[]", "{}", "[[]]", "[{}]", "[null]",
    '{"a": 1}', '{"UNALLOCATED_POOL": 1}', f"{'[' * 300}{']' * 300}", '"0"', '"0.2"', '"20"', '"1/3"', '"1/0"', f'"{"9" * 20}"',
    f'"0.{"9" * 30}"', f'"{"9" * 5000}"', '"1900-01-01"', '"2200-12-31"', '"9999-12-31"', '"2024-02-30"', '"UNALLOCATED_POOL"',
    '"COMMON"', '"PUBLIC"', '"SAFE_POST"', '"INCLUDES"', '"ISSUED"', '"EXTEND"', '"REPAY_PRINCIPAL"', '"CONVERT_AT_APPRAISAL"',
    '"APPRAISAL_OR_EXCHANGE"', '"FULL_RATCHET"', '"EQUITY_AT_COST"', '"REVERSED"', '"UNITS_SPLIT"', '"TRIGGER_MET"', '".."',
]  # fmt: skip
FIELDS = [
    "group", "cap_fen", "floor_fen", "discount", "share_ceiling", "ceiling_base", "not_largest_holder", "remainder", "annual_rate",
    "year_basis", "interest_from", "interest_to", "type", "option", "extended_times", "extensions_allowed", "extension_months",
    "repaid_on", "signed_on", "account", "special_audit_attached", "method", "original_price_fen", "pool_target", "name", "kind",
    "flows", "nav_fen", "as_of", "tranches", "unit", "basis", "cap_multiple", "participating", "repay_rank", "until_years",
    "appraisal_fen", "unallocated_pool", "instruments", "related", "issued", "holder", "units", "shares", "amount_fen", "new_money",
    "pps_fen_exact", "company", "grant", "reverses", "no", "from", "months", "hash", "previous", "key", "named_by_decision",
]  # fmt: skip
MANY = settings(max_examples=400, deadline=None)


@pytest.fixture(scope="session")
def golden(shared: Path) -> Path:
    return shared / "data" / "golden" / "fund"


@pytest.fixture(scope="session")
def bases(golden: Path) -> list[tuple[str, Any]]:
    found = [json.loads(path.read_text("utf-8")) for path in sorted(golden.glob("F*.json"))]
    kinds = [(case["kind"], case["inputs"]) for case in found]
    due = next(inputs for kind, inputs in kinds if kind == "maturity_repay")
    return [*kinds, ("maturity_repay", due | {"option": "EXTEND", "extension_months": 12, "extended_times": 0})]


def places(value: Any, path: tuple[Any, ...] = ()) -> list[tuple[Any, ...]]:
    below = value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ()
    return [path, *(found for key, one in below for found in places(one, (*path, key)))]


@st.composite
def spoilt(draw: st.DrawFn, told: Any) -> str:
    """The JSON of something, with one to three of its values replaced, left out, doubled or added to."""
    told = copy.deepcopy(told)
    for _time in range(draw(st.integers(1, 3))):
        found = places(told)[1:]
        if not found:
            break
        *path, last = draw(st.sampled_from(found))
        parent = told
        for step in path:
            parent = parent[step]
        raw = f"@raw {draw(st.sampled_from(NASTY))}@"
        act = draw(st.integers(0, 5))
        if act == 0 and isinstance(parent, dict):
            del parent[last]
        elif act == 1 and isinstance(parent, list):
            parent.append(copy.deepcopy(parent[last]))
        elif act == 2 and isinstance(parent, dict):
            parent[draw(st.sampled_from(FIELDS))] = raw
        else:
            parent[last] = raw
    return RAW.sub(lambda found: json.loads(f'"{found[1]}"'), json.dumps(told))


def demand_refusal(refused: BadInput) -> None:
    assert refused.code in SENTENCES
    for language in ("zh", "en"):
        assert refused.sentence(language).encode()


@MANY
@given(st.data())
def test_a_case_with_anything_anywhere_is_answered_or_refused(
    bases: list[tuple[str, Any]], golden: Path, data: st.DataObject
) -> None:
    kind, inputs = data.draw(st.sampled_from(bases))
    written = data.draw(spoilt(inputs))
    try:
        answer = ANSWERS[kind](read_case(written.encode()), golden)
    except BadInput as refused:
        demand_refusal(refused)
    else:
        assert json.dumps(answer, ensure_ascii=False).encode()


EVENTS = [json.loads(line) for line in lines(generated(3, 30).events()).decode().split("\n") if line]
BARE = [{name: value for name, value in row.items() if name not in ("hash", "previous", "postings")} for row in EVENTS]
BARE += [
    {"seq": 31, "type": "ROUND_SIGNED", "date": "2024-01-01", "data": {"new_money": [{"holder": "V", "amount_fen": 5}]}},
    {"seq": 32, "type": "TRIGGER_MET", "date": "2024-01-01", "data": {"grant": "G1"}},
    {"seq": 33, "type": "MATURITY_EXTENDED", "date": "2024-01-01", "data": {"grant": "G2", "months": 12}},
]  # fmt: skip


@MANY
@given(st.data())
def test_an_event_file_with_anything_anywhere_is_replayed_or_refused(data: st.DataObject) -> None:
    place = data.draw(st.integers(0, len(BARE) - 1))
    rows = [json.dumps(row) for row in BARE]
    rows[place] = data.draw(spoilt(BARE[place]))
    try:
        book = replay(read_lines("\n".join(rows).encode()))
    except BadInput as refused:
        demand_refusal(refused)
        return
    for text in (json.dumps(summary(book), ensure_ascii=False), beancount(book), ledger_csv(book)):
        assert text.encode()
    assert replay(read_lines(lines(book.events()))).hash == book.hash


def test_what_is_spoilt_is_sometimes_answered_and_refused_in_many_ways() -> None:
    """The two tests above say something: their inputs are neither all refused nor all alike."""
    drawn: list[str] = []

    @settings(max_examples=300, database=None, derandomize=True, deadline=None)
    @given(st.data())
    def collect(data: st.DataObject) -> None:
        place = data.draw(st.integers(0, len(BARE) - 1))
        rows = [*map(json.dumps, BARE[:place]), data.draw(spoilt(BARE[place]))]
        try:
            replay(read_lines("\n".join(rows).encode()))
            drawn.append("")
        except BadInput as refused:
            drawn.append(refused.code)

    collect()
    assert 10 < drawn.count("") < 200
    assert len(set(drawn)) > 6


@pytest.mark.parametrize(
    ("kind", "changes", "code"),
    [
        ("maturity_repay", {"option": "EXTEND", "extension_months": None}, "FIELD_WRONG"),
        ("maturity_repay", {"option": "EXTEND", "extension_months": 10**14}, "FIELD_WRONG"),
        ("maturity_repay", {"option": "EXTEND", "extension_months": 12, "extended_times": "x"}, "FIELD_WRONG"),
        ("maturity_repay", {"option": "EXTEND", "extension_months": 12, "extended_times": 1}, "EXTENSION_USED_UP"),
        ("maturity_repay", {"rate_table": []}, "RATE_TABLE_GAP"),
        ("maturity_repay", {"rate_table": [{"effective": "2020-01-01", "annual_rate": "3"}]}, "RATE_OUT_OF_RANGE"),
        ("buyback", {"schedule": [{"until_years": "3", "price": "COST_PLUS_SIMPLE_INTEREST"}]}, "FIELD_WRONG"),
        ("convert_round", {"holders": [{"holder": "F", "shares": 1, "group": 5}]}, "FIELD_WRONG"),
        ("convert_round", {"holders": [{"holder": "F", "shares": 1, "group": ""}]}, "FIELD_WRONG"),
        ("convert_round", {"new_money": [{"holder": "F", "amount_fen": 1, "group": [1]}]}, "FIELD_WRONG"),
        ("convert_round", {"holders": [{"holder": "UNALLOCATED_POOL", "shares": 1}]}, "DUPLICATE_ID"),
        ("convert_round", {"holders": [{"holder": f"F{n}", "shares": 1} for n in range(5001)]}, "TOO_MANY_LINES"),
        ("convert_round", {"instruments": None, "tranches": [{"planned_fen": 1, "status": "PAID"}]}, "TRANCHES_DO_NOT_SUM"),
        ("recycling", {"return_ratio": "9" * 40}, "AMOUNT_TOO_LARGE"),
        ("recycling", {"lag_years": 0}, "FIELD_WRONG"),
        ("fund_metrics", {"cashflow_file": ".."}, "FIELD_WRONG"),
        ("fund_metrics", {"cashflow_file": "x" * 5000}, "FIELD_WRONG"),
        ("dilution_path", {"start": {"total": 10, "public": 1, "unallocated_pool": 0, "name": [1]}}, "FIELD_WRONG"),
    ],
)
def test_single_inputs_that_once_ended_otherwise(
    bases: list[tuple[str, Any]], golden: Path, kind: str, changes: dict[str, Any], code: str
) -> None:
    inputs = next(inputs for name, inputs in bases if name == kind)
    with pytest.raises(BadInput) as caught:
        ANSWERS[kind](inputs | changes, golden)
    assert caught.value.code == code


def test_a_schedule_of_very_many_years_is_for_ever(bases: list[tuple[str, Any]], golden: Path) -> None:
    inputs = next(inputs for name, inputs in bases if name == "buyback")
    row = {"price": "COST_PLUS_SIMPLE_INTEREST"}
    ever, long = (ANSWERS["buyback"](inputs | {"schedule": [row | {"until_years": y}]}, golden) for y in (None, 10**9))
    assert ever == long


def test_a_flow_file_that_is_none_is_refused(bases: list[tuple[str, Any]], tmp_path: Path) -> None:
    inputs = next(inputs for name, inputs in bases if name == "fund_metrics")
    for content in (
        b"\xff\xfe\x00",
        b"date,amount_fen\n2021-01-01,--5\n",
        b"date,amount_fen\n2021-01-01," + b"9" * 5000,
        b"a\n1\n",
        b'date,amount_fen\n2021-01-01,"' + b"9" * 200_000 + b'"\n',
    ):
        (tmp_path / inputs["cashflow_file"]).write_bytes(content)
        with pytest.raises(BadInput):
            ANSWERS["fund_metrics"](inputs, tmp_path)


def test_lists_in_lists_and_half_characters_are_refused_as_they_are_read() -> None:
    for content in (b'{"a": ' + b"[" * 500 + b"]" * 500 + b"}", b'{"a": "\\ud800"}', b'{"\\udfff": 1}', b"[" * 10**6):
        with pytest.raises(BadInput, match="FIELD_WRONG"):
            read_case(content)


@pytest.mark.parametrize(
    "arguments",
    [
        ["--seed", "-1"], ["--seed", "9" * 60], ["--runs", "0"], ["--horizon", "-1"], ["--horizon", "201"], ["--pool-fen", "-5"],
        ["--ticket-fen", "9" * 50], ["--years-to-exit", "5", "2"], ["--years-to-repay", "0", "0"], ["--years-to-exit", "1", "101"],
        ["--pool-fen", "1000000", "--ticket-fen", "1", "--runs", "200000"],
    ],
)  # fmt: skip
def test_a_simulation_that_cannot_be_is_refused(arguments: list[str], capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["fund", "simulate", "--language", "en", *arguments]) == 2
    told = capsys.readouterr()
    assert told.out == ""
    assert re.match(r"xinya: [A-Z_]+: ", told.err)


def test_a_pool_that_would_pay_for_more_tickets_than_can_be_drawn_is_refused(tmp_path: Path, golden: Path) -> None:
    case = json.loads((golden / "F25-policy-expectation.json").read_text("utf-8"))["inputs"]
    case["multiple_buckets"] = [{"p": "1", "lo": "1000000000000", "hi": "1000000000000"}]
    (tmp_path / "case.json").write_text(json.dumps(case), "utf-8")
    assert main(["fund", "simulate", str(tmp_path / "case.json"), "--runs", "100"]) == 2
