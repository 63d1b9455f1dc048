"""Facts as a company and its officers discuss them: what is held, what the company said of it, what the answer was."""

from dataclasses import dataclass

from django.db.models import Prefetch

from xinya.kit.refusals import Refused
from xinya.kit.rows import only
from xinya.kit.text import gettext_noop as _

from ..models import Company, Fact, FactReview, Person
from ..rules import has_power
from .gate import say_where, visible_to

NO_SUCH_FACT = _("There is no such fact of this company.")


@dataclass(frozen=True)
class ReviewedFact:
    """A fact with what its company said of it last."""

    fact: Fact
    review: FactReview | None

    @property
    def standing(self) -> str:
        """CONFIRMED, OBJECTED while the objection waits, ANSWERED, or "" when the company said nothing."""
        if self.review is None:
            return ""
        return "ANSWERED" if self.review.kind == FactReview.Kind.OBJECTED and self.review.answered_at else self.review.kind


def facts_reviewed(person: Person, company: Company) -> list[ReviewedFact]:
    """The facts of a company that this person may see, each with the last review. Two statements."""
    reviews = FactReview.objects.select_related("by", "answered_by").order_by("pk")
    rows = visible_to(person, Fact).filter(company=company).select_related("source").order_by("pk")
    return [
        ReviewedFact(fact, fact.said[-1] if fact.said else None)
        for fact in rows.prefetch_related(Prefetch("reviews", reviews, to_attr="said"))
    ]


def objections_open(person: Person) -> list[FactReview]:
    """Objections that wait for an answer of this person's. One statement."""
    if not has_power(person, "change_zone"):
        return []
    waiting = visible_to(person, FactReview).filter(kind=FactReview.Kind.OBJECTED, answered_at=None, fact__withdrawn_at=None)
    return list(waiting.select_related("fact__company__zone", "fact__source", "by").order_by("pk"))


def objection_of(person: Person, company: Company, fact_id: int) -> FactReview:
    """The objection to a fact that waits for its answer. One statement."""
    waiting = visible_to(person, FactReview).filter(fact=fact_id, fact__company=company, kind="OBJECTED", answered_at=None)
    review = waiting.first() if 0 < fact_id < 2**63 else None
    if review is None:
        raise Refused("no-such-objection", _("There is no such objection."), status=404)
    return review


def company_seen(person: Person, pk: int) -> Company:
    """One company here that the person may see, by its key alone; any other is refused as not found. One statement."""
    rows = visible_to(person, Company).filter(is_outside=False, pk=pk).select_related("zone")
    company = only(rows) if 0 < pk < 2**63 else None
    if company is None:
        say_where(person, pk)
        raise Refused("no-such-company", _("There is no such company in this zone."), status=404)
    return company


def fact_visible(person: Person, company: Company, pk: int) -> Fact:
    """One fact in force of a company, with its source; any other is refused as not found. One statement."""
    rows = visible_to(person, Fact).filter(company=company, pk=pk).select_related("source", "company__zone", "zone")
    fact = only(rows) if 0 < pk < 2**63 else None
    if fact is None:
        raise Refused("no-such-fact", NO_SUCH_FACT, status=404)
    return fact


def fact_for_label(person: Person, pk: int) -> Fact:
    """A fact whose class this person may change: a visible one, or for the security officer any in force. One statement."""
    rows = Fact.objects.filter(withdrawn_at=None) if has_power(person, "manage_accounts") else visible_to(person, Fact)
    fact = only(rows.filter(pk=pk).select_related("zone")) if 0 < pk < 2**63 else None
    if fact is None:
        raise Refused("no-such-fact", NO_SUCH_FACT, status=404)
    return fact
