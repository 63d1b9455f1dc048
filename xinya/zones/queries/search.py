"""Companies as search finds them: by name, credit code and products, for those who may read them."""

from collections.abc import Iterable, Sequence

from django.db.models import Prefetch, Q, QuerySet
from django.db.models.functions import Length

from xinya.kit.search import SearchDocument, SearchKind
from xinya.kit.text import gettext_noop as _
from xinya.kit.text import plain

from ..models import Company, Fact, Person
from .zones import zones_visible

KIND = "company"
CHUNK = 500


def scopes_readable(person: Person) -> frozenset[str]:
    """Whose companies a person may find: of which zones. One statement."""
    return frozenset(f"zone:{code}" for code in zones_visible(person).order_by().values_list("code", flat=True))


def companies_readable(person: Person) -> QuerySet[Company]:
    """The same gate for the database: companies that a person may find, without those outside."""
    of_zones = zones_visible(person).order_by().values("pk")
    return Company.objects.filter(Q(zone__in=of_zones), is_outside=False)


def companies_named(person: Person, text: str, most: int) -> list[str]:
    """Keys of the companies whose credit code this is, or whose name holds it; the shortest name first. One statement."""
    key = plain(text)
    if not key:
        return []
    named = Q(uscc__iexact=text.strip()) | Q(name_key__contains=key) | Q(name_en__icontains=text)
    rows = companies_readable(person).filter(named).order_by(Length("name"), "pk")
    return [str(pk) for pk in rows.values_list("pk", flat=True)[:most]]


def company_rows(keys: Sequence[str] | None) -> Iterable[Company]:
    """Companies with their zone and current products, all of them for None. Three statements for up to 500."""
    products = Fact.objects.filter(kind=Fact.Kind.PRODUCT, withdrawn_at=None).order_by("pk")
    rows = Company.objects.filter(is_outside=False).select_related("zone").order_by("pk")
    if keys is not None:
        rows = rows.filter(pk__in=[key for key in keys if key.isdecimal()])
    return rows.prefetch_related(Prefetch("facts", products, to_attr="products_now")).iterator(chunk_size=CHUNK)


def company_document(company: Company) -> SearchDocument:
    """What everybody who may read the zone may know of a company."""
    zone = company.zone
    return SearchDocument(
        key=str(company.pk),
        scopes=frozenset({f"zone:{zone.code}", f"company:{company.pk}"}),
        names=(company.name,),
        name_en=company.name_en,
        codes=(company.uscc,) if company.uscc else (),
        text=tuple(fact.text for fact in company.products_now),  # type: ignore[attr-defined]
        place=zone.name,
        place_en=zone.name_en,
        route=("company", zone.code, str(company.pk)),
    )


COMPANIES = SearchKind(
    KIND, _("Companies"), rows=company_rows, document=company_document, visible=scopes_readable, first=companies_named
)
