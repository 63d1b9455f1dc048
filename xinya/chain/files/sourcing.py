"""Local sourcing rates as other programs read them: the same object from the shell and the API."""

from collections.abc import Sequence
from fractions import Fraction
from typing import Any

from xinya.chain.engine.sourcing import Rate, Sourcing


def _number(value: Fraction | None) -> float | None:
    return None if value is None else round(float(value), 12)


def rate_object(rate: Rate) -> dict[str, Any]:
    """A rate with its parts. Numerator and denominator: fen by amounts, inputs by count, as (lower, upper)."""
    return {
        "by": rate.by, "low": _number(rate.low), "high": _number(rate.high), "numerator": [_number(v) for v in rate.numerator],
        "denominator": [_number(v) for v in rate.denominator], "known": rate.known, "unknown": rate.unknown,
        "at_worst": _number(rate.at_worst), "at_best": _number(rate.at_best),
    }  # fmt: skip


def sourcing_object(row: Sourcing) -> dict[str, Any]:
    """One input, chain or zone: which form speaks first, and both."""
    return {
        "key": row.key, "first": row.first.by, "amount": rate_object(row.amount), "count": rate_object(row.count),
        "companies": list(row.companies),
    }  # fmt: skip


def sourcing_document(whole: Sourcing, chains: Sequence[Sourcing], inputs: Sequence[Sourcing]) -> dict[str, Any]:
    """All rates of a zone."""
    return {
        "whole": sourcing_object(whole), "chains": [sourcing_object(r) for r in chains],
        "inputs": [sourcing_object(r) for r in inputs],
    }  # fmt: skip
