"""Links by which companies without an account speak of their places, and what such a link shows."""

from django.db.models import Q, QuerySet
from django.utils import timezone

from xinya.kit.refusals import Refused
from xinya.kit.text import gettext_noop as _
from xinya.kit.text import plain
from xinya.zones.models import Company, CompanyName, Fact, Person, Zone
from xinya.zones.queries import visible_to
from xinya.zones.queries.gate import ZONE_WIDE, gated
from xinya.zones.rules import has_power

from ..models import Placement, WordLink

UNKNOWN_COMPANY = _("No company of this zone has this name or credit code.")
TWO_COMPANIES = _("Several companies have had this name; please give the credit code.")


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


def company_meant(person: Person, zone: Zone, words: str) -> Company:
    """The company of the zone that a name, a former name or a credit code means. One statement.

    Raises Refused: unknown-company where the person sees none of it, two-companies where a name means several (both 422).
    """
    key = plain(words)
    named = CompanyName.objects.filter(name_key=key, withdrawn_at=None).values("company")
    meant = Q(name_key=key) | Q(pk__in=named) | Q(uscc=words.strip().upper())
    rows = list(visible_to(person, Company).filter(meant, zone=zone, is_outside=False)[:2]) if key else []
    if not rows:
        raise Refused("unknown-company", UNKNOWN_COMPANY, status=422)
    if len(rows) > 1:
        raise Refused("two-companies", TWO_COMPANIES, status=422)
    return rows[0]


def name_of_company(person: Person, zone: Zone, number: str) -> str:
    """The name of a company of the zone that the person sees, by its number; empty where there is none. At most one statement."""
    if not (number.isascii() and number.isdecimal() and len(number) < 19):
        return ""
    rows = visible_to(person, Company).filter(zone=zone, is_outside=False, pk=int(number))
    return rows.values_list("name", flat=True).first() or ""


def links_open(company: Company) -> int:
    """How many links of a company could still be used. One statement."""
    return WordLink.objects.filter(company=company, ended_at=None, expires_at__gt=timezone.now()).count()


def places_asked(company: Company, *, locked: bool = False) -> list[Placement]:
    """The placements that a link asks about: none that was rejected, none from a text of a higher class. Two statements.

    locked: they stay as they are until the transaction ends.
    """
    open_texts = Fact.objects.filter(company=company, kind=Fact.Kind.PRODUCT, withdrawn_at=None, secrecy__in=ZONE_WIDE)
    texts = {"", *open_texts.values_list("text", flat=True)}
    rows = Placement.objects.filter(company=company).exclude(state="REJECTED").select_related("company__zone").order_by("pk")
    if locked:
        rows = rows.select_for_update(of=("self",))
    return [row for row in rows if row.text in texts]
