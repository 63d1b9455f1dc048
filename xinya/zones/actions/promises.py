"""Making promises, keeping, confirming, objecting, ending: every write but those on the clock (promise_clocks.py)."""

import datetime
from dataclasses import dataclass

from django.db import transaction
from django.utils import timezone

from xinya.kit.clock_terms import ACTUAL_DAY, demand_length
from xinya.kit.clocks import read_clock
from xinya.kit.refusals import Refused, demand
from xinya.kit.text import gettext_noop as _
from xinya.kit.workdays import calendar_missing

from .. import rules
from ..engine import promise_states as states
from ..files.promise_kinds import OWN, promise_kinds
from ..models import Company, Organisation, Person, Promise, PromiseClock, Secrecy, Zone
from ..queries import visible_to
from ..queries.calendar import calendar_in_force, office_hours_in_force
from ..queries.promises import terms_of
from .promise_steps import Step, begin, lock, show_clock

OLDEST_YEAR = 2000
NOT_ALLOWED = _("Your role makes no promises in this zone.")
NO_COMPANY = _("There is no such company in this zone.")
TEXT_WRONG = _("Say in 5 to 500 characters what is promised.")
PROOF_MISSING = _("Say in 5 to 500 characters what proves it: a document, a place, a number.")
OTHER_MISSING = _("Name the company, or whom the promise is made to, in 2 to 120 characters.")
UNKNOWN_KIND = _("There is no such kind of promise.")
RECEIVED_LATER = _("The receipt lies in the future.")
DUE_AT_ONCE = _("The promise would be due before it was received.")
OTHER_LONG = _("These words are longer than %(most)s characters.")
NOT_MEMBER = _("Whoever takes a promise over works in the office that takes it.")


@dataclass(frozen=True, slots=True)
class NewPromise:
    """What is promised, to whom and until when. Without unit and n the kind's own hold; without received_at the clock starts now.

    company or other: to whom, for a promise of the zone; of whom, for a promise of a company.
    """

    text: str
    direction: str = Promise.Direction.OURS.value
    company: Company | None = None
    other: str = ""
    kind: str = OWN
    unit: str = ""
    n: int | None = None
    received_at: datetime.datetime | None = None
    receipt_rule: str = ACTUAL_DAY
    proof_needed: str = ""
    occasion: str = ""
    secrecy: str = Secrecy.INTERNAL.value
    is_invented: bool = False


def make_promise(actor: Person, *, zone: Zone, wanted: NewPromise) -> Promise:
    """A promise of the actor's office to a company, of a company to the zone, or written down by the zone for a company.

    Raises Refused not-allowed (403), no-such-company (404), and with 422 text-wrong, OTHER_MISSING, unknown-kind and the
    codes of clocks.
    """
    demand(rules.may_make_promises(actor, zone), "not-allowed", NOT_ALLOWED)
    now = timezone.now()
    received = wanted.received_at or now
    _demand_words(wanted)
    demand(received <= now, "DATES_REVERSED", RECEIVED_LATER, status=422)
    if received.year < OLDEST_YEAR:
        raise calendar_missing(received.year)
    kind = promise_kinds().get(wanted.kind)
    if kind is None:
        raise Refused("unknown-kind", UNKNOWN_KIND)
    unit, n = wanted.unit or kind.unit, kind.n if wanted.n is None else wanted.n
    demand_length(unit, n)
    with transaction.atomic():
        promise = Promise(
            zone=zone, direction=wanted.direction, text=wanted.text.strip(), kind=kind.code, made_by=actor,
            proof_needed=wanted.proof_needed.strip(), occasion=wanted.occasion.strip(), secrecy=wanted.secrecy,
            is_invented=wanted.is_invented, **_sides(actor, zone, wanted),
        )  # fmt: skip
        clock = PromiseClock(promise=promise, number=1, received_at=received, unit=unit, n=n, receipt_rule=wanted.receipt_rule)
        shown = read_clock(calendar_in_force(), terms_of(clock, office_hours_in_force(zone)))
        show_clock(promise, clock, shown.effective_day, shown.due_on, shown.due_at)
        promise.forecast = bool(shown.forecast)
        demand(promise.due_at is not None and promise.due_at > received, "PROMISE_NOT_POSITIVE", DUE_AT_ONCE, status=422)
        promise.save()
        clock.promise = promise
        clock.save()
        step = Step(actor, promise, clock, "make", now, wanted.occasion.strip())
        step.old_state, step.old_due_on = "", None
        return step.done(direction=promise.direction, unit=unit, n=n)


def _demand_words(wanted: NewPromise) -> None:
    if not 5 <= len(wanted.text.strip()) <= 500:
        raise Refused("text-wrong", TEXT_WRONG)
    if wanted.direction not in Promise.Direction.values or wanted.secrecy not in (Secrecy.INTERNAL, Secrecy.COMPANY):
        raise Refused("unknown-kind", UNKNOWN_KIND)
    for text, most in ((wanted.proof_needed, 200), (wanted.occasion, 120)):
        demand(len(text.strip()) <= most, "text-wrong", OTHER_LONG, status=422, most=most)


def _sides(actor: Person, zone: Zone, wanted: NewPromise) -> dict[str, object]:
    """Owner and other side. A company's people speak for their company; the zone's people for their office."""
    membership = actor.acting_for
    assert membership is not None  # noqa: S101 - may_make_promises saw to it
    own, company = membership.organisation, wanted.company
    if own.company_id is not None:
        _demand_company(actor, zone, company or own.company)
        demand(wanted.direction == Promise.Direction.THEIRS, "not-allowed", NOT_ALLOWED)
        return {"owner_organisation": own, "owner": actor, "other_organisation": _office_of(zone), "other_text": zone.name}
    if company is None and not 2 <= len(wanted.other.strip()) <= 120:
        raise Refused("OTHER_MISSING", OTHER_MISSING)
    if wanted.direction == Promise.Direction.OURS:
        if company is not None:
            _demand_company(actor, zone, company)
        return {
            "owner_organisation": own,
            "owner": actor,
            "other_company": company,
            "other_text": "" if company is not None else wanted.other.strip(),
        }
    if company is None:
        raise Refused("OTHER_MISSING", OTHER_MISSING)
    _demand_company(actor, zone, company)
    return {"owner_organisation": company_organisation(company), "owner": None, "other_organisation": own}


def _demand_company(actor: Person, zone: Zone, company: Company | None) -> None:
    """The company is of this zone and the actor sees it."""
    seen = company is not None and company.zone_id == zone.pk and not company.is_outside
    if not seen or not visible_to(actor, Company).filter(pk=company.pk).exists():  # type: ignore[union-attr]
        raise Refused("no-such-company", NO_COMPANY, status=404)


def _office_of(zone: Zone) -> Organisation | None:
    """To whom a company promises: the topmost office of its zone, else the one that works for every zone."""
    offices = Organisation.objects.filter(kind=Organisation.Kind.ZONE_OFFICE, parent=None)
    return offices.filter(zone=zone).first() or offices.filter(zone=None).first()


def company_organisation(company: Company) -> Organisation:
    """The organisation that a company is; made when nobody has an account there yet."""
    own, _made = Organisation.objects.get_or_create(
        company=company, defaults={"kind": Organisation.Kind.COMPANY, "name": company.name, "zone_id": company.zone_id}
    )
    return own


def keep_promise(actor: Person, *, promise: Promise, proof: str) -> Promise:
    """The owner says it is done, with proof. Whether in time is judged at this instant, and said for good."""
    proof = proof.strip()
    with transaction.atomic():
        step = begin(actor, promise, "keep", text=proof)
        if not 5 <= len(proof) <= 500:
            raise Refused("proof-missing", PROOF_MISSING)
        kept = step.promise
        kept.proof, kept.kept_at = proof, step.now
        kept.is_late = kept.due_at is not None and step.now >= kept.due_at
        step.clock.ended_at = step.now
        return step.done(is_late=kept.is_late)


def confirm_promise(actor: Person, *, promise: Promise) -> Promise:
    """The other side says it came."""
    with transaction.atomic():
        step = begin(actor, promise, "confirm")
        return _end(step)


def object_promise(actor: Person, *, promise: Promise, reason: str) -> Promise:
    """The other side says it did not: a new clock, due on the later of the old due day and three working days from now."""
    with transaction.atomic():
        step = begin(actor, promise, "object", reason=reason)
        return _again(step, PromiseClock.Why.DISPUTED, states.DISPUTE_DAYS, not_before=step.old_due_on)


def reopen_promise(actor: Person, *, promise: Promise, reason: str) -> Promise:
    """The other side takes its word back: a new clock of five working days; the first one stays."""
    with transaction.atomic():
        step = begin(actor, promise, "reopen", reason=reason)
        return _again(step, PromiseClock.Why.REOPENED, states.REOPEN_DAYS)


def break_promise(actor: Person, *, promise: Promise, reason: str) -> Promise:
    """The owner says it will not be kept, or the other side says so once it is late."""
    with transaction.atomic():
        step = begin(actor, promise, "break", reason=reason)
        is_owner = "owner" in rules.sides_of(actor, promise)
        is_over = step.promise.due_at is not None and step.promise.due_at <= step.now
        demand(is_owner or is_over, "not-due-yet", _("Before it is due only the owner can say that it is broken."), status=409)
        step.promise.is_late = True
        return _end(step)


def withdraw_promise(actor: Person, *, promise: Promise, reason: str) -> Promise:
    """The other side lets the owner off."""
    with transaction.atomic():
        step = begin(actor, promise, "withdraw", reason=reason)
        return _end(step)


def hand_over_promise(actor: Person, *, promise: Promise, to: Person, reason: str, office: Organisation | None = None) -> Promise:
    """Another person, in the same organisation or another office of the zone, owes it from now on. The due date never moves."""
    with transaction.atomic():
        step = begin(actor, promise, "hand_over", reason=reason)
        target = office or step.promise.owner_organisation
        allowed = target.pk == step.promise.owner_organisation_id or _may_take(target, step.promise)
        is_member = to.memberships.filter(organisation=target, until=None).exists() and to.is_active
        demand(allowed and is_member, "not-a-member", NOT_MEMBER, status=422)
        step.promise.owner_organisation, step.promise.owner = target, to
        return step.done(owner=to.pk, owner_organisation=target.pk)


def _may_take(office: Organisation, promise: Promise) -> bool:
    is_office = office.kind == Organisation.Kind.ZONE_OFFICE and promise.direction == Promise.Direction.OURS
    return is_office and office.zone_id in (None, promise.zone_id)


def end_silence(now: datetime.datetime) -> int:
    """The house: a promise kept ten working days ago without a word of the other side is kept, not confirmed. Idempotent."""
    calendar, count = calendar_in_force(), 0
    today = timezone.localtime(now).date()
    for pk, kept_at in Promise.objects.filter(state=Promise.State.KEPT).values_list("pk", "kept_at"):
        if kept_at is None or calendar.count(timezone.localtime(kept_at).date(), today) <= states.SILENCE_DAYS:
            continue
        with transaction.atomic():
            step = lock(None, pk, "silence")
            if step.promise.state == Promise.State.KEPT:
                step.promise.state = Promise.State.SILENT
                _end(step)
                count += 1
    return count


def _end(step: Step) -> Promise:
    step.promise.ended_at = step.now
    step.clock.ended_at = step.clock.ended_at or step.now
    if step.promise.state != step.old_state and step.old_state == Promise.State.PAUSED:
        step.clock.pauses.filter(end=None).update(end=step.now, ended_by=step.actor)
    return step.done()


def _again(step: Step, why: str, days: int, *, not_before: datetime.date | None = None) -> Promise:
    """A new clock from now; the promise shows it, the old one keeps its dates."""
    old = step.clock
    old.ended_at = old.ended_at or step.now
    old.save(update_fields=["ended_at"])
    step.clock = PromiseClock(
        promise=step.promise, number=old.number + 1, why=why, received_at=step.now, unit="WD", n=days, not_before=not_before,
    )  # fmt: skip
    step.clock.save()
    step.promise.ended_at, step.promise.kept_at = None, None
    step.show()
    return step.done()
