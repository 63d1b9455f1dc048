"""What is due when no qualified round came by the end of the term (fund.md 7.5), and the write-off when it fails (7.7)."""

import datetime
from collections.abc import Sequence
from dataclasses import dataclass
from fractions import Fraction

from . import exact
from .interest import RateTable, simple_interest
from .refusal import refuse

REPAY_PRINCIPAL_PLUS_INTEREST, REPAY_PRINCIPAL = "REPAY_PRINCIPAL_PLUS_INTEREST", "REPAY_PRINCIPAL"
CONVERT_AT_APPRAISAL, EXTEND = "CONVERT_AT_APPRAISAL", "EXTEND"
REPAYMENTS = (REPAY_PRINCIPAL_PLUS_INTEREST, REPAY_PRINCIPAL)
OPTIONS = (*REPAYMENTS, CONVERT_AT_APPRAISAL, EXTEND)
MOST_MONTHS, MOST_TRANCHES = 1200, 100

Posting = tuple[str, str, int]
"""(debit account, credit account, amount in fen)."""


@dataclass(frozen=True, slots=True)
class PaidTranche:
    """principal_fen: what of it is outstanding. paid_on: the day from which interest runs."""

    principal_fen: int
    paid_on: datetime.date


@dataclass(frozen=True, slots=True)
class Due:
    """exact_interest: before rounding, in fen. due_fen: principal and interest."""

    interest_by_tranche: tuple[int, ...]
    exact_interest: tuple[Fraction, ...]
    interest_fen: int
    principal_fen: int
    due_fen: int


def due_at_maturity(
    tranches: Sequence[PaidTranche],
    repaid_on: datetime.date,
    table: RateTable,
    year_basis: int = 365,
    option: str = REPAY_PRINCIPAL_PLUS_INTEREST,
) -> Due:
    """Sum over tranches of principal + interest from its payment to the day of repayment, half up once per tranche.

    Overdue money accrues the same way: give the later day. Raises DATES_REVERSED, RATE_TABLE_GAP, UNKNOWN_KIND and
    AMOUNT_* codes.
    """
    exact.known(option, REPAYMENTS, "option")
    exact.year_basis(year_basis)
    exact.lines(tranches, "tranches", MOST_TRANCHES)
    interest: list[Fraction] = []
    for place, one in enumerate(tranches):
        exact.fen(one.principal_fen, f"tranches.{place}.principal_fen")
        exact.days_between(one.paid_on, repaid_on, "maturity")
        owed = simple_interest(one.principal_fen, table, one.paid_on, repaid_on, year_basis) if option != REPAY_PRINCIPAL else 0
        interest.append(Fraction(owed))
    rounded = tuple(exact.half_up(one) for one in interest)
    principal = sum(one.principal_fen for one in tranches)
    return Due(rounded, tuple(interest), sum(rounded), principal, principal + sum(rounded))


def extended_to(maturity: datetime.date, months: int, *, done_before: int = 0, at_most: int | None = 1) -> datetime.date:
    """The new end of the term, `months` (1 to 1200) later; as often as the contract says, None for no limit (fund.md 7.5).

    Raises EXTENSION_USED_UP when it was extended that often, FIELD_WRONG.
    """
    exact.count(months, "extension_months", least=1, most=MOST_MONTHS)
    exact.count(done_before, "extended_times")
    if at_most is not None and done_before >= exact.count(at_most, "extensions_allowed"):
        raise refuse("EXTENSION_USED_UP", where="maturity", value=done_before, most=at_most)
    return exact.months_after(maturity, months)


@dataclass(frozen=True, slots=True)
class WriteOff:
    """recovered_fen came in; written_off_fen is given up; is_exempt: due care was shown (尽职免责)."""

    recovered_fen: int
    written_off_fen: int
    is_exempt: bool
    postings: tuple[Posting, ...]


def write_off(
    outstanding_fen: int,
    recovered_fen: int,
    *,
    due_diligence_complete: bool,
    misuse_found: bool,
    special_audit_attached: bool = True,
    account: str = "GRANT_OUTSTANDING",
) -> WriteOff:
    """written off = outstanding - recovered (7.7). Loss tolerances never block it.

    account: GRANT_OUTSTANDING, or EQUITY_AT_COST for shares. Raises DUE_DILIGENCE_MISSING; MISUSE_NOT_EXEMPT, when the claim
    stays open; MORE_THAN_OUTSTANDING; AMOUNT_* codes.
    """
    exact.fen(outstanding_fen, "outstanding_principal_fen")
    exact.fen(recovered_fen, "liquidation_recovered_fen", least=0)
    exact.known(account, ("GRANT_OUTSTANDING", "EQUITY_AT_COST"), "account")
    for name, value in (
        ("due_diligence_complete", due_diligence_complete),
        ("misuse_found", misuse_found),
        ("special_audit_attached", special_audit_attached),
    ):
        if not isinstance(value, bool):
            raise refuse("FIELD_WRONG", where=name, value=value)
    if recovered_fen > outstanding_fen:
        raise refuse("MORE_THAN_OUTSTANDING", where="liquidation_recovered_fen", value=recovered_fen, held=outstanding_fen)
    if not due_diligence_complete or not special_audit_attached:
        raise refuse("DUE_DILIGENCE_MISSING")
    if misuse_found:
        raise refuse("MISUSE_NOT_EXEMPT")
    lost = outstanding_fen - recovered_fen
    postings = (("POOL_CASH", account, recovered_fen), ("WRITE_OFF", account, lost))
    return WriteOff(recovered_fen, lost, True, tuple(one for one in postings if one[2]))
