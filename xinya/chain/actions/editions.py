"""A later edition of another zone's open data takes back what the earlier ones of its origin said and nobody here decided."""

from collections.abc import Collection, Sequence

from django.utils import timezone

from xinya.zones.files import CompanyLine
from xinya.zones.models import Company, Fact, Person, Source, Zone

from .. import queries
from ..engine.placement import CONFIRMED
from ..files.open_lines import maker_lines
from ..models import OpenData, OpenMaker, Placement
from ..queries.exchange import read_open_data


def take_back(
    actor: Person, *, zone: Zone, origin: str, editions: Collection[int], lines: Sequence[CompanyLine], makers: Sequence[Company]
) -> int:
    """Part of bringing an edition, which writes the audit row. editions: keys of the sources of the earlier ones.

    lines, makers: what the new edition says, a company a line. Of companies that it no longer names the product texts are
    withdrawn; segments that it no longer names are no longer confirmed, unless another origin in force says the same. What a person
    decided carries that person's reason and stays. Returns how many segments were taken back.
    """
    from . import confirm_segments, place_companies

    former = set(OpenMaker.objects.filter(data__zone=zone, data__source__in=editions).values_list("company", flat=True))
    absent = former - {c.pk for c in makers}
    texts = Fact.objects.filter(company__in=absent, kind=Fact.Kind.PRODUCT, source__in=editions, withdrawn_at=None)
    texts.update(withdrawn_at=timezone.now())
    place_companies(zone, Company.objects.filter(pk__in=absent))
    said = {(c.pk, code) for c, line in zip(makers, lines, strict=True) for code in line.segments}
    titles = {title[:300] for title in Source.objects.filter(pk__in=editions).values_list("title", flat=True)}
    rows = Placement.objects.filter(company__in=former, text="", state=CONFIRMED, rule="confirmed", reason__in=titles)
    gone = {row.pk: (row.company_id, row.segment) for row in rows if (row.company_id, row.segment) not in said}
    if not gone:
        return 0
    Placement.objects.filter(pk__in=gone).delete()
    left = set(gone.values())
    others = OpenMaker.objects.filter(company__in={pk for pk, _code in left}, data__zone=zone, data__replaced_at=None)
    atlas, companies = queries.zone_atlas(zone), Company.objects.in_bulk([pk for pk, _code in left])
    by_name = {company.name: company for company in companies.values()}
    for data in OpenData.objects.filter(pk__in=others.exclude(data__origin=origin).values("data")).order_by("pk"):
        _row, document = read_open_data(zone, data.pk)
        pairs = [
            (by_name[line.name], code) for line in maker_lines(document, atlas) if line.name in by_name for code in line.segments
        ]
        again = [(company, code) for company, code in pairs if (company.pk, code) in left]
        confirm_segments(actor, again, data.name, is_own=False)
        left -= {(company.pk, code) for company, code in again}
    return len(left)
