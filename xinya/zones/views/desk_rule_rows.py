"""Thresholds as rows of a page: the zone's own one by one, the shipped ones by what they say."""

from typing import Any

from ..engine.thresholds import DEFAULTS, wan_text
from ..models import ZoneThreshold


def threshold_row(row: ZoneThreshold) -> dict[str, Any]:
    """A row of the zone's own. amount in 万元, exact; none by qualification."""
    return {
        "pk": row.pk, "row": row, "prefix": row.prefix, "since": row.valid_from_year, "until": row.valid_to_year,
        "amount": None if row.amount_fen is None else wan_text(row.amount_fen), "is_inclusive": row.is_inclusive,
        "source": row.source, "confidence": row.confidence,
    }  # fmt: skip


def shipped_rows() -> list[dict[str, Any]]:
    """The shipped rows with one amount and the same years in one row, their codes as spans."""
    by_value: dict[tuple[int | None, int, int | None], list[str]] = {}
    for row in DEFAULTS:
        by_value.setdefault((row.amount_fen, row.valid_from_year, row.valid_to_year), []).append(row.prefix)
    return [
        {"codes": spans(codes), "amount": None if fen is None else wan_text(fen), "since": since, "until": until}
        for (fen, since, until), codes in by_value.items()
    ]


def spans(codes: list[str]) -> str:
    """Codes in their order, neighbours of one length joined: 06–46、51、702–704."""
    told: list[list[str]] = []
    for code in sorted(codes):
        last = told[-1] if told else None
        if last and len(last[-1]) == len(code) and int(code) == int(last[-1]) + 1:
            last.append(code)
        else:
            told.append([code])
    return "、".join(some[0] if len(some) == 1 else f"{some[0]}–{some[-1]}" for some in told)
