"""A zone's risks for other programs: as a table, and as objects of the HTTP API and the command line."""

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from xinya.chain.engine.resilience.zone_risk import CompanyRisk, Hit
from xinya.kit.delimited import escaped, written

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
