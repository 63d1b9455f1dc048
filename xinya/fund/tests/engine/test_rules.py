"""Single rules beside the golden cases: windows, schedules, maturity, write-off, later rounds, values; each at its edge."""

import datetime
from dataclasses import replace
from fractions import Fraction
from functools import partial

import pytest

from xinya.fund.engine import (
    Accrual,
    Adjustment,
    BadInput,
    Book,
    Bucket,
    Event,
    Holding,
    Instrument,
    Investor,
    Lot,
    NewMoney,
    PaidTranche,
    RateTable,
    Round,
    Row,
    Rule,
    SignedRound,
    adjusted,
    buy_back,
    concession,
    convert,
    demand_trigger,
    due_at_maturity,
    extended_to,
    figures,
    net_asset_value,
    qualified_round,
    recycle,
    write_off,
)  # fmt: skip
from xinya.fund.engine import flows as flows_of
from xinya.fund.engine.exact import decimal, fen, months_after, months_before, percent, share, split, yuan

DAY = datetime.date(2024, 2, 29)
RULE = Rule(threshold_fen=100)


def signed(day: str, amount: int, *, related: bool = False, kind: str = "ROUND") -> SignedRound:
    return SignedRound(datetime.date.fromisoformat(day), (Investor("V", amount, related),), 1000, kind)


@pytest.mark.parametrize(
    ("rounds", "met"),
    [
        ([signed("2024-02-14", 60), signed("2025-02-14", 40)], False),  # the day a year before is out of the window
        ([signed("2024-02-15", 60), signed("2025-02-14", 40)], True),
        ([signed("2025-02-14", 40), signed("2024-02-15", 60)], True),  # in the order of days, however listed
        ([signed("2025-02-14", 100, related=True)], False),
        ([signed("2025-02-14", 100, kind="TRANSFER")], False),
        ([signed("2025-02-14", 100, kind="POOL_INCREASE"), signed("2025-02-14", 99)], False),
        ([signed("2025-02-14", 60), signed("2025-02-14", 40)], True),
    ],
)
def test_a_round_is_qualified_by_what_strangers_paid_within_the_window(rounds: list[SignedRound], met: bool) -> None:
    assert qualified_round(RULE, rounds).is_met is met


def test_related_money_counts_where_the_rule_says_so_and_no_trigger_is_refused_by_its_code() -> None:
    rounds = [signed("2025-02-14", 100, related=True)]
    assert qualified_round(replace(RULE, exclude_related=False), rounds).is_met
    with pytest.raises(BadInput, match="NOT_TRIGGERED"):
        demand_trigger(qualified_round(RULE, rounds))


@pytest.mark.parametrize(
    ("paid_on", "row"),
    [
        ("2027-02-28", "COST_PLUS_SIMPLE_INTEREST"),
        ("2027-03-01", "MAX_OF_COST_PLUS_INTEREST_AND_APPRAISAL"),
        ("2029-02-28", "MAX_OF_COST_PLUS_INTEREST_AND_APPRAISAL"),
        ("2029-03-01", "APPRAISAL_OR_EXCHANGE"),
    ],
)
def test_the_schedule_counts_years_from_the_tranche_and_includes_the_anniversary(paid_on: str, row: str) -> None:
    schedule = [
        Row(3, "COST_PLUS_SIMPLE_INTEREST"),
        Row(5, "MAX_OF_COST_PLUS_INTEREST_AND_APPRAISAL"),
        Row(None, "APPRAISAL_OR_EXCHANGE"),
    ]
    sale = buy_back(Lot(100, 1000, DAY), 40, datetime.date.fromisoformat(paid_on), schedule, Fraction(0), appraisal_fen=777)
    assert sale.row == row
    assert sale.price_fen == (400 if row.startswith("COST") else 777)


def test_the_greater_of_cost_and_appraisal_is_paid_and_a_missing_appraisal_is_asked_for() -> None:
    schedule = [Row(None, "MAX_OF_COST_PLUS_INTEREST_AND_APPRAISAL")]
    assert buy_back(Lot(100, 1000, DAY), 40, DAY, schedule, Fraction(0), appraisal_fen=7).price_fen == 400
    with pytest.raises(BadInput, match="appraisal_fen is missing"):
        buy_back(Lot(100, 1000, DAY), 40, DAY, schedule, Fraction(0))
    with pytest.raises(BadInput, match="schedule is missing"):
        buy_back(Lot(100, 1000, DAY), 40, datetime.date(2030, 1, 1), [Row(1, "COST_PLUS_SIMPLE_INTEREST")], Fraction(0))


def test_overdue_money_accrues_at_the_same_rate_and_principal_alone_is_an_option() -> None:
    table = RateTable.of([(DAY, Fraction(1, 100)), (datetime.date(2025, 2, 28), Fraction(2, 100))])
    tranche = [PaidTranche(36_500, DAY)]
    on_time = due_at_maturity(tranche, datetime.date(2025, 2, 28), table)
    late = due_at_maturity(tranche, datetime.date(2025, 3, 10), table)
    assert (on_time.interest_fen, late.interest_fen) == (365, 385)
    assert due_at_maturity(tranche, datetime.date(2025, 2, 28), table, option="REPAY_PRINCIPAL").due_fen == 36_500


@pytest.mark.parametrize("rate", [Fraction(1), Fraction(3), Fraction(-1, 100)])
def test_every_row_of_a_rate_table_is_judged_the_last_and_the_only_one_too(rate: Fraction) -> None:
    later = datetime.date(2025, 1, 1)
    good = Fraction(3, 100)
    for rows in ([(DAY, rate)], [(DAY, good), (later, rate)], [(DAY, rate), (later, good)]):
        with pytest.raises(BadInput, match="RATE_OUT_OF_RANGE"):
            RateTable.of(rows)


def test_a_table_that_is_empty_or_starts_late_has_a_gap_also_for_a_period_of_no_days() -> None:
    with pytest.raises(BadInput, match="RATE_TABLE_GAP"):
        RateTable.of([])
    late = RateTable.of([(DAY + datetime.timedelta(days=1), Fraction(3, 100))])
    for until in (DAY, DAY + datetime.timedelta(days=400)):
        with pytest.raises(BadInput, match="RATE_TABLE_GAP"):
            due_at_maturity([PaidTranche(100, DAY)], until, late)
    assert due_at_maturity([PaidTranche(100, DAY)], DAY, RateTable.of([(DAY, Fraction(3, 100))])).due_fen == 100


def test_a_term_is_extended_as_often_as_the_contract_says() -> None:
    assert extended_to(datetime.date(2024, 8, 31), 6) == datetime.date(2025, 2, 28)
    assert extended_to(DAY, 6, done_before=7, at_most=None) == datetime.date(2024, 8, 29)
    with pytest.raises(BadInput, match=r"EXTENSION_USED_UP.*1 times already; the contract allows 1"):
        extended_to(DAY, 6, done_before=1)
    for months in (0, -1, 1201, True, "6", None):
        with pytest.raises(BadInput, match="FIELD_WRONG"):
            extended_to(DAY, months)  # type: ignore[arg-type]


def test_a_write_off_of_shares_takes_their_cost_and_a_missing_audit_stops_it() -> None:
    done = write_off(100, 100, due_diligence_complete=True, misuse_found=False, account="EQUITY_AT_COST")
    assert done.postings == (("POOL_CASH", "EQUITY_AT_COST", 100),)
    with pytest.raises(BadInput, match="DUE_DILIGENCE_MISSING"):
        write_off(100, 0, due_diligence_complete=True, misuse_found=False, special_audit_attached=False)


def test_a_round_above_the_conversion_price_adjusts_nothing_and_a_ratchet_takes_the_new_price() -> None:
    after = partial(adjusted, Fraction(10), fully_diluted_before=100, new_units=10, class_units=30)
    assert after(new_price=Fraction(11)).conversion_price == 10
    assert after(new_price=Fraction(5), method="NONE").extra == 0
    assert after(new_price=Fraction(5), method="FULL_RATCHET") == Adjustment(Fraction(5), 60, 30)


def test_a_concession_is_never_negative() -> None:
    done = concession(1000, 900, 365, hurdle_rate=Fraction(0), share=Fraction(1, 2))
    assert (done.concession_fen, done.public_fen, done.gain_above_hurdle_fen) == (0, 900, -100)


def test_a_concession_is_rounded_down_for_the_public_side() -> None:
    done = concession(1000, 1101, 0, hurdle_rate=Fraction(0), share=Fraction(99, 100))
    assert (done.concession_fen, done.public_fen) == (99, 1002)  # 99.99


def test_in_a_bucket_on_both_sides_of_one_only_the_winners_are_bought_back() -> None:
    bucket = Bucket(Fraction(1), Fraction(1, 2), Fraction(2))
    assert bucket.mean() == Fraction(5, 4)
    assert bucket.mean_bought_back(Fraction(6, 5)) == Fraction(1, 3) * Fraction(3, 4) + Fraction(2, 3) * Fraction(6, 5)


def test_a_pool_that_grows_has_no_bound() -> None:
    assert recycle(100, 100, Fraction(1), 5, 20).bound is None
    assert recycle(99, 100, Fraction(1, 2), 5, 20).multiple is None


def test_a_grant_with_interest_converts_its_interest_too_and_a_rest_of_it_is_due_in_cash() -> None:
    year = Accrual(Fraction(1, 10), 365, datetime.date(2023, 1, 1), datetime.date(2024, 1, 1))
    grant = Instrument("G", "P", "GRANT", 1000, accrual=year)
    told = Round((Holding("F", 10_000),), 10_000, (NewMoney("V", 1000),), (grant,))
    whole = convert(told).instruments[0]
    assert (whole.units, whole.converted_fen, whole.converted_principal_fen, whole.rest_interest_fen) == (1100, 1100, 1000, 0)
    cut = convert(replace(told, instruments=(replace(grant, share_ceiling=Fraction(105, 1205)),))).instruments[0]
    assert (cut.units, cut.converted_principal_fen, cut.remainder_fen, cut.rest_interest_fen) == (1050, 1000, 0, 50)


def test_those_who_act_in_concert_count_as_one_on_both_sides() -> None:
    holders = (Holding("A", 300, "G"), Holding("B", 300, "G"), Holding("P1", 100, "P"))
    grant = Instrument("X", "P2", "GRANT", 1000, not_largest=True, group="P")
    done = convert(Round(holders, 700, (), (grant,)))
    assert done.cap_table["P2"] == 499  # with P1's 100 one below the 600 of A and B
    assert done.binding == "NOT_LARGEST_HOLDER"


def test_a_holder_of_two_groups_is_refused() -> None:
    with pytest.raises(BadInput, match="DUPLICATE_ID"):
        convert(Round((Holding("A", 1, "G"),), 100, (NewMoney("A", 1, "H"),)))


def test_net_asset_value_names_the_source_and_marks_a_round_that_is_too_old() -> None:
    book = Book().extend(
        [
            Event(0, "POOL_FUNDED", DAY, {"amount_fen": 1000}),
            Event(0, "CAP_TABLE_OPENED", DAY, {"holders": {"F": 100}}),
            Event(0, "GRANT_APPROVED", DAY, {"grant": "G", "amount_fen": 500, "tranches_fen": [300, 200]}),
            Event(0, "TRANCHE_PAID", DAY, {"grant": "G", "no": 1, "amount_fen": 300}),
            Event(0, "TRANCHE_PAID", DAY, {"grant": "G", "no": 2, "amount_fen": 200}),
            Event(0, "ROUND_CLOSED", DAY, {"pps_fen_exact": "10", "issued": [{"holder": "V", "units": 5}]}),
            Event(0, "GRANT_CONVERTED", DAY, {"grant": "G", "principal_fen": 300, "units": 33}),
        ]
    )
    parts = net_asset_value(book, months_after(DAY, 18), haircut=Fraction(1, 10), impairment={"G": Fraction(1, 2)})
    assert [(part.source, part.value_fen, part.is_stale) for part in parts] == [("COST", 100, False), ("ROUND", 297, False)]
    assert net_asset_value(book, months_after(DAY, 19))[1].is_stale
    ratios = figures(book.view(), nav_fen=397)
    assert (ratios.paid_in_fen, ratios.rvpi, ratios.supported) == (500, Fraction(397, 500), 1)
    assert flows_of(book) == [(DAY, -500)]


def test_what_is_shown_is_rounded_half_up_and_what_is_parted_sums() -> None:
    assert percent(1, 3) == "33.333333%"
    assert decimal(Fraction(-1, 8), 2) == "-0.13"
    assert yuan(-123_456_789) == "-1,234,567.89"
    assert split(10, [1, 1, 1]) == [4, 3, 3]
    assert months_before(datetime.date(2024, 3, 31), 1) == DAY


@pytest.mark.parametrize("value", ["20", "1", "0.2%", ".5", "", "-0.1", "1e-1", "０.2", 0.2, True, None, 0])
def test_a_rate_is_a_decimal_string_below_one_and_nothing_else(value: object) -> None:
    with pytest.raises(BadInput, match="RATE_OUT_OF_RANGE"):
        share(value, "rate", "RATE_OUT_OF_RANGE")


@pytest.mark.parametrize("value", [True, 5.0, "5", None, Fraction(5)])
def test_an_amount_is_a_whole_number_and_nothing_else(value: object) -> None:
    with pytest.raises(BadInput, match="AMOUNT_NOT_INTEGER"):
        fen(value, "amount")
