"""HTTP API: the companies that the caller may see, the facts held of them, and what is said of those facts."""

import datetime
from decimal import Decimal
from typing import Any, Literal

from django.http import HttpRequest
from ninja import Header, Query, Router, Schema, Status
from pydantic import Field

from xinya.kit.api import READ_PROBLEMS, WRITE_PROBLEMS, Page, Words, cursor_page, once
from xinya.kit.refusals import Elsewhere, Refused
from xinya.kit.text import gettext_noop as _

from .. import actions, queries
from ..models import ClassChange, Company, Fact, Person
from ..queries.facts import NO_SUCH_FACT
from ..queries.known import KnownCompany, as_known, companies_known
from ..queries.merges import signpost
from ..rules import may_speak_for
from .zones import Paging

router = Router(tags=["companies"])
KEY = Header("", alias="Idempotency-Key", max_length=80)
NO_DAY = _("A day is written as YYYY-MM-DD.")
Classes = Literal["PUBLIC", "INTERNAL", "COMPANY", "RESTRICTED"]


class CompanyBrief(Schema):
    """A company that the caller may see. merged_into: the number that it has now, if it was found to be another one; else null."""

    id: int
    zone: str
    name: str
    name_en: str
    credit_code: str
    merged_into: int | None = None


class HeldFact(Schema):
    """A fact in force. standing: CONFIRMED, OBJECTED (waits for an answer), ANSWERED, or empty. number: fen, 1 or 0, or in unit."""

    id: int
    kind: str
    period: str
    text: str
    number: int | None
    unit: str
    source: str
    observed_on: str
    confidence: Decimal
    secrecy: Classes
    standing: str
    reason: str
    answer: str


class CompanyHeld(CompanyBrief):
    """A company with the facts that the caller may see."""

    facts: list[HeldFact]


class KnownFact(Schema):
    """A fact as it was known on the day asked about. number: fen for amounts, 1 or 0, or in unit; a range has two ends."""

    id: int
    kind: str
    period: str
    text: str
    number: int | None
    lower: int | None
    upper: int | None
    unit: str
    source: str
    observed_on: str
    known_from: str
    confidence: Decimal


class CompanyListed(CompanyBrief):
    """A company; with known_on its name and facts as they were known at the end of that day, else facts is null."""

    facts: list[KnownFact] | None = None


class Listing(Paging):
    """known_on: a day as YYYY-MM-DD; companies, names and facts are then given as they were known at its end."""

    known_on: Words = Field("", max_length=10)


class ReasonForm(Schema):
    """Why."""

    reason: Words = Field(min_length=2, max_length=300)


class AnswerToObjection(Schema):
    """WITHDRAW, CORRECT (with text or number, as the fact's kind needs) or KEEP; the company reads the answer."""

    outcome: Literal["WITHDRAW", "CORRECT", "KEEP"]
    answer: Words = Field(min_length=2, max_length=300)
    text: Words = Field("", max_length=300)
    number: int | None = Field(None, ge=0, le=10**17)


class ClassForm(Schema):
    """The wanted class. A higher one holds at once, a lower one after a second person's yes. readers: keys of people."""

    to: Classes
    reason: Words = Field(min_length=2, max_length=300)
    readers: list[int] = Field(default_factory=list, max_length=50)


class FactDone(Schema):
    """What the call did. waits: a second person must still agree."""

    fact: int
    done: str
    waits: bool = False


@router.get("/companies", response={200: Page[CompanyListed], **READ_PROBLEMS}, summary="Companies that the caller may see")
def companies(request: HttpRequest, paging: Query[Listing]) -> dict[str, Any]:
    person, day = queries.signed_in(request), day_asked(paging.known_on)
    if day is None:
        rows = list(queries.companies_seen(person))
        return cursor_page(rows, cursor=paging.cursor, limit=paging.limit, render=brief)
    known = list(companies_known(person, day))
    found = cursor_page(known, cursor=paging.cursor, limit=paging.limit, render=lambda one: one)
    return {**found, "items": [known_item(one) for one in as_known(person, found["items"], day)]}


@router.get("/companies/{company_id}", response={200: CompanyHeld, **READ_PROBLEMS}, summary="One company with its facts")
def company(request: HttpRequest, company_id: int) -> dict[str, Any]:
    person = queries.signed_in(request)
    try:
        found = queries.company_seen(person, company_id)
    except Elsewhere as elsewhere:
        return {**brief(signpost(elsewhere.old)), "merged_into": elsewhere.new, "facts": []}
    if not may_speak_for(person, found):
        actions.READS.note(found)
    return {**brief(found), "facts": [held(row) for row in queries.facts_reviewed(person, found)]}


@router.post(
    "/companies/{company_id}/facts/{fact_id}/confirm", response={200: FactDone, **WRITE_PROBLEMS}, summary="The company confirms"
)
def confirm(request: HttpRequest, company_id: int, fact_id: int, key: str = KEY) -> Any:
    person = queries.signed_in(request)

    def act() -> tuple[int, dict[str, Any]]:
        actions.confirm_fact(person, company=queries.company_seen(person, company_id), fact_id=fact_id)
        return 200, done(fact_id, "confirm")

    return answered(once(request, key, request.body, act))


@router.post(
    "/companies/{company_id}/facts/{fact_id}/object", response={200: FactDone, **WRITE_PROBLEMS}, summary="The company objects"
)
def object_to(request: HttpRequest, company_id: int, fact_id: int, form: ReasonForm, key: str = KEY) -> Any:
    person = queries.signed_in(request)

    def act() -> tuple[int, dict[str, Any]]:
        seen = queries.company_seen(person, company_id)
        actions.object_fact(person, company=seen, fact_id=fact_id, reason=form.reason)
        return 200, done(fact_id, "object")

    return answered(once(request, key, request.body, act))


@router.post(
    "/companies/{company_id}/facts/{fact_id}/answer", response={200: FactDone, **WRITE_PROBLEMS}, summary="Answer an objection"
)
def answer(request: HttpRequest, company_id: int, fact_id: int, form: AnswerToObjection, key: str = KEY) -> Any:
    person = queries.signed_in(request)

    def act() -> tuple[int, dict[str, Any]]:
        seen = queries.company_seen(person, company_id)
        review = queries.objection_of(person, seen, fact_id)
        correction = actions.Correction(form.text, form.number)
        actions.answer_objection(person, review_id=review.pk, outcome=form.outcome, answer=form.answer, correction=correction)
        return 200, done(fact_id, form.outcome)

    return answered(once(request, key, request.body, act))


@router.post(
    "/companies/{company_id}/facts/{fact_id}/class", response={200: FactDone, **WRITE_PROBLEMS}, summary="Change the secrecy class"
)
def change_class(request: HttpRequest, company_id: int, fact_id: int, form: ClassForm, key: str = KEY) -> Any:
    person = queries.signed_in(request)

    def act() -> tuple[int, dict[str, Any]]:
        fact = labelled(person, company_id, fact_id)
        if actions.is_higher(form.to, fact.secrecy):
            readers = list(Person.objects.filter(pk__in=form.readers, is_active=True))
            actions.raise_class(person, fact_id=fact_id, to=form.to, reason=form.reason, readers=readers)
            return 200, done(fact_id, "raise")
        actions.ask_lower_class(person, fact_id=fact_id, to=form.to, reason=form.reason)
        return 200, done(fact_id, "ask-lower", waits=True)

    return answered(once(request, key, request.body, act))


@router.post(
    "/companies/{company_id}/facts/{fact_id}/class/agree",
    response={200: FactDone, **WRITE_PROBLEMS},
    summary="Agree to a lower secrecy class",
)
def agree_class(request: HttpRequest, company_id: int, fact_id: int, key: str = KEY) -> Any:
    person = queries.signed_in(request)

    def act() -> tuple[int, dict[str, Any]]:
        labelled(person, company_id, fact_id)
        waiting = queries.visible_to(person, ClassChange).filter(fact=fact_id, ended_at=None).first()
        if waiting is None:
            raise Refused("no-such-fact", NO_SUCH_FACT, status=404)
        actions.agree_lower_class(person, change_id=waiting.pk)
        return 200, done(fact_id, "lower")

    return answered(once(request, key, request.body, act))


def labelled(person: Person, company_id: int, fact_id: int) -> Fact:
    """The fact of this company whose class the person may change; others are not found."""
    fact = queries.fact_for_label(person, fact_id)
    if fact.company_id != company_id:
        raise Refused("no-such-fact", NO_SUCH_FACT, status=404)
    return fact


def answered(reply: tuple[int, dict[str, Any]]) -> Any:
    return Status(reply[0], reply[1])


def done(fact_id: int, what: str, *, waits: bool = False) -> dict[str, Any]:
    return {"fact": fact_id, "done": what, "waits": waits}


def brief(row: Company) -> dict[str, Any]:
    return {"id": row.pk, "zone": row.zone.code, "name": row.name, "name_en": row.name_en, "credit_code": row.uscc}


def day_asked(text: str) -> datetime.date | None:
    """The day of a question; None for none. Raises Refused day-wrong."""
    if not text:
        return None
    try:
        return datetime.date.fromisoformat(text)
    except ValueError as error:
        raise Refused("day-wrong", NO_DAY) from error


def known_item(known: KnownCompany) -> dict[str, Any]:
    return {**brief(known.company), "name": known.name, "facts": [known_fact(fact) for fact in known.facts]}


def known_fact(fact: Fact) -> dict[str, Any]:
    return {
        "id": fact.pk, "kind": fact.kind, "period": fact.period, "text": fact.text, "number": fact.number, "lower": fact.lower,
        "upper": fact.upper, "unit": fact.unit, "source": fact.source.title, "observed_on": fact.observed_on.isoformat(),
        "known_from": fact.known_from.isoformat(), "confidence": fact.confidence,
    }  # fmt: skip


def held(row: queries.ReviewedFact) -> dict[str, Any]:
    fact, review = row.fact, row.review
    return {
        "id": fact.pk, "kind": fact.kind, "period": fact.period, "text": fact.text, "number": fact.number, "unit": fact.unit,
        "source": fact.source.title, "observed_on": fact.observed_on.isoformat(), "confidence": fact.confidence,
        "secrecy": fact.secrecy, "standing": row.standing, "reason": review.reason if review else "",
        "answer": review.answer if review else "",
    }  # fmt: skip
