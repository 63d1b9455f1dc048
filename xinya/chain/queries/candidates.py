"""Who could fill a segment: the zone's known makers outside with their reasons and the officers' words."""

from collections.abc import Mapping
from dataclasses import dataclass

from ..engine.candidates import Candidate, candidates
from ..models import CandidateWord
from .reports import Dossier, ZoneReport, engine_companies, zone_rows


@dataclass(frozen=True, slots=True)
class Known:
    """A candidate with what is stored of it. word: the officer's in force."""

    candidate: Candidate
    dossier: Dossier
    word: CandidateWord | None


def segment_candidates(found: ZoneReport, segment: str) -> list[Known]:
    """The makers outside of a segment, best first. One statement beyond those of the zone's rows, none without such makers."""
    outside = zone_rows(found.zone).outside
    named = set(found.report.diagnosis.findings[segment].outside_makers)
    makers = [d for d in outside if d.company.name in named]
    if not makers:
        return []
    words = candidate_words(found, segment)
    by_name = {d.company.name: d for d in makers}
    said = {name: words[d.company.pk].is_suitable for name, d in by_name.items() if d.company.pk in words}
    engine = engine_companies(found.zone, found.on, makers)
    ranked = candidates(found.report, segment, engine, words=said, without=found.not_gaps)
    return [Known(c, by_name[c.company], words.get(by_name[c.company].company.pk)) for c in ranked]


def candidate_words(found: ZoneReport, segment: str) -> Mapping[int, CandidateWord]:
    """The words in force on a segment, by the company's number."""
    rows = CandidateWord.objects.filter(zone=found.zone, segment=segment, replaced_at=None).select_related("by")
    return {row.company_id: row for row in rows}
