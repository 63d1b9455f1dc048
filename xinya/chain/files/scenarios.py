"""A scenario as other programs read it: the same object from the shell and the API."""

from typing import Any

from xinya.chain.engine.report import Report
from xinya.chain.engine.scenario import Measures, Outcome


def measures_object(m: Measures) -> dict[str, Any]:
    """The figures of a zone. sourcing: share of direct demand served here, null where nothing is needed."""
    return {
        "companies": m.companies, "gaps": m.gaps, "fragile": m.fragile, "demand": m.demand, "served": m.served,
        "sourcing": None if m.sourcing is None else round(m.sourcing, 12),
        "completeness": {code: None if share is None else round(share, 12) for code, share in m.completeness.items()},
    }  # fmt: skip


def outcome_object(outcome: Outcome, base: Report) -> dict[str, Any]:
    """What a scenario changes: segments closed, opened and turned, each with its verdict before and after."""
    before, now = base.diagnosis.findings, outcome.report.diagnosis.findings

    def change(code: str) -> dict[str, Any]:
        segment = base.atlas.segments[code]
        return {
            "segment": code, "name_zh": segment.name_zh, "name_en": segment.name_en,
            "before": before[code].kind, "after": now[code].kind,
        }  # fmt: skip

    return {
        "measures": measures_object(outcome.measures),
        "closed": [change(code) for code in outcome.closed],
        "opened": [change(code) for code in outcome.opened],
        "gone": [change(code) for code in outcome.gone],
        "chains_learnt": list(outcome.learnt),
        "chains_forgotten": list(outcome.forgotten),
        "turned": [change(code) for code, _before, _after in outcome.turned],
        "demand_eased": outcome.eased,
    }
