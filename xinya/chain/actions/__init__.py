"""Every write of the chain slice: placing a zone's companies, answering gaps, setting limits."""

import datetime
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from django.db import transaction
from django.utils import timezone

from xinya.kit.audit import record
from xinya.kit.refusals import Refused, demand
from xinya.kit.search import mark
from xinya.kit.text import gettext_noop as _
from xinya.zones import actions as zone_actions
from xinya.zones.files import CompanyLine
from xinya.zones.models import Attachment, Check, Company, Person, Source, Zone
from xinya.zones.models.places import key_of_name
from xinya.zones.queries import visible_to
from xinya.zones.queries.merges import names_of_merged
from xinya.zones.rules import may_speak_for

from .. import queries, rules
from ..engine import KINDS, Limits
from ..engine.placement import CONFIDENCE, CONFIRMED, COUNTED
from ..engine.placement_states import PLACEMENT_STATES
from ..files import shipped_atlas
from ..files.listed import demand_known_segments
from ..models import Answer, CandidateWord, LimitSet, Placement, ZoneChain
from . import merging  # noqa: F401  what a merging of companies does with the rows of this slice
from .inputs import NewLink, answer_link, match_links, state_inputs, state_link
from .positioning import keep_values
from .resilience import ask_resilience
from .standings import demand_counted
from .telling import tell_company, tell_officers

__all__ = [
    "NewLink", "NewZone", "answer_gap", "answer_link", "ask_resilience", "choose_chains", "confirm_placement",
    "decide_placement", "import_companies", "keep_values",
    "match_links", "object_placement", "place_companies", "record_list", "say_of_candidate", "set_limits", "start_zone",
    "state_inputs", "state_link", "withdraw_answer",
]  # fmt: skip

MANY = 500
REASON_MISSING = _("Please say why: an answer without a reason is not kept.")
NO_PLACEMENT = _("There is no such placement in this zone.")
NOT_YOUR_COMPANY = _("Only the company's own people may say this.")
CONFIRMED_TODAY = _("Your company has confirmed this placement today already.")
OWN_WORDS = (Check.Voice.COMPANY, Check.Voice.LINK)
NO_CANDIDATE = _("%(name)s is not known to make this.")
UNKNOWN_SEGMENT = _("No pack of this zone has a segment %(segment)s.")


@dataclass(frozen=True, slots=True)
class NewZone:
    """What an officer fills in to start a zone of their own."""

    code: str
    name: str
    name_en: str = ""
    chains: tuple[str, ...] = ()
    as_of: datetime.date | None = None


def start_zone(actor: Person, *, wanted: NewZone, lines: Sequence[CompanyLine] = (), title: str = "") -> Zone:
    """Open a zone with its chains and its company list, in one act: all of it or nothing."""
    zone_actions.demand_officer(actor)
    if not wanted.chains:
        raise Refused("no-chains", _("Please choose at least one chain."))
    shipped_atlas(wanted.chains)
    with transaction.atomic():
        zone = zone_actions.start_zone(actor, code=wanted.code, name=wanted.name, name_en=wanted.name_en, as_of=wanted.as_of)
        choose_chains(actor, zone=zone, chains=wanted.chains)
        if lines:
            import_companies(actor, zone=zone, lines=lines, title=title or wanted.name)
    return zone


def choose_chains(actor: Person, *, zone: Zone, chains: Iterable[str]) -> None:
    """Set the chains that a zone looks at; its companies are placed anew on them."""
    zone_actions.demand_officer(actor, zone)
    codes = list(dict.fromkeys(chains))
    if not codes:
        raise Refused("no-chains", _("Please choose at least one chain."))
    queries.atlas_with(queries.packs_of(zone), codes)
    with transaction.atomic():
        Zone.objects.select_for_update().get(pk=zone.pk)
        ZoneChain.objects.filter(zone=zone).delete()
        ZoneChain.objects.bulk_create(ZoneChain(zone=zone, chain=code) for code in codes)
        place_companies(zone, Company.objects.filter(zone=zone))
        zone_actions.touch_zone(zone)
        record(actor, "choose-chains", "zone", zone.pk, chains=codes)


def import_companies(
    actor: Person, *, zone: Zone, lines: Sequence[CompanyLine], title: str, is_outside: bool = False
) -> list[Company]:
    """Take a company list into a zone and place its product texts, in one act."""
    zone_actions.demand_officer(actor, zone)
    today = zone.as_of or timezone.localdate()
    with transaction.atomic():
        origin = zone_actions.ListOrigin(zone_actions.list_source(actor, title=title), today, is_outside=is_outside)
        companies = record_list(actor, zone=zone, lines=lines, origin=origin)
    return companies


def record_list(actor: Person, *, zone: Zone, lines: Sequence[CompanyLine], origin: zone_actions.ListOrigin) -> list[Company]:
    """As `import_companies`, from a source that is known already."""
    demand_known_segments(lines, lambda: {r["code"] for p in queries.packs_of(zone) for r in p.segments})
    with transaction.atomic():
        companies = zone_actions.record_companies(actor, zone=zone, lines=lines, origin=origin)
        place_companies(zone, companies)
        confirm_segments(
            actor,
            [(c, code) for c, line in zip(companies, lines, strict=True) for code in line.segments],
            origin.source.title,
            is_own=origin.editions is None,
        )
        match_links(zone)
        zone_actions.touch_zone(zone)
    return companies


def place_companies(zone: Zone, companies: Iterable[Company]) -> int:
    """Place the product texts of these companies; what a person decided stays. Returns how many placements are new.

    Part of another act, which writes the audit row.
    """
    chosen = queries.chosen_chains(zone)
    if not chosen:
        return 0
    placing = queries.Placing(queries.placer_of(chosen), queries.known_of(zone), zone.as_of or timezone.localdate())
    count = 0
    keys = [c.pk for c in companies]
    for start in range(0, len(keys), MANY):
        some = keys[start : start + MANY]
        Placement.objects.filter(company__in=some, decided_by=None, decided_at=None).delete()
        kept = set(Placement.objects.filter(company__in=some).values_list("company_id", "text"))
        new = queries.proposed(placing, some, kept)
        Placement.objects.bulk_create(new, batch_size=MANY)
        count += len(new)
    return count


def confirm_segments(actor: Person, pairs: Iterable[tuple[Company, str]], reason: str, *, is_own: bool = True) -> None:
    """What a list says of segments. Another zone's list never takes the place of what was decided here."""
    now, manager = timezone.now(), Placement.objects
    for company, code in pairs:
        (manager.update_or_create if is_own else manager.get_or_create)(
            company=company, segment=code, text="",
            defaults={"state": CONFIRMED, "confidence": f"{CONFIDENCE['confirmed']:.2f}", "rule": "confirmed",
                      "placed_on": timezone.localdate(), "decided_by": actor, "decided_at": now, "reason": reason[:300],
                      "decided_as": zone_actions.voice_of(actor)},
        )  # fmt: skip


def decide_placement(actor: Person, *, zone: Zone, placement_id: int, is_right: bool, reason: str) -> Placement:
    """An officer confirms or rejects a placement, with a reason."""
    demand(rules.may_answer_gaps(actor, zone), "not-allowed", zone_actions.NOT_ALLOWED, role=actor.role_name)
    with transaction.atomic():
        row = queries.placements_seen(actor).select_for_update().filter(pk=placement_id, company__zone=zone).first()
        if row is None:
            raise Refused("no-such-placement", NO_PLACEMENT, status=404)
        _demand_reason(reason)
        PLACEMENT_STATES.move(row, "confirm" if is_right else "reject", (actor.role,), reason=reason)
        row.decided_by, row.decided_at, row.reason = actor, timezone.now(), reason.strip()
        row.decided_as = zone_actions.voice_of(actor)
        row.save()
        zone_actions.touch_zone(zone)
        record(actor, "decide-placement", "placement", row.pk, state=row.state, segment=row.segment, reason=row.reason)
        tell_company(actor, row)
    return row


def confirm_placement(actor: Person, *, zone_code: str, placement_id: int) -> Placement:
    """A member of the company itself says that the placement is right."""
    return _own_word(actor, zone_code, placement_id, "agree", "")


def object_placement(actor: Person, *, zone_code: str, placement_id: int, reason: str) -> Placement:
    """A member of the company itself says that the placement is wrong: it counts no more until an officer decides."""
    return _own_word(actor, zone_code, placement_id, "object", reason.strip())


def _own_word(actor: Person, zone_code: str, placement_id: int, verb: str, reason: str) -> Placement:
    with transaction.atomic():
        readable = zone_code.isascii() and zone_code.isprintable()
        seen = visible_to(actor, Company).filter(zone__code=zone_code) if readable else Company.objects.none()
        row = queries.placements_seen(actor).select_for_update(of=("self",)).filter(pk=placement_id, company__in=seen).first()
        if row is None:
            raise Refused("no-such-placement", NO_PLACEMENT, status=404)
        demand(may_speak_for(actor, row.company), "not-your-company", NOT_YOUR_COMPANY)
        if verb == "object":
            _demand_reason(reason)
        was, now = row.state, timezone.now()
        again = was == CONFIRMED and row.decided_as in OWN_WORDS and timezone.localdate(row.decided_at) == timezone.localdate(now)
        demand(verb != "agree" or not again, "confirmed-already", CONFIRMED_TODAY, status=409)
        PLACEMENT_STATES.move(row, verb, (actor.role,), reason=reason)
        row.decided_by, row.decided_at, row.reason, row.decided_as = actor, now, reason, Check.Voice.COMPANY
        row.save()
        zone_actions.touch_zone(row.company.zone)
        record(actor, f"{verb}-placement", "placement", row.pk, state=(was, row.state), segment=row.segment, reason=reason)
    return row


def _place_anew(company: Company) -> None:
    place_companies(company.zone, [company])


def _place_list(zone: Zone, companies: Sequence[Company]) -> None:
    place_companies(zone, companies)
    match_links(zone)


zone_actions.PRODUCTS_CHANGED.append(_place_anew)
zone_actions.COMPANIES_CHANGED.append(_place_list)
zone_actions.EXEMPT["chain.Placement"] = lambda rows: rows.exclude(decided_by=None)
zone_actions.HANGING |= {
    "chain.Placement": _("a place on a chain that a person decided"), "chain.Answer": _("the answer to a gap"),
    "chain.CandidateWord": _("an officer's word on it as a candidate"), "chain.InputStatement": _("purchases that it stated"),
    "chain.SupplyLink": _("a supply link"), "chain.WordLink": _("a link by which it says its word"),
}  # fmt: skip


def answer_gap(actor: Person, *, zone: Zone, segment: str, kind: str, reason: str, company: str = "") -> Answer:
    """ "We have one" (and which company) or "not a gap here": kept with reason, person and day."""
    demand(rules.may_answer_gaps(actor, zone), "not-allowed", zone_actions.NOT_ALLOWED, role=actor.role_name)
    _demand_reason(reason)
    if kind not in Answer.Kind.values:
        raise Refused("answer-unknown", _("An answer is either we-have-one or not-a-gap."))
    if segment not in queries.zone_atlas(zone).segments:
        raise Refused("unknown-segment", UNKNOWN_SEGMENT, status=404, segment=segment[:30])
    with transaction.atomic():
        Zone.objects.select_for_update().get(pk=zone.pk)
        maker = None
        if kind == Answer.Kind.WE_HAVE_ONE:
            maker = _named_company(actor, zone, company)
            demand_counted(maker)
            if Placement.objects.filter(company=maker, segment=segment, text="", state=CONFIRMED).exists():
                raise Refused("already-answered", _("%(name)s is confirmed there already."), status=409, name=maker.name)
            confirm_segments(actor, [(maker, segment)], reason.strip())
        elif Answer.objects.filter(zone=zone, segment=segment, kind=kind, withdrawn_at=None).exists():
            raise Refused("already-answered", _("Somebody has already said that this is not a gap here."), status=409)
        answer = Answer.objects.create(zone=zone, segment=segment, kind=kind, company=maker, reason=reason.strip(), by=actor)
        zone_actions.touch_zone(zone)
        record(actor, "answer-gap", "zone", zone.pk, segment=segment, kind=kind, company=company, reason=answer.reason)
        tell_officers(actor, answer)
    return answer


def withdraw_answer(actor: Person, *, zone: Zone, answer_id: int) -> None:
    """Take an answer back; the row stays with the day it ended. A confirmed maker goes with it."""
    demand(rules.may_answer_gaps(actor, zone), "not-allowed", zone_actions.NOT_ALLOWED, role=actor.role_name)
    with transaction.atomic():
        answer = Answer.objects.select_for_update().filter(pk=answer_id, zone=zone, withdrawn_at=None).first()
        if answer is None:
            raise Refused("no-such-answer", _("There is no such answer in this zone."), status=404)
        answer.withdrawn_at = timezone.now()
        answer.save()
        if answer.company is not None:
            confirmed = Placement.objects.filter(company=answer.company, segment=answer.segment, text="", state=CONFIRMED)
            confirmed.filter(reason=answer.reason).delete()  # what a list confirmed since has the list as its reason
            _forget_empty(answer)
        zone_actions.touch_zone(zone)
        record(actor, "withdraw-answer", "zone", zone.pk, segment=answer.segment, kind=answer.kind)


def say_of_candidate(actor: Person, *, zone: Zone, segment: str, company_id: int, is_suitable: bool, reason: str) -> CandidateWord:
    """An officer's word on a known maker outside for one segment; an earlier word stays readable with the day it was replaced.

    Raises Refused: not-allowed, unknown-segment, no-such-company (404; also for a company of this zone itself), reason-missing,
    no-candidate (409: it is not known to make the segment).
    """
    demand(rules.may_answer_gaps(actor, zone), "not-allowed", zone_actions.NOT_ALLOWED, role=actor.role_name)
    atlas = queries.zone_atlas(zone)
    if segment not in atlas.segments:
        raise Refused("unknown-segment", UNKNOWN_SEGMENT, status=404, segment=segment[:30])
    with transaction.atomic():
        Zone.objects.select_for_update().get(pk=zone.pk)
        company = Company.objects.filter(pk=company_id, zone=zone, is_outside=True).first()
        if company is None:
            raise Refused("no-such-company", _("There is no such company in this zone."), status=404)
        _demand_reason(reason)
        makes = [code for code, lines in atlas.lines.items() if segment in lines]
        if not Placement.objects.filter(company=company, segment__in=makes, state__in=COUNTED).exists():
            raise Refused("no-candidate", NO_CANDIDATE, status=409, name=company.name)
        said = CandidateWord.objects.filter(zone=zone, segment=segment, company=company, replaced_at=None)
        said.update(replaced_at=timezone.now())
        word = CandidateWord.objects.create(
            zone=zone, segment=segment, company=company, is_suitable=is_suitable, reason=reason.strip(), by=actor
        )
        record(
            actor, "say-of-candidate", "company", company.pk,
            segment=segment, is_suitable=is_suitable, reason=word.reason,
        )  # fmt: skip
    return word


def _forget_empty(answer: Answer) -> None:
    """A company of which nothing is known but this answer goes with it."""
    company = answer.company
    if company is None or company.facts.exists() or company.placements.exists():
        return
    if Attachment.objects.filter(owner_kind="company", owner_id=company.pk).exists() or company.merged_from.exists():
        return
    if not Answer.objects.filter(company=company).exclude(pk=answer.pk).exists():
        mark("company", [company.pk], is_hidden=True)
        company.delete()


def set_limits(actor: Person, *, zone: Zone, limits: Limits, reason: str) -> LimitSet:
    """A new version of the zone's limits; the older ones stay readable."""
    demand(rules.may_answer_gaps(actor, zone), "not-allowed", zone_actions.NOT_ALLOWED, role=actor.role_name)
    _demand_reason(reason)
    with transaction.atomic():
        Zone.objects.select_for_update().get(pk=zone.pk)
        last = LimitSet.objects.filter(zone=zone).order_by("-version").first()
        row = LimitSet.objects.create(
            zone=zone, version=1 if last is None else last.version + 1, demand=limits.demand, share=limits.share,
            readiness=limits.readiness, depth=limits.depth, decay=limits.decay, residents=limits.residents,
            kinds=",".join(k for k in KINDS if k in limits.kinds), reason=reason.strip(), set_by=actor,
        )  # fmt: skip
        zone_actions.touch_zone(zone)
        record(actor, "set-limits", "zone", zone.pk, version=row.version, reason=row.reason)
    return row


def _demand_reason(reason: str) -> None:
    if not 2 <= len(reason.strip()) <= 300:
        raise Refused("reason-missing", REASON_MISSING)


def _named_company(actor: Person, zone: Zone, name: str) -> Company:
    """The company that an officer names: one of the list, or a new one that the officer vouches for."""
    name = name.strip()
    if not 2 <= len(name) <= 120:
        raise Refused("company-missing", _("Please name the company that makes it."))
    company = Company.objects.filter(zone=zone, is_outside=False, name_key=key_of_name(name)).first()
    company = company or names_of_merged(zone).get(key_of_name(name))
    if company is None:
        company = Company.objects.create(zone=zone, name=name, name_key=key_of_name(name))
        mark("company", [company.pk])
        source = Source.objects.create(kind=Source.Kind.OFFICER, title=str(actor)[:200])
        record(actor, "record-companies", "zone", zone.pk, companies=1, secret={"source": source.title})
    return company
