"""Companies as search finds them: by name, credit code and products, for those who may read them."""

from collections.abc import Iterable, Sequence

from django.db.models import Exists, OuterRef, Prefetch, Q
from django.db.models.functions import Length

from xinya.kit.search import SearchDocument, SearchKind
from xinya.kit.text import gettext_noop as _
from xinya.kit.text import plain

from .. import rules
from ..models import Company, CompanyName, Fact, Person, Zone
from .gate import ZONE_WIDE, visible_to

KIND = "company"
CHUNK = 500


def scopes_readable(person: Person) -> frozenset[str]:
    """Which companies a person may find: those of whole zones, else single ones. At most two statements."""
    if rules.has_power(person, "read_zone"):
        codes = visible_to(person, Zone).order_by().values_list("code", flat=True)
        return frozenset(f"zone:{code}" for code in codes)
    keys = visible_to(person, Company).filter(is_outside=False).order_by().values_list("pk", flat=True)
    return frozenset(f"company:{pk}" for pk in keys)


def companies_named(person: Person, text: str, most: int) -> list[str]:
    """Keys of companies whose credit code this is, or whose name, now or before, holds it; the shortest first. One statement."""
    key = plain(text)
    if not key:
        return []
    other = CompanyName.objects.filter(company=OuterRef("pk"), name_key__contains=key, withdrawn_at=None)
    named = Q(uscc__iexact=text.strip()) | Q(name_key__contains=key) | Q(name_en__icontains=text) | Exists(other)
    rows = visible_to(person, Company).filter(named, is_outside=False).order_by(Length("name"), "pk")
    return [str(pk) for pk in rows.values_list("pk", flat=True)[:most]]


def company_rows(keys: Sequence[str] | None) -> Iterable[Company]:
    """Companies with their zone and current products, all of them for None. Two statements for up to 500.

    Only facts of the classes that every reader of the zone may see.
    """
    products = Fact.objects.filter(kind=Fact.Kind.PRODUCT, withdrawn_at=None, secrecy__in=ZONE_WIDE).order_by("pk")
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
