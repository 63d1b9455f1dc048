"""`xinya fund …`: the working in two languages, figures for programs, refusals with their code."""

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from xinya.cli.main import main
from xinya.fund.engine import SENTENCES

Answer = tuple[int, str, str]
Run = Callable[..., Answer]

ROUND: dict[str, Any] = {
    "holders": [{"holder": "FOUNDERS", "shares": 12345678}], "unallocated_pool": 0, "pre_money_fen": 8000000000,
    "new_money": [{"holder": "VC_A", "amount_fen": 4000000000}], "basis": "EXCLUDES",
    "instruments": [{"id": "G1", "holder": "PUBLIC", "type": "GRANT", "outstanding_principal_fen": 5000000000,
                     "share_ceiling": "0.2", "remainder": "REPAY"}],
}  # fmt: skip
EVENTS = [
    {"seq": 1, "type": "POOL_FUNDED", "date": "2021-01-04", "data": {"amount_fen": 1000}},
    {"seq": 2, "type": "CAP_TABLE_OPENED", "date": "2021-01-05", "data": {"company": "某公司", "holders": {"F": 900, "ESOP": 100}}},
    {"seq": 3, "type": "GRANT_APPROVED", "date": "2021-01-06", "data": {"grant": "G1", "company": "某公司", "amount_fen": 600}},
    {"seq": 4, "type": "TRANCHE_PAID", "date": "2021-02-01", "data": {"grant": "G1", "no": 1, "amount_fen": 600}},
    {"seq": 5, "type": "GRANT_CONVERTED", "date": "2022-02-01", "data": {"grant": "G1", "principal_fen": 600, "units": 250}},
    {"seq": 6, "type": "DIVIDEND", "date": "2021-12-31", "data": {"grant": "=G1", "amount_fen": 7}},
]


@pytest.fixture
def run(capsys: pytest.CaptureFixture[str]) -> Run:
    def call(*arguments: object) -> Answer:
        code = main(["fund", *map(str, arguments)])
        told = capsys.readouterr()
        return code, told.out, told.err

    return call


@pytest.fixture
def case(tmp_path: Path) -> Callable[..., Path]:
    def write(told: object = ROUND, **changes: Any) -> Path:
        path = tmp_path / "case.json"
        path.write_text(json.dumps({**told, **changes} if isinstance(told, dict) else told), "utf-8")
        return path

    return write


@pytest.fixture
def events(tmp_path: Path) -> Path:
    path = tmp_path / "events.jsonl"
    path.write_text("".join(json.dumps(row, ensure_ascii=False) + "\n" for row in EVENTS[:5]), "utf-8")
    return path


def test_the_working_shows_both_bases_the_limit_the_price_and_every_rounding(run: Run, case: Callable[..., Path]) -> None:
    code, out, _err = run("convert", case(), "--language", "en")
    assert code == 0
    first = out.index("Both bases side by side")
    assert first < out.index("6.4800") < out.index("Working, on top") < out.index("The limit binds") < out.index("Cap table")
    for figure in ("4.5360", "4000000000/6172839", "18518517/4", "4,629,629", "20,000,001.62", "29,999,998.38", "53.333334%"):
        assert figure in out


def test_the_working_names_the_safe_s_choice_interest_pool_and_limited_company(run: Run, case: Callable[..., Path]) -> None:
    instruments = [
        *ROUND["instruments"],
        {"id": "S1", "holder": "ANGEL", "type": "SAFE_POST", "outstanding_principal_fen": 600000000, "cap_fen": 1200000000},
        {"id": "S2", "holder": "ANGEL", "type": "SAFE_POST", "outstanding_principal_fen": 6000000, "cap_fen": 120000000000},
        {"id": "N1", "holder": "ANGEL", "type": "NOTE", "outstanding_principal_fen": 1000000, "annual_rate": "0.08",
         "interest_from": "2023-01-01", "interest_to": "2024-07-01"},
    ]  # fmt: skip
    path = case(instruments=instruments, pool_target="0.1", unit="REG_CAPITAL_FEN", unallocated_pool=5)
    code, out, _err = run("convert", path, "--language", "en")
    assert code == 0
    for words in ("it takes its cap", "it takes phi", "interest of", "Pool after the round", "registered capital and"):
        assert words in out


def test_a_basis_that_cannot_be_computed_shows_its_code_beside_the_other(run: Run, case: Callable[..., Path]) -> None:
    path = case(pre_money_fen=5000000000, instruments=[{**ROUND["instruments"][0], "share_ceiling": None}])
    _code, out, _err = run("convert", path, "--language", "en")
    assert "PRE_MONEY_TOO_SMALL" in out
    sides = json.loads(run("convert", path, "--json")[1])["both_bases"]
    assert sides["INCLUDES"] == {"error": "PRE_MONEY_TOO_SMALL"}
    assert sides["EXCLUDES"]["converted_principal_fen"] == 5000000000


@pytest.mark.parametrize(
    ("change", "code"),
    [
        ({"pre_money_fen": 0}, "AMOUNT_NOT_POSITIVE"),
        ({"pre_money_fen": 8000000000.0}, "AMOUNT_NOT_INTEGER"),
        ({"pre_money_fen": True}, "AMOUNT_NOT_INTEGER"),
        ({"pre_money_fen": 10**15 + 1}, "AMOUNT_TOO_LARGE"),
        ({"holders": []}, "EMPTY_CAP_TABLE"),
        ({"holders": [{"holder": "F", "shares": 10**15 + 1}]}, "SHARES_TOO_LARGE"),
        ({"holders": [{"holder": "F", "shares": 1}] * 2}, "DUPLICATE_ID"),
        ({"pool_target": 0.1}, "POOL_TARGET_OUT_OF_RANGE"),
        ({"pool_target": "10"}, "POOL_TARGET_OUT_OF_RANGE"),
        ({"basis": "POST"}, "UNKNOWN_BASIS"),
        ({"instruments": [{**ROUND["instruments"][0], "share_ceiling": "20"}]}, "CEILING_OUT_OF_RANGE"),
        ({"instruments": [{**ROUND["instruments"][0], "type": "OTHER"}]}, "UNKNOWN_KIND"),
        ({"instruments": [{"id": "G1"}]}, "FIELD_MISSING"),
        ({"holders": "F"}, "FIELD_WRONG"),
        ({"kind": "waterfall"}, "UNKNOWN_KIND"),
    ],
)
def test_a_refusal_has_its_code_its_sentence_and_exit_code_two(
    run: Run, case: Callable[..., Path], change: dict[str, Any], code: str
) -> None:
    ended, out, err = run("convert", case(**change), "--language", "en")
    assert (ended, out) == (2, "")
    assert err.startswith(f"xinya: {code}: ")


def test_what_is_no_case_is_refused(run: Run, tmp_path: Path) -> None:
    (tmp_path / "x.json").write_bytes(b"\xff{")
    assert run("convert", tmp_path / "x.json")[2].startswith("xinya: FIELD_WRONG")
    assert run("convert", tmp_path / "none.json")[0] == 2
    (tmp_path / "x.json").write_text("[1]", "utf-8")
    assert run("convert", tmp_path / "x.json")[2].startswith("xinya: FIELD_WRONG")


def test_every_sentence_of_a_refusal_has_gaps_that_are_filled() -> None:
    assert len(SENTENCES) > 35
    for code, sentence in SENTENCES.items():
        assert code.isupper()
        assert sentence[-1] == "."


def test_an_exit_is_told_class_by_class(run: Run, case: Callable[..., Path]) -> None:
    told = {
        "common_shares": 30000000, "proceeds_fen": [9000000000, 90000000000],
        "classes": [{"id": "A", "shares": 3333333, "preference_fen": 5000000000, "repay_rank": 1, "participating": False}],
    }  # fmt: skip
    _code, out, _err = run("waterfall", case(told), "--language", "en")
    assert "keeps its preference" in out
    assert "converts" in out
    assert "The lines bend at: 0.00; 50,000,000.00; " in out
    found = json.loads(run("waterfall", case(told), "--json")[1])
    assert [sum(one["payout_fen"].values()) for one in found["scenarios"]] == told["proceeds_fen"]


def test_the_simulation_leads_with_the_median_and_the_chance_of_a_loss(run: Run) -> None:
    _code, out, _err = run("simulate", "--runs", 2000, "--language", "en")
    head = next(line for line in out.splitlines() if "median" in line)
    assert head.index("median") < head.index("chance of getting less back") < head.index("mean")
    found = json.loads(run("simulate", "--runs", 2000, "--json")[1])
    assert found["exact"] is False
    assert list(found["policies"][1]["first"])[:2] == ["median", "p_below_1"]
    assert run("simulate", "--runs", 200001)[2].startswith("xinya: TOO_MANY_RUNS")


def test_a_replay_stands_on_any_day_and_after_any_event(run: Run, events: Path) -> None:
    _code, out, _err = run("replay", events, "--language", "en")
    assert "某公司" in out
    assert "PUBLIC" in out
    now = json.loads(run("replay", events, "--json")[1])
    then = json.loads(run("replay", events, "--as-of", "2021-12-31", "--json")[1])
    first = json.loads(run("replay", events, "--upto", 4, "--json")[1])
    assert now["cap_table"] == {"F": 900, "ESOP": 100, "PUBLIC": 250}
    assert then["cap_table"] == first["cap_table"] == {"F": 900, "ESOP": 100}
    assert then["balances_fen"] == first["balances_fen"]
    assert run("replay", events, "--as-of", "2021-2-3")[2].startswith("xinya: DATE_WRONG")


def test_the_ledger_leaves_as_beancount_and_csv(run: Run, events: Path) -> None:
    _code, out, _err = run("replay", events, "--beancount")
    assert "2021-01-04 open Assets:Pool:Cash CNY" in out
    amounts = [line.split()[1] for line in out.splitlines() if line.endswith("CNY") and not line.startswith("2021-01-04 open")]
    cents = [int(amount.replace(".", "")) for amount in amounts]
    assert sum(cents) == 0
    assert len(cents) == 6
    _code, out, _err = run("replay", events, "--csv")
    assert out.splitlines()[0] == "seq,date,type,grant,debit,credit,amount_fen,late,hash"
    assert out.splitlines()[2].startswith("4,2021-02-01,TRANCHE_PAID,G1,GRANT_OUTSTANDING,POOL_CASH,600,0,")


def test_a_cell_that_looks_like_a_formula_is_written_with_an_apostrophe() -> None:
    from xinya.fund.files.ledger_text import plain_cell

    assert [plain_cell(text) for text in ("=1+1", "+1", "-1", "@x", "G1", "")] == ["'=1+1", "'+1", "'-1", "'@x", "G1", ""]


def test_every_wrong_line_of_events_is_named(run: Run, tmp_path: Path) -> None:
    path = tmp_path / "wrong.jsonl"
    path.write_text(
        '{"seq": 1}\nnot json\n{"seq": 3, "type": "REMITTED", "date": "2021-01-01", "data": {"amount_fen": 1.5}}\n', "utf-8"
    )
    code, out, err = run("replay", path, "--language", "en")
    assert (code, out) == (2, "")
    assert [line.split(":")[1].strip() for line in err.splitlines()] == ["FIELD_MISSING", "FIELD_WRONG", "AMOUNT_NOT_INTEGER"]
    assert "line 3.data.amount_fen" in err


def test_a_package_is_written_checked_and_read_again(run: Run, events: Path, tmp_path: Path) -> None:
    for out in (tmp_path / "package", tmp_path / "package.zip"):
        assert run("ocf", "export", events, out, "--language", "en")[0] == 0
        assert run("ocf", "check", out, "--language", "en") == (0, "0 defects\n", "")
        found = json.loads(run("ocf", "import", out, "--json")[1])
        assert found["cap_table"] == {"F": 900, "ESOP": 100, "PUBLIC": 250}
    back = tmp_path / "back"
    assert run("ocf", "import", tmp_path / "package", back)[0] == 0
    again = tmp_path / "again"
    assert run("ocf", "export", back / "events.jsonl", again, "--facts", back / "facts.json")[0] == 0
    first = {path.name: path.read_bytes() for path in (tmp_path / "package").iterdir()}
    assert {path.name: path.read_bytes() for path in again.iterdir()} == first
    assert run("ocf", "export", events, again)[2].startswith("xinya: FIELD_WRONG")


def test_a_defect_of_a_package_ends_with_exit_code_one(run: Run, events: Path, tmp_path: Path) -> None:
    run("ocf", "export", events, tmp_path / "p")
    path = tmp_path / "p" / "Transactions.ocf.json"
    path.write_text(path.read_text("utf-8").replace('"quantity": "900"', '"quantity": "many"'), "utf-8")
    code, out, _err = run("ocf", "check", tmp_path / "p", "--language", "en")
    assert code == 1
    assert "OCF_SCHEMA" in out
    assert "OCF_MD5" in out
    assert run("ocf", "import", tmp_path / "p")[0] == 2
