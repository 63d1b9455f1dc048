"""What companies state of their purchases: lists by period, links with the other side, and the zone's local sourcing rates."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from fractions import Fraction

from django.db.models import Q, QuerySet

from xinya.kit.refusals import Refused
from xinya.kit.rows import only
from xinya.kit.text import gettext_noop as _
from xinya.kit.text import plain
from xinya.zones.models import Company, Person, Zone
from xinya.zones.queries import gated, gone_among, visible_to

from ..engine import Atlas
from ..engine.resilience.stock_days import StatedStock
from ..engine.resilience.yearly import period_order
from ..engine.sourcing import Sourcing, Stated, sourcing, sourcing_by_chain, sourcing_by_input
from ..files.inputs import PERIOD, InputLine
from ..models import InputStatement, SupplyLink
from .atlas import zone_atlas
from .reports import gone_here

NO_LINK = _("There is no such link.")
STATED_STATES = (SupplyLink.State.STATED, SupplyLink.State.CONFIRMED)


@gated(InputStatement)
def _statements(person: Person) -> QuerySet[InputStatement]:
    """Who sees the company sees what it states of its purchases."""
    return InputStatement.objects.filter(company__in=visible_to(person, Company))


@gated(SupplyLink)
def _links(person: Person) -> QuerySet[SupplyLink]:
    """Who sees one of the two sides sees the link."""
    seen = visible_to(person, Company)
    return SupplyLink.objects.filter(Q(supplier__in=seen) | Q(buyer__in=seen))


@dataclass(frozen=True, slots=True)
class SupplyFlow:
    """A stated supply: supplier and buyer are keys of companies of the zone. amount_fen: middle of what was stated, None unknown.

    basis: `confirmed` by the other side, or `stated` by one side only. The amount is for computing; others than the two sides are
    shown only its class (`engine.sourcing.band`).
    """

    supplier: int
    buyer: int
    segment: str
    amount_fen: int | None
    basis: str
    supplier_name: str
    buyer_name: str
    text: str
    period: str

    @property
    def thing(self) -> str:
        """What is supplied: the segment, else the text, however it is written."""
        return self.segment or plain(self.text)


def supply_links(zone: Zone) -> list[SupplyFlow]:
    """The links of the zone whose two sides are companies of its list, stated or confirmed, in the order of entry.

    A side that ended or moved away, by the register, supplies and buys nothing any more. What both sides stated of one segment and
    period is one supply: one with an amount before one without, then the confirmed statement, else the first. One statement beyond
    the zone's rows.
    """
    rows = SupplyLink.objects.filter(zone=zone, state__in=STATED_STATES, supplier__isnull=False, buyer__isnull=False)
    gone = gone_here(zone)
    best: dict[tuple[object, ...], SupplyLink] = {}
    for row in rows.select_related("supplier", "buyer").order_by("pk"):
        if gone and gone & {row.supplier_id, row.buyer_id}:
            continue
        key = (row.supplier_id, row.buyer_id, row.segment or plain(row.text), row.period)
        is_later_word = row.state == SupplyLink.State.CONFIRMED  # of two confirmed ones the later stands
        if key not in best or _weight(row) > _weight(best[key]) or (is_later_word and _weight(row) == _weight(best[key])):
            best[key] = row
    return [
        SupplyFlow(
            row.supplier_id or 0, row.buyer_id or 0, row.segment, _middle(row.amount_low, row.amount_high),
            "confirmed" if row.state == SupplyLink.State.CONFIRMED else "stated",
            row.supplier.name if row.supplier else "", row.buyer.name if row.buyer else "", row.text, row.period,
        )
        for row in best.values()
    ]  # fmt: skip


def _weight(row: SupplyLink) -> tuple[bool, bool]:
    """What makes one statement of a supply better than another: that it says how much, then that both sides say it."""
    return row.amount_low is not None and row.amount_high is not None, row.state == SupplyLink.State.CONFIRMED


def outside_suppliers(zone: Zone) -> dict[str, tuple[str, ...]]:
    """The companies of the zone that others are stated to supply, by the supplier's name, but for denied links. One statement
    beyond the zone's rows.
    """
    gone = gone_here(zone)
    rows = SupplyLink.objects.filter(zone=zone, state__in=STATED_STATES, buyer__is_outside=False)
    found: dict[str, dict[str, None]] = {}
    for supplier, buyer, *sides in rows.order_by("pk").values_list("supplier_name", "buyer__name", "buyer", "supplier"):
        if not gone & set(sides):
            found.setdefault(supplier, {})[buyer] = None
    return {supplier: tuple(buyers) for supplier, buyers in found.items()}


def _middle(low: int | None, high: int | None) -> int | None:
    return None if low is None or high is None else (low + high) // 2


def statement_periods(person: Person, company: Company) -> list[str]:
    """The periods for which the company states inputs, the latest first. One statement."""
    rows = visible_to(person, InputStatement).filter(company=company, replaced_at=None)
    return sorted(set(rows.values_list("period", flat=True)), key=period_order, reverse=True)


def inputs_of(person: Person, company: Company, period: str) -> list[InputStatement]:
    """The list in force for a period, in its order. One statement; none for what is no period."""
    if not PERIOD.fullmatch(period):
        return []
    rows = visible_to(person, InputStatement).filter(company=company, replaced_at=None, period=period)
    found = list(rows.select_related("source", "stated_by").order_by("rank"))
    for row in found:
        row.company = company  # whose name each line gives: else a statement for each
    return found


def seen_version(rows: Sequence[InputStatement]) -> int:
    """What a list in force is known by: it changes when the list does; 0 for an empty one."""
    return max((row.pk for row in rows), default=0)


def line_of(row: InputStatement) -> InputLine:
    """A statement as a line of a list."""
    return InputLine(
        row.text, row.segment, _share(row.local_low), _share(row.local_high), row.amount_low, row.amount_high, row.company.name,
        row.rank, row.stock_days,
    )  # fmt: skip


def _share(value: object) -> Fraction | None:
    return None if value is None else Fraction(str(value))


def links_of(person: Person, company: Company) -> list[SupplyLink]:
    """The links of one company that are not withdrawn, the latest first. One statement."""
    rows = visible_to(person, SupplyLink).filter(Q(supplier=company) | Q(buyer=company))
    kept = rows.exclude(state=SupplyLink.State.WITHDRAWN)
    return list(kept.select_related("supplier", "buyer", "source", "stated_by", "answered_by").order_by("-pk"))


def link_visible(person: Person, zone_code: str, link_id: int) -> SupplyLink:
    """One link that the person may see; every other one is refused alike."""
    is_sound = zone_code.isascii() and zone_code.isprintable() and 0 < link_id < 2**63
    rows = visible_to(person, SupplyLink).filter(zone__code=zone_code, pk=link_id).select_related("zone", "supplier", "buyer")
    found = only(rows) if is_sound else None
    if found is None:
        raise Refused("no-such-link", NO_LINK, status=404)
    return found


@dataclass(frozen=True)
class ZoneSourcing:
    """The local sourcing of a zone: whole, by chain, by input; and the statements it rests on, each company's latest period."""

    zone: Zone
    atlas: Atlas
    whole: Sourcing
    chains: tuple[Sourcing, ...]
    inputs: tuple[Sourcing, ...]
    statements: tuple[InputStatement, ...]
    stated: tuple[Stated, ...]

    def statements_of(self, key: str) -> list[InputStatement]:
        """What one line rests on, by company."""
        return [row for row in self.statements if (row.segment or row.text) == key]


def zone_sourcing(zone: Zone) -> ZoneSourcing:
    """The rates of a zone over each company's latest stated period, but for companies that ended or moved away, by the register.

    Three statements beyond those of the atlas.
    """
    gone = gone_among(Company.objects.filter(zone=zone, is_outside=False, input_statements__isnull=False))
    rows = InputStatement.objects.filter(company__zone=zone, company__is_outside=False, replaced_at=None)
    found = rows.select_related("company", "source").order_by("company__name", "company", "rank")
    kept = _latest(row for row in found if row.company_id not in gone)
    stated = tuple(_stated(row) for row in kept)
    atlas = zone_atlas(zone)
    chains = [(c.code, frozenset(code for code, _column in c.members)) for c in atlas.chains]
    return ZoneSourcing(
        zone, atlas, sourcing(zone.code, stated), tuple(sourcing_by_chain(stated, chains)), tuple(sourcing_by_input(stated)),
        kept, stated,
    )  # fmt: skip


def _latest(rows: Iterable[InputStatement]) -> tuple[InputStatement, ...]:
    """Of each company the statements of its latest period."""
    latest: dict[int, str] = {}
    found = list(rows)
    for row in found:
        latest[row.company_id] = max(latest.get(row.company_id, ""), row.period, key=period_order)
    return tuple(row for row in found if latest[row.company_id] == row.period)


def zone_stocks(zone: Zone) -> list[StatedStock]:
    """For how many days the zone's companies say that their inputs last, each company's latest period. One statement beyond the
    zone's rows.

    Of companies that ended or moved away, by the register, none.
    """
    gone = gone_here(zone)
    rows = InputStatement.objects.filter(company__zone=zone, company__is_outside=False, replaced_at=None).exclude(company__in=gone)
    return [
        StatedStock(
            row.company.name, row.segment, row.stock_days, row.source.title, row.observed_on, float(row.confidence),
            is_invented=row.source.is_invented,
        )
        for row in _latest(rows.select_related("company", "source").order_by("pk"))
        if row.segment and row.stock_days is not None
    ]  # fmt: skip


def _stated(row: InputStatement) -> Stated:
    low, high = _share(row.local_low), _share(row.local_high)
    return Stated(row.company.name, row.segment, row.text, low, high, row.amount_low, row.amount_high)
