"""Looking again at a fact or a placement of the weekly list: still true, wrong, or not to be told."""

from django.db import transaction
from django.utils import timezone

from xinya.kit.audit import record
from xinya.kit.refusals import Refused, demand
from xinya.kit.search import mark
from xinya.kit.text import gettext_noop as _
from xinya.zones import actions as zone_actions
from xinya.zones.actions.grants import demand_reason
from xinya.zones.engine.notice_kinds import NoticeKind, Said, register_kind
from xinya.zones.models import Check, Company, Fact, Person, Zone
from xinya.zones.queries import commissioners_in, people_with, visible_to

from .. import queries, rules
from ..engine.placement import COUNTED
from ..engine.placement_states import PLACEMENT_STATES
from ..models import Placement

NOT_YOURS = _("Only officers and commissioners of the zone say what they found when they looked again.")
OUTCOME_UNKNOWN = _("What was found is RIGHT, WRONG or UNKNOWN.")
NOT_TO_VERIFY = _("There is no such fact or placement to look at again.")
NOT_COUNTED = _("The placement is not counted now, so there is nothing to look at again.")
FOUND_WRONG = register_kind(
    NoticeKind(
        "found-wrong",
        _("%(company)s: somebody found something wrong"),
        _("%(person)s found wrong of %(company)s: %(what)s. Reason: %(reason)s. It stands until a chain officer decides."),
        may_wait=True,
    )
)


TO_VERIFY = register_kind(
    NoticeKind(
        "to-verify",
        _("%(zone)s: %(count)s things to look at again this week"),
        _("In %(zone)s %(count)s facts and placements have grown old (week %(week)s). One click says what you found."),
        may_wait=True,
    )
)


def check_fact(actor: Person, *, zone: Zone, fact_id: int, outcome: str, reason: str = "") -> Check:
    """An officer's "wrong" withdraws the fact; a commissioner's is kept and told to the officers. "Still true" makes it young.

    Raises Refused: not-allowed, unknown-outcome, nothing-to-verify (404).
    """
    demand(rules.may_look_again(actor, zone), "not-allowed", NOT_YOURS)
    with transaction.atomic():
        seen = visible_to(actor, Company).filter(zone=zone, is_outside=False)
        found = visible_to(actor, Fact).filter(pk=fact_id, company__in=seen).select_for_update(of=("self",))
        fact = found.select_related("company").first() if 0 < fact_id < 2**63 else None
        if fact is None or fact.company is None:
            raise Refused("nothing-to-verify", NOT_TO_VERIFY, status=404)
        company, said = fact.company, _said(outcome, reason)
        held = queries.chains_and_confirmations(zone, company)[1]
        age = queries.fact_age(fact, held, timezone.localdate()).days
        voice = zone_actions.voice_of(actor)
        row = zone_actions.check_of_fact(fact, company, outcome, by=actor, age=age, voice=voice, reason=said)
        if outcome == Check.Outcome.WRONG and rules.may_answer_gaps(actor, zone):
            Fact.objects.filter(pk=fact.pk).update(withdrawn_at=timezone.now())
            mark("company", [company.pk])
            for place in zone_actions.PRODUCTS_CHANGED if fact.kind == Fact.Kind.PRODUCT else ():
                place(company)
        elif outcome == Check.Outcome.WRONG:
            _tell_officers(actor, company, fact.text or fact.get_kind_display(), row)
        zone_actions.touch_zone(zone)
        record(actor, "check-fact", "fact", fact.pk, outcome=outcome, secret={"reason": said})
    return row


def check_placement(actor: Person, *, zone: Zone, placement_id: int, outcome: str, reason: str = "") -> Check:
    """As `check_fact`, of a counted placement: an officer's "wrong" rejects it. Raises Refused as that, and not-counted (409)."""
    demand(rules.may_look_again(actor, zone), "not-allowed", NOT_YOURS)
    with transaction.atomic():
        seen = visible_to(actor, Company).filter(zone=zone, is_outside=False)
        places = queries.placements_seen(actor).filter(pk=placement_id, company__in=seen)
        row = places.select_for_update(of=("self",)).select_related("company").first() if 0 < placement_id < 2**63 else None
        if row is None:
            raise Refused("nothing-to-verify", NOT_TO_VERIFY, status=404)
        said = _said(outcome, reason)
        demand(row.state in COUNTED, "not-counted", NOT_COUNTED, status=409)
        check = check_of_placement(row, outcome, by=actor, voice=zone_actions.voice_of(actor), reason=said)
        if outcome == Check.Outcome.WRONG and rules.may_answer_gaps(actor, zone):
            PLACEMENT_STATES.move(row, "reject", (actor.role,), reason=said)
            row.decided_by, row.decided_at, row.decided_as, row.reason = actor, timezone.now(), check.voice, said
            row.save()
        elif outcome == Check.Outcome.WRONG:
            _tell_officers(actor, row.company, row.text or row.segment, check)
        zone_actions.touch_zone(zone)
        record(actor, "check-placement", "placement", row.pk, outcome=outcome, segment=row.segment, secret={"reason": said})
    return check


def tell_lists() -> int:
    """Every officer and commissioner with something to look at again is told, once a week and zone; returns how many were.

    On Monday, or on the first day of the week on which a worker runs. Whoever was told this week hears nothing of later additions.
    """
    week, told = queries.week_of(timezone.localdate()), 0
    for zone in Zone.objects.order_by("pk"):
        key = f"verify:{zone.pk}:{week}"
        people = {p.pk: p for p in [*commissioners_in(zone), *people_with("change_zone", zone)]}
        for person in zone_actions.untold(people.values(), kind=TO_VERIFY.code, key=key):
            made = queries.verify_list(person, zone)
            if not made.items:
                continue
            values: dict[str, Said] = {"zone": (zone.name, zone.name_en), "count": str(len(made.items)), "week": week}
            with transaction.atomic():
                path = f"/zones/{zone.code}/verify/"
                told += len(zone_actions.promise_notices([person], kind=TO_VERIFY.code, key=key, values=values, path=path))
    return told


def check_of_placement(row: Placement, outcome: str, *, by: Person | None, voice: str, reason: str = "") -> Check:
    """Part of another act, which has decided that this may be said and which records it."""
    zone, today = row.company.zone, timezone.localdate()
    dossier = queries.text_dossier(row)
    held = queries.chains_and_confirmations(zone, row.company)[1]
    return Check.objects.create(
        zone=zone, company=row.company, segment=row.segment, text=row.text, kind="placement", outcome=outcome,
        age=queries.place_age(row, dossier, held, today).days, voice=voice, by=by, reason=reason[:300],
    )  # fmt: skip


def _said(outcome: str, reason: str) -> str:
    demand(outcome in Check.Outcome.values, "unknown-outcome", OUTCOME_UNKNOWN, status=422)
    return demand_reason(reason) if outcome == Check.Outcome.WRONG else reason.strip()[:300]


def _tell_officers(actor: Person, company: Company, what: str, check: Check) -> None:
    zone = company.zone
    values: dict[str, Said] = {
        "company": (company.name, company.name_en or company.name), "person": str(actor), "what": what, "reason": check.reason,
    }  # fmt: skip
    officers = people_with("change_zone", zone)
    path = f"/zones/{zone.code}/verify/"
    zone_actions.promise_notices(officers, kind=FOUND_WRONG.code, key=f"check:{check.pk}", values=values, path=path)


__all__ = ["check_fact", "check_of_placement", "check_placement", "tell_lists"]
