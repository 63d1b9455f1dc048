"""Links by which companies without an account speak of their places, and what such a link shows."""

from django.db.models import QuerySet
from django.utils import timezone

from xinya.zones.models import Company, Fact, Person, Zone
from xinya.zones.queries import visible_to
from xinya.zones.queries.gate import ZONE_WIDE, gated
from xinya.zones.rules import has_power

from ..models import Placement, WordLink


@gated(WordLink)
def _links(person: Person) -> QuerySet[WordLink]:
    """Those of the companies that an officer or a commissioner sees."""
    if not has_power(person, "change_zone") and not has_power(person, "read_assigned"):
        return WordLink.objects.none()
    return WordLink.objects.filter(company__in=visible_to(person, Company))


def links_listed(person: Person, zone: Zone) -> list[WordLink]:
    """The zone's links that the person may see, the latest first. One statement."""
    rows = visible_to(person, WordLink).filter(company__zone=zone).select_related("company", "made_by")
    return list(rows.order_by("-pk")[:100])


def links_open(company: Company) -> int:
    """How many links of a company could still be used. One statement."""
    return WordLink.objects.filter(company=company, ended_at=None, expires_at__gt=timezone.now()).count()


def places_asked(company: Company) -> list[Placement]:
    """The placements that a link asks about: none that was rejected, none from a text of a higher class. One statement."""
    open_texts = Fact.objects.filter(company=company, kind=Fact.Kind.PRODUCT, withdrawn_at=None, secrecy__in=ZONE_WIDE)
    texts = {"", *open_texts.values_list("text", flat=True)}
    rows = Placement.objects.filter(company=company).exclude(state="REJECTED").select_related("company__zone").order_by("pk")
    return [row for row in rows if row.text in texts]
