"""What a case's computation answers, as JSON: whole numbers, exact ratios "p/q", percents; one function a kind of case."""

from collections.abc import Callable, Mapping
from fractions import Fraction
from pathlib import Path
from typing import Any

from xinya.fund.engine import exact
from xinya.fund.engine.buyback import Lot, Row, buy_back, concession
from xinya.fund.engine.conversion import Conversion, convert, units_by_tranche
from xinya.fund.engine.effects import EXTENSIONS
from xinya.fund.engine.figures import figures_of_flows
from xinya.fund.engine.interest import RateTable
from xinya.fund.engine.later_rounds import WEIGHTED_AVERAGE, LaterRound, adjusted, dilution_path
from xinya.fund.engine.maturity import (
    CONVERT_AT_APPRAISAL,
    EXTEND,
    OPTIONS,
    REPAY_PRINCIPAL,
    REPAY_PRINCIPAL_PLUS_INTEREST,
    PaidTranche,
    due_at_maturity,
    extended_to,
    write_off,
)  # fmt: skip
from xinya.fund.engine.recycling import Bucket, Chances, bound, expectation, recycle
from xinya.fund.engine.refusal import BadInput, refuse
from xinya.fund.engine.trigger import CROSSING_ROUND, NO_ROUNDS, ROUND, Investor, Rule, SignedRound, qualified_round
from xinya.fund.engine.waterfall import ShareClass, break_points, waterfall

from .cases import Told, day, need, optional, paid_tranches, read_rates, read_round, rows, switch, word
from .event_lines import replayed
from .flows import read_flows

Answer = dict[str, Any]
MOST_SCENARIOS = 1000


def _or(told: Told, name: str, default: Any) -> Any:
    """The value; the default where it is null or absent."""
    found = told.get(name)
    return default if found is None else found


def conversion_object(done: Conversion) -> Answer:
    """A conversion as the golden cases write it, and more: what each instrument counts, the SAFEs' choice, remainders."""
    price = done.price
    found: Answer = {
        "pps_fen_exact": exact.text(price.pps),
        "post_value_fen_exact": exact.text(price.post),
        "pool_topup_shares": done.pool_topup,
        "instruments": {
            one.id: {
                "shares": one.units, "conversion_price_fen_exact": exact.text(one.price), "amount_fen": one.amount_fen,
                "interest_fen": one.interest_fen, "converted_fen": one.converted_fen,
                "converted_principal_fen": one.converted_principal_fen, "remainder_fen": one.remainder_fen,
                "unconverted_interest_fen": one.rest_interest_fen, "remainder": one.remainder, "on_cap": one.is_on_cap,
            }
            for one in done.instruments
        },
        "new_money_shares": done.new_units,
        "cap_table": done.cap_table,
        "total_fully_diluted": done.total,
        "percent_fully_diluted": done.percents(),
        "converted_principal_fen": done.converted_principal_fen,
        "remainder_due_fen": done.remainder_fen,
        "note_interest_fen": done.note_interest_fen,
        "binding_limit": done.binding,
        "w_allowed_fen_exact": exact.text(done.w_allowed),
        "company_capitalisation_exact": exact.text(price.capitalisation),
    }  # fmt: skip
    if done.registered_capital_fen is not None:
        found |= {"registered_capital_fen": done.registered_capital_fen, "capital_reserve_fen": done.capital_reserve_fen}
    return found


def convert_round(told: Told, _folder: Path) -> Answer:
    done = convert(read_round(told))
    paid, cancelled = paid_tranches(told)
    found = conversion_object(done)
    if paid or cancelled:
        grants = done.grants()
        parts = units_by_tranche(paid, done.converted_principal_fen, sum(one.units for one in grants))
        found |= {
            "cancelled_commitment_fen": cancelled,
            "tranches": [{"principal_fen": principal, "units": units} for principal, units in parts],
        }
    return found


def trigger(told: Told, _folder: Path) -> Answer:
    rule = need(told, "rule")
    if not isinstance(rule, Mapping):
        raise refuse("FIELD_WRONG", where="rule", value=rule)
    rounds = [_signed(row, f"rounds.{n}") for n, row in enumerate(rows(told, "rounds"))]
    found = qualified_round(
        Rule(
            need(rule, "threshold_fen", "rule"), rule.get("aggregate_months", 12), switch(rule, "exclude_related", True, "rule"),
            rule.get("price_from", CROSSING_ROUND),
        ),
        rounds,
    )  # fmt: skip
    return {
        "triggered": found.is_met,
        "trigger_date": None if found.date is None else found.date.isoformat(),
        "aggregated_unrelated_fen": found.sum_fen,
        "pre_money_fen": found.pre_money_fen,
        "round": found.place,
    }


def _signed(row: Told, where: str) -> SignedRound:
    when, kind = day(need(row, "date", where), f"{where}.date"), row.get("kind", ROUND)
    if kind in NO_ROUNDS:
        return SignedRound(when, (), None, kind)
    investors = tuple(
        Investor(word(one, "name", f"{where}.investors.{n}"), need(one, "amount_fen", f"{where}.investors.{n}"),
                 switch(one, "related", False, f"{where}.investors.{n}"))
        for n, one in enumerate(rows(row, "investors", where))
    )  # fmt: skip
    return SignedRound(when, investors, row.get("pre_money_fen"), kind)


def maturity_repay(told: Told, folder: Path) -> Answer:
    option = exact.known(_or(told, "option", REPAY_PRINCIPAL_PLUS_INTEREST), OPTIONS, "option")
    if option == CONVERT_AT_APPRAISAL:
        return convert_round(told, folder)
    maturity = day(need(told, "maturity"), "maturity")
    if option == EXTEND:
        before = exact.count(_or(told, "extended_times", 0), "extended_times")
        months = need(told, "extension_months")
        later = extended_to(maturity, months, done_before=before, at_most=told.get("extensions_allowed", EXTENSIONS))
        return {"maturity": later.isoformat()}
    tranches = [
        PaidTranche(
            need(row, "principal_fen", f"tranches.{n}"), day(need(row, "paid_on", f"tranches.{n}"), f"tranches.{n}.paid_on")
        )
        for n, row in enumerate(rows(told, "tranches"))
    ]
    until = day(told["repaid_on"], "repaid_on") if told.get("repaid_on") is not None else maturity
    first = min((one.paid_on for one in tranches), default=until)
    table = RateTable.fixed(Fraction(0), first) if option == REPAY_PRINCIPAL else read_rates(told, first)
    due = due_at_maturity(tranches, until, table, _or(told, "year_basis", 365), option)
    return {
        "interest_fen_by_tranche": list(due.interest_by_tranche),
        "interest_fen": due.interest_fen,
        "principal_fen": due.principal_fen,
        "due_fen": due.due_fen,
    }


def writing_off(told: Told, _folder: Path) -> Answer:
    done = write_off(
        need(told, "outstanding_principal_fen"),
        _or(told, "liquidation_recovered_fen", 0),
        due_diligence_complete=need(told, "due_diligence_complete"),
        misuse_found=need(told, "misuse_found"),
        special_audit_attached=switch(told, "special_audit_attached", True),
        account=_or(told, "account", "GRANT_OUTSTANDING"),
    )
    return {
        "recovered_fen": done.recovered_fen,
        "written_off_fen": done.written_off_fen,
        "outstanding_after_fen": 0,
        "liability_exempt": done.is_exempt,
        "postings": [{"debit": debit, "credit": credit, "amount_fen": amount} for debit, credit, amount in done.postings],
    }


def buyback(told: Told, _folder: Path) -> Answer:
    lot = Lot(need(told, "held_shares"), need(told, "cost_fen"), day(need(told, "funded_on"), "funded_on"))
    schedule = []
    for n, row in enumerate(rows(told, "schedule")):
        years = row.get("until_years")
        until = None if years is None else exact.count(years, f"schedule.{n}.until_years")
        schedule.append(Row(until, need(row, "price", f"schedule.{n}")))
    rate = exact.share(need(told, "annual_rate"), "annual_rate", "RATE_OUT_OF_RANGE")
    sale = buy_back(
        lot, need(told, "buy_shares"), day(need(told, "paid_on"), "paid_on"), schedule, rate,
        year_basis=_or(told, "year_basis", 365), appraisal_fen=told.get("appraisal_fen"),
    )  # fmt: skip
    return {
        "days": sale.days, "row": sale.row, "price_fen": sale.price_fen, "cost_out_fen": sale.cost_out_fen,
        "gain_fen": sale.gain_fen, "shares_left": sale.units_left, "cost_left_fen": sale.cost_left_fen,
    }  # fmt: skip


def exits(told: Told, _folder: Path) -> Answer:
    common = need(told, "common_shares")
    classes = [
        ShareClass(
            word(row, "id", f"classes.{n}"), need(row, "shares", f"classes.{n}"), need(row, "preference_fen", f"classes.{n}"),
            _or(row, "repay_rank", 1), switch(row, "participating", False, f"classes.{n}"),
            optional(row, "cap_multiple", lambda v, n=n: exact.rational(v, f"classes.{n}.cap_multiple")),  # type: ignore[misc]
        )
        for n, row in enumerate(rows(told, "classes"))
    ]  # fmt: skip
    told_proceeds = need(told, "proceeds_fen")
    proceeds = told_proceeds if isinstance(told_proceeds, list) else [told_proceeds]
    exact.lines(proceeds, "proceeds_fen", MOST_SCENARIOS)
    scenarios = []
    for amount in proceeds:
        paid = waterfall(common, classes, amount)
        scenarios.append({
            "proceeds_fen": paid.proceeds_fen, "converts": paid.converts,
            "exact": {name: exact.text(value) for name, value in paid.exact.items()}, "payout_fen": paid.fen,
        })  # fmt: skip
    return {
        "scenarios": scenarios,
        "break_points_fen_exact": [exact.text(point) for point in break_points(common, classes)],
    }


def antidilution(told: Told, _folder: Path) -> Answer:
    names = ("conversion_price_fen", "new_price_fen")
    old, new = (exact.rational(need(told, name), name) for name in names)
    done = adjusted(
        old,
        fully_diluted_before=need(told, "fully_diluted_before"),
        new_units=need(told, "new_shares"),
        new_price=new,
        class_units=need(told, "preferred_shares"),
        original_price=optional(told, "original_price_fen", lambda v: exact.rational(v, "original_price_fen")),
        method=_or(told, "method", WEIGHTED_AVERAGE),
    )
    return {
        "new_conversion_price_fen_exact": exact.text(done.conversion_price),
        "as_converted_shares": done.as_converted,
        "extra_shares": done.extra,
    }


def dilution(told: Told, _folder: Path) -> Answer:
    start = need(told, "start")
    if not isinstance(start, Mapping):
        raise refuse("FIELD_WRONG", where="start", value=start)
    later = [
        LaterRound(
            word(row, "name", f"rounds.{n}"), need(row, "pre_money_fen", f"rounds.{n}"), need(row, "new_money_fen", f"rounds.{n}"),
            optional(row, "pool_target", lambda v: exact.share(v, "pool_target", "POOL_TARGET_OUT_OF_RANGE")),
        )
        for n, row in enumerate(rows(told, "rounds"))
    ]  # fmt: skip
    steps = dilution_path(
        need(start, "total", "start"), need(start, "public", "start"), _or(start, "unallocated_pool", 0), later,
        start=_round_before(later) if start.get("name") is None else word(start, "name", "start"),
    )  # fmt: skip
    path: list[Answer] = []
    for step in steps:
        row: Answer = {"after": step.after, "total": step.total, "public": step.public}
        if step.pps is not None:
            row |= {"pps_fen_exact": exact.text(step.pps), "new_shares": step.new_units, "pool_topup": step.pool_topup}
        path.append(row | {"public_percent": exact.percent(step.public, step.total)})
    return {"path": path}


def _round_before(later: list[LaterRound]) -> str:
    """Rounds are called A, B, C …: the one before the first of these, else A."""
    name = later[0].name if later else ""
    return chr(ord(name) - 1) if len(name) == 1 and "B" <= name <= "Z" else "A"


def fund_metrics(told: Told, folder: Path) -> Answer:
    """DPI, RVPI, TVPI exactly; the yearly returns of what came back, and with the net asset value on the day `as_of`.

    A return that is not defined says why. Where only `flows` are told, it is refused instead.
    """
    from xinya.fund.engine.xirr import xirr

    paid = read_flows(told, folder)
    if told.get("nav_fen") is None and told.get("as_of") is None:
        return {"xirr": _rate(xirr(paid).rate)}
    as_of, nav = day(need(told, "as_of"), "as_of"), exact.fen(_or(told, "nav_fen", 0), "nav_fen", least=0)
    known = [(when, amount) for when, amount in paid if when <= as_of]
    ratios = figures_of_flows(known, nav)
    found: Answer = {"paid_in_fen": ratios.paid_in_fen, "returned_fen": ratios.returned_fen}
    for name, ratio in (("dpi_exact", ratios.dpi), ("rvpi_exact", ratios.rvpi), ("tvpi_exact", ratios.tvpi)):
        found[name] = None if ratio is None else exact.text(ratio)
    for name, money in (("xirr_realised", known), ("xirr_with_nav", [*known, (as_of, nav)])):
        try:
            done = xirr(money)
            found[name] = _rate(done.rate)
            found[f"{name}_has_several"] = done.has_several
        except BadInput as refused:
            if refused.code != "XIRR_UNDEFINED":
                raise
            found[name], found[f"{name}_reason"] = "not defined", refused.sentence("en")
    return found


def _rate(rate: Any) -> str:
    written = f"{rate:.10f}"
    return written.removeprefix("-") if not written.strip("-0.") else written  # no negative nought


def recycling(told: Told, _folder: Path) -> Answer:
    done = recycle(
        need(told, "pool_fen"), need(told, "ticket_fen"), exact.rational(need(told, "return_ratio"), "return_ratio"),
        need(told, "lag_years"), need(told, "horizon_years"),
    )  # fmt: skip
    return {
        "log": [
            {"year": y.year, "received_fen": y.received_fen, "supported": y.supported, "cash_left_fen": y.cash_left_fen}
            for y in done.log
        ],
        "companies_supported": done.companies,
        "grant_only": done.grant_only,
        "multiple_exact": _or_none(done.multiple),
        "divisible_bound_exact": _or_none(done.bound),
    }


def read_chances(told: Told) -> Chances:
    """The chances of a ticket, exact, from decimal strings."""

    def number(row: Told, name: str, where: str = "") -> Fraction:
        return exact.rational(need(row, name, where), f"{where}.{name}" if where else name)

    buckets = tuple(
        Bucket(*(number(row, name, f"multiple_buckets.{n}") for name in ("p", "lo", "hi")))
        for n, row in enumerate(rows(told, "multiple_buckets"))
    )
    return Chances(
        number(told, "p_next_round"), number(told, "p_dead"), number(told, "p_alive_no_round"),
        number(told, "recovered_if_alive_no_round"), buckets, number(told, "buyback_multiple"),
    )  # fmt: skip


def policy_expectation(told: Told, _folder: Path) -> Answer:
    done = expectation(read_chances(told))
    return {
        "mean_multiple_exact": exact.text(done.mean_multiple),
        "mean_multiple_buyback_exact": exact.text(done.mean_multiple_buyback),
        "rho_grant_only": exact.text(done.rho_grant_only),
        "rho_convertible_exact": exact.text(done.rho_convertible),
        "rho_buyback_exact": exact.text(done.rho_buyback),
        "recycling_bound_convertible_exact": _or_none(bound(done.rho_convertible)),
        "recycling_bound_buyback_exact": _or_none(bound(done.rho_buyback)),
    }


def _or_none(ratio: Fraction | None) -> str | None:
    return None if ratio is None else exact.text(ratio)


def conceding(told: Told, _folder: Path) -> Answer:
    done = concession(
        need(told, "cost_fen"), need(told, "proceeds_fen"), need(told, "days"),
        hurdle_rate=exact.share(need(told, "hurdle_rate"), "hurdle_rate", "RATE_OUT_OF_RANGE"),
        share=exact.rational(need(told, "concession_share"), "concession_share"), year_basis=_or(told, "year_basis", 365),
    )  # fmt: skip
    return {
        "hurdle_fen": done.hurdle_fen, "gain_above_hurdle_fen": done.gain_above_hurdle_fen,
        "concession_fen": done.concession_fen, "public_fen": done.public_fen,
    }  # fmt: skip


def replaying(told: Told, _folder: Path) -> Answer:
    return replayed(told)


ANSWERS: dict[str, Callable[[Told, Path], Answer]] = {
    "convert_round": convert_round, "trigger": trigger, "maturity_repay": maturity_repay, "write_off": writing_off,
    "buyback": buyback, "waterfall": exits, "antidilution": antidilution, "dilution_path": dilution,
    "fund_metrics": fund_metrics, "recycling": recycling, "policy_expectation": policy_expectation, "concession": conceding,
    "replay": replaying,
}  # fmt: skip
"""What answers a case, by its kind: (inputs, folder of its data) -> answer. Each raises BadInput with a code of section 9."""
