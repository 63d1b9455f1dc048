"""What a company says of the facts held of it, what the officers answer, and who may see a fact: its secrecy class."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from django.db import IntegrityError, transaction
from django.utils import timezone

from xinya.kit.audit import must_say_why, record
from xinya.kit.refusals import Refused, demand
from xinya.kit.search import mark
from xinya.kit.text import gettext_noop as _

from ..models import AMOUNTS, ClassChange, Company, Fact, FactReview, Person, Secrecy, Source
from ..queries import fact_for_label, visible_to
from ..queries.facts import fact_visible
from ..rules import may_change_zones, works_for
from .grants import ENDED, NO_MACHINE, NOT_YOURS, demand_power, demand_reason
from .zones import touch_zone

must_say_why("raise-class", "ask-lower-class", "lower-class", "refuse-lower-class", "object-fact", "answer-objection")
RANK = {Secrecy.PUBLIC: 0, Secrecy.INTERNAL: 1, Secrecy.COMPANY: 2, Secrecy.RESTRICTED: 3}
WITHDRAW, CORRECT, KEEP = "WITHDRAW", "CORRECT", "KEEP"
OUTCOMES = (WITHDRAW, CORRECT, KEEP)
OF_NUMBER = (*AMOUNTS, Fact.Kind.STAFF, Fact.Kind.ABOVE_SCALE, Fact.Kind.ANCHOR)
PRODUCTS_CHANGED: list[Callable[[Company], None]] = []
"""What a slice above does when a product of a company was withdrawn or corrected: part of the same act."""
OPEN_CLASSES = (Secrecy.PUBLIC, Secrecy.INTERNAL)
NOT_FOR_THE_LOG = "–"
UNKNOWN_CLASS = _("There is no such secrecy class.")


@dataclass(frozen=True, slots=True)
class Correction:
    """What holds instead: fen for revenue, 1 or 0 for yes and no, else a text."""

    text: str = ""
    number: int | None = None


def confirm_fact(actor: Person, *, company: Company, fact_id: int) -> FactReview:
    """The company says: this is right."""
    return _review(actor, company, fact_id, FactReview.Kind.CONFIRMED, "")


def object_fact(actor: Person, *, company: Company, fact_id: int, reason: str) -> FactReview:
    """The company says: this is wrong, because. A chain officer must answer."""
    return _review(actor, company, fact_id, FactReview.Kind.OBJECTED, reason)


def _review(actor: Person, company: Company, fact_id: int, kind: str, reason: str) -> FactReview:
    fact = fact_visible(actor, company, fact_id)
    demand_power(actor, "confirm_facts")
    said = demand_reason(reason) if kind == FactReview.Kind.OBJECTED else ""
    with transaction.atomic():
        Fact.objects.select_for_update().get(pk=fact.pk)
        last = FactReview.objects.filter(fact=fact).order_by("-pk").first()
        waits = last is not None and last.kind == FactReview.Kind.OBJECTED and last.answered_at is None
        same = last is not None and last.kind == kind == FactReview.Kind.CONFIRMED
        demand(not same, "confirmed-already", _("Your company has confirmed this fact already."), status=409)
        demand(
            not (waits and kind == FactReview.Kind.OBJECTED), "objected-already", _("Your objection waits for its answer already."),
            status=409,
        )  # fmt: skip
        if waits and last is not None:
            last.answer, last.answered_by, last.answered_at = "–", actor, timezone.now()
            last.save(update_fields=["answer", "answered_by", "answered_at"])
        row = FactReview.objects.create(fact=fact, kind=kind, reason=said, by=actor)
        act = "confirm-fact" if kind == FactReview.Kind.CONFIRMED else "object-fact"
        record(actor, act, "fact", fact.pk, company=company.pk, reason=_logged(fact, said), secret={"reason": said})
    return row


def answer_objection(
    actor: Person, *, review_id: int, outcome: str, answer: str, correction: Correction | None = None
) -> FactReview:  # fmt: skip
    """A chain officer of the zone withdraws the fact, corrects it, or keeps it; the company reads the answer."""
    review = visible_to(actor, FactReview).filter(pk=review_id).select_related("fact__zone", "fact__company").first()
    if review is None:
        raise Refused("no-such-objection", _("There is no such objection."), status=404)
    fact = review.fact
    allowed = may_change_zones(actor) and works_for(actor, fact.zone)
    demand(allowed, "not-allowed", NOT_YOURS, role=actor.role_name)
    said = demand_reason(answer)
    demand(outcome in OUTCOMES, "unknown-outcome", _("The fact is withdrawn, corrected or kept."), status=422)
    with transaction.atomic():
        held = FactReview.objects.select_for_update().get(pk=review.pk)
        waits = held.kind == FactReview.Kind.OBJECTED and held.answered_at is None
        demand(waits, "ended-already", ENDED, status=409)
        if outcome == CORRECT:
            _correct(actor, fact, correction or Correction(), said)
        if outcome != KEEP:
            Fact.objects.filter(pk=fact.pk).update(withdrawn_at=timezone.now())
            _changed(fact)
            for place in PRODUCTS_CHANGED if fact.kind == Fact.Kind.PRODUCT and fact.company is not None else ():
                place(fact.company)  # type: ignore[arg-type]
        held.answer, held.answered_by, held.answered_at = said, actor, timezone.now()
        held.save(update_fields=["answer", "answered_by", "answered_at"])
        logged = _logged(fact, said)
        record(actor, "answer-objection", "fact", fact.pk, reason=logged, secret={"answer": said}, outcome=outcome, review=held.pk)
    return held


def _correct(actor: Person, fact: Fact, correction: Correction, answer: str) -> None:
    """The new fact stands on the officer's word, on the day of the answer; the old row stays readable as withdrawn."""
    text, number = correction.text.strip(), correction.number
    if fact.kind in OF_NUMBER:
        limits = (0, 1) if fact.kind in (Fact.Kind.ABOVE_SCALE, Fact.Kind.ANCHOR) else (0, 10**17)
        limits = (-(10**17), 10**17) if fact.kind == Fact.Kind.PROFIT else limits
        right = number is not None and limits[0] <= number <= limits[1] and number != fact.number
        text = ""
    else:
        right = 2 <= len(text) <= 300 and text != fact.text and (fact.kind != Fact.Kind.STATE or text in Fact.State.values)
        number = fact.number
    demand(
        right, "correction-wrong", _("Please say what holds instead; it must differ from the fact and be of its kind."), status=422
    )
    source = Source.objects.create(kind=Source.Kind.OFFICER, title=answer[:200], publisher=str(actor)[:100])
    Fact.objects.create(
        zone=fact.zone, company=fact.company, kind=fact.kind, period=fact.period, text=text, number=number, unit=fact.unit,
        source=source, observed_on=timezone.localdate(), confidence="0.75", secrecy=fact.secrecy,
    )  # fmt: skip


def _changed(fact: Fact, *, is_hidden: bool = False) -> None:
    """What was computed or indexed of the fact's company is out of date."""
    if fact.company_id is not None:
        mark("company", [fact.company_id], is_hidden=is_hidden)
    touch_zone(fact.zone)


def _logged(fact: Fact, said: str) -> str:
    """What the log shows of a free text: of a fact that only some may read, that something was said."""
    return said if fact.secrecy in OPEN_CLASSES or not said else NOT_FOR_THE_LOG


def is_higher(to: str, than: str) -> bool:
    """Whether class `to` is seen by fewer people than class `than`."""
    return RANK[Secrecy(to)] > RANK[Secrecy(than)]


def raise_class(actor: Person, *, fact_id: int, to: str, reason: str, readers: Sequence[Person] = ()) -> Fact:
    """Fewer people see the fact, at once. A restricted fact names its readers. A lowering that waits is over."""
    demand_power(actor, "raise_class")
    fact, said = fact_for_label(actor, fact_id), demand_reason(reason)
    demand(to in RANK, "unknown-class", UNKNOWN_CLASS, status=422)
    demand(to != Secrecy.RESTRICTED or bool(readers), "readers-missing", _("A restricted fact names who may read it."), status=422)
    with transaction.atomic():
        held = Fact.objects.select_for_update().get(pk=fact.pk)
        higher = RANK[Secrecy(to)] > RANK[Secrecy(held.secrecy)]
        demand(higher, "not-higher", _("The fact has this class or a higher one; lowering needs a second person."), status=409)
        for reader in readers:
            sees = visible_to(reader, Fact).filter(pk=held.pk).exists()
            demand(
                sees,
                "reader-new",
                _("%(name)s does not see the fact now, and raising its class opens it to nobody."),
                status=422,
                name=str(reader),
            )
        before, held.secrecy = held.secrecy, to
        held.save(update_fields=["secrecy"])
        held.readers.set(readers)
        ClassChange.objects.filter(fact=held, ended_at=None).update(ended_at=timezone.now())
        _changed(fact, is_hidden=True)
        record(actor, "raise-class", "fact", held.pk, reason=said, secrecy=(before, to), readers=[p.pk for p in readers])
    return held


def ask_lower_class(actor: Person, *, fact_id: int, to: str, reason: str) -> ClassChange:
    """More people shall see the fact: somebody else must agree first."""
    demand_power(actor, "raise_class")
    fact, said = fact_for_label(actor, fact_id), demand_reason(reason)
    demand(to in RANK, "unknown-class", UNKNOWN_CLASS, status=422)
    demand(RANK[Secrecy(to)] < RANK[Secrecy(fact.secrecy)], "not-lower", _("The fact has this class or a lower one."), status=409)
    try:
        with transaction.atomic():
            row = ClassChange.objects.create(fact=fact, to=to, reason=said, asked_by=actor)
            record(actor, "ask-lower-class", "fact", fact.pk, reason=said, to=to)
    except IntegrityError as twice:
        raise Refused("asked-already", _("A lowering of this fact waits already."), status=409) from twice
    return row


def agree_lower_class(actor: Person, *, change_id: int) -> ClassChange:
    """A second person agrees; from now on the lower class holds."""
    demand_power(actor, "raise_class")
    with transaction.atomic():
        row = _waiting_change(actor, change_id)
        demand(not actor.is_system, "no-machine", NO_MACHINE)
        demand(row.asked_by_id != actor.pk, "two-people", _("Somebody else than the person who asked must agree."))
        fact = Fact.objects.select_for_update().get(pk=row.fact_id)
        lower = RANK[Secrecy(row.to)] < RANK[Secrecy(fact.secrecy)] and fact.withdrawn_at is None
        demand(lower, "not-lower", _("The fact has this class or a lower one."), status=409)
        row.agreed_by, row.ended_at = actor, timezone.now()
        row.save(update_fields=["agreed_by", "ended_at"])
        before, fact.secrecy = fact.secrecy, row.to
        fact.save(update_fields=["secrecy"])
        fact.readers.clear()
        _changed(fact)
        record(actor, "lower-class", "fact", fact.pk, reason=row.reason, secrecy=(before, row.to), asked_by=row.asked_by_id)
    return row


def refuse_lower_class(actor: Person, *, change_id: int, reason: str) -> ClassChange:
    """The class stays; whoever asked may take the own request back the same way."""
    demand_power(actor, "raise_class")
    with transaction.atomic():
        row = _waiting_change(actor, change_id)
        said = demand_reason(reason)
        row.ended_at = timezone.now()
        row.save(update_fields=["ended_at"])
        record(actor, "refuse-lower-class", "fact", row.fact_id, reason=said, to=row.to)
    return row


def _waiting_change(actor: Person, change_id: int) -> ClassChange:
    row = visible_to(actor, ClassChange).select_for_update(of=("self",)).filter(pk=change_id).first()
    if row is None:
        raise Refused("no-such-change", _("There is no such change of class."), status=404)
    demand(row.ended_at is None, "ended-already", ENDED, status=409)
    return row


__all__ = [
    "OUTCOMES",
    "Correction",
    "agree_lower_class",
    "answer_objection",
    "ask_lower_class",
    "confirm_fact",
    "is_higher",
    "object_fact",
    "raise_class",
    "refuse_lower_class",
]
