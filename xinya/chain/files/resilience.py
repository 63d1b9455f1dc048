"""A zone's risks for other programs: as a table, and as objects of the HTTP API and the command line."""

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from xinya.chain.engine.resilience.hurt import Hurt, Short
from xinya.chain.engine.resilience.zone_risk import CompanyRisk, Hit
from xinya.kit.delimited import escaped, written

from .inputs import stock_text

HURT_HEADS = (
    "company", "inputs_day", "unknown_stocks", "essential", "lost", "lost_downstream", "lost_upstream", "first_step",
    "way", "short",
)  # fmt: skip
HEADS = ("company", "own_share", "esri", "esri_downstream", "esri_upstream", "low", "high", "iterations")


def risks_csv(risks: Iterable[CompanyRisk]) -> bytes:
    """Every company, the largest index first; fractions of the zone's output."""
    rows = (
        [escaped(r.company), *(f"{x:.6f}" for x in (r.own, r.index, r.down, r.up, r.low, r.high)), str(r.iterations)] for r in risks
    )
    return written([list(HEADS), *rows])


def risk_object(risk: CompanyRisk, company_id: int | None = None) -> dict[str, Any]:
    """One company's figures, fractions of the zone's output."""
    told: dict[str, Any] = {
        "company": risk.company,
        "own": risk.own,
        "esri": risk.index,
        "downstream": risk.down,
        "upstream": risk.up,
        "low": risk.low,
        "high": risk.high,
        "iterations": risk.iterations,
    }
    return told if company_id is None else {"company_id": company_id, **told}


def steps_object(steps: Sequence[Sequence[Hit]]) -> list[list[dict[str, Any]]]:
    """The harm step by step: per step the companies hit, each with both losses as fractions of its own output."""
    return [[{"company": h.company, "lost": h.lost, "downstream": h.down, "upstream": h.up} for h in hits] for hits in steps]


def substitutes_object(substitutes: Mapping[str, tuple[tuple[str, ...], tuple[str, ...] | None]]) -> list[dict[str, Any]]:
    """By segment: other makers here, known makers outside (null: no list of them)."""
    return [
        {"segment": code, "here": list(here), "outside": None if outside is None else list(outside)}
        for code, (here, outside) in substitutes.items()
    ]


def hurt_object(one: Hurt) -> dict[str, Any]:
    """A hurt company: losses as fractions of its own output, the earliest day (null: only buyers fall away), what is short."""
    return {
        "company": one.company, "first_step": one.first, "lost": one.lost, "downstream": one.down, "upstream": one.up,
        "inputs_day": None if one.inputs_day is None else float(one.inputs_day), "unknown_stocks": one.unknown,
        "essential": one.is_essential, "way": list(one.way), "short": [short_object(s) for s in one.short],
    }  # fmt: skip


def short_object(one: Short) -> dict[str, Any]:
    """An input that a hurt company no longer gets, with the stock that it states: days null where nobody stated it."""
    stock = one.stock
    return {
        "segment": one.segment, "supplier": one.supplier, "essential": one.is_essential,
        "stock_days": None if stock is None else float(stock.days), "source": "" if stock is None else stock.source,
        "observed_on": None if stock is None or stock.observed_on is None else stock.observed_on.isoformat(),
        "confidence": None if stock is None else stock.confidence, "is_invented": stock is not None and stock.is_invented,
    }  # fmt: skip


def hurt_csv(hurt: Iterable[Hurt]) -> bytes:
    """Every hurt company, the earliest day first; short: each input with its stated stock in days, "?" where nobody stated it."""
    rows = (
        [
            escaped(h.company), "" if h.inputs_day is None else stock_text(h.inputs_day), str(h.unknown), "01"[h.is_essential],
            *(f"{x:.6f}" for x in (h.lost, h.down, h.up)), str(h.first), escaped(" > ".join(h.way)),
            escaped("; ".join(f"{s.segment} {stock_text(s.stock.days) if s.stock else '?'}" for s in h.short)),
        ]
        for h in hurt
    )  # fmt: skip
    return written([list(HURT_HEADS), *rows])
