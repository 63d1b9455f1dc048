"""Who could fill a segment: the zone's known makers outside with their reasons and the officers' words."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass

from xinya.kit.text import plain
from xinya.zones.engine.standings import is_gone
from xinya.zones.models import Zone

from ..engine.candidates import ANY, Candidate, Wanted, candidates, fits, reaches
from ..models import CandidateWord
from .inputs import outside_suppliers
from .reports import Dossier, ZoneReport, engine_companies, outside_companies, zone_rows

SUPPLY_EVIDENCE: list[Callable[[Zone], Mapping[str, tuple[str, ...]]]] = []
"""Who else knows whom a maker outside supplies here: the companies of the zone by the maker's name, as stated and confirmed."""


@dataclass(frozen=True, slots=True)
class Known:
    """A candidate with what is stored of it. word: the officer's in force; earlier: those it replaced, the latest first."""

    candidate: Candidate
    dossier: Dossier
    word: CandidateWord | None
    earlier: tuple[CandidateWord, ...] = ()


def segment_candidates(found: ZoneReport, segment: str, wanted: Wanted = ANY) -> list[Known]:
    """The makers outside of a segment, best first; who ended, by the register, stands among them with that against it.

    Two statements beyond those of the zone's rows, none without such makers.
    """
    outside = zone_rows(found.zone).outside
    named = set(found.report.diagnosis.findings[segment].outside_makers)
    here = {c.name for c in found.report.companies}
    ended = [c for c in outside_companies(found.zone, found.on) if is_gone(c.standing) and c.name not in here]
    named |= {c.name for c in ended if reaches(found.report, segment, c)}
    makers = [d for d in outside if d.company.name in named]
    if not makers:
        return []
    words = candidate_words(found, segment)
    by_name = {d.company.name: d for d in makers}
    said = {name: words[d.company.pk][0] for name, d in by_name.items() if d.company.pk in words}
    engine = engine_companies(found.zone, found.on, makers)
    in_force = {name: word.is_suitable for name, word in said.items()}
    named_by_code = {d.company.uscc.casefold(): name for name, d in by_name.items() if d.company.uscc}
    supplies = supplied_here(found.zone, named_by_code)
    ranked = candidates(found.report, segment, engine, words=in_force, without=found.not_gaps, supplies=supplies)
    rows = []
    for one in ranked:
        if fits(one, wanted):
            dossier = by_name[one.company]
            rows.append(Known(one, dossier, said.get(one.company), tuple(words.get(dossier.company.pk, ())[1:])))
    return rows


def candidate_words(found: ZoneReport, segment: str) -> Mapping[int, list[CandidateWord]]:
    """All words on a segment by the company's number: first the one in force, then those it replaced, the latest first."""
    rows = CandidateWord.objects.filter(zone=found.zone, segment=segment).select_related("by").order_by("-pk")
    words: dict[int, list[CandidateWord]] = {}
    for row in rows:
        words.setdefault(row.company_id, []).append(row)
    return words


def supplied_here(zone: Zone, named_by_code: Mapping[str, str]) -> dict[str, tuple[str, ...]]:
    """Whom each maker outside is known to supply here, of everybody who knows; as many statements as they make.

    named_by_code: names by credit code, lower case, for makers that were stated by it.
    """
    known: dict[str, dict[str, None]] = {}
    for evidence in (outside_suppliers, *SUPPLY_EVIDENCE):
        for maker, residents in evidence(zone).items():
            name = named_by_code.get(plain(maker), maker)
            known.setdefault(name, {}).update(dict.fromkeys(residents))
    return {maker: tuple(residents) for maker, residents in known.items()}
