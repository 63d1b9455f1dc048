"""What companies buy: lists of inputs replaced as a whole, links stated by one side and answered by the other."""

import datetime
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from fractions import Fraction

from django.db import IntegrityError, transaction
from django.db.models import Count, Q
from django.utils import timezone

from xinya.kit.audit import record
from xinya.kit.refusals import Refused, demand
from xinya.kit.text import gettext_noop as _
from xinya.kit.text import one_line, plain
from xinya.zones import actions as zone_actions
from xinya.zones.engine.notice_kinds import NoticeKind, Said, register_kind
from xinya.zones.models import Company, Notice, Person, Source, Zone
from xinya.zones.queries import people_of
from xinya.zones.queries.merges import names_of_merged
from xinya.zones.rules import may_change_zones, may_speak_for, works_for

from .. import queries, rules
from ..engine.link_states import LINK_STATES, OFFICER, OTHER, STATER
from ..files.inputs import InputLine, amount_in, names_of, period_in
from ..models import InputStatement, SupplyLink
from ..queries.inputs import inputs_of, link_visible, seen_version

OF_COMPANY, OF_OFFICER = "0.85", "0.75"
LINKS_A_DAY, NOTICES_A_DAY = 50, 5
"""Links of one company that one person states a day, and notices of single links that one person gets a day: our own choice."""
SOME = 500
NOT_YOURS = _("Only the company's own people and the zone's officers state what it buys.")
STALE = _("Somebody has changed this in the meantime. Please look at it as it stands now, and enter your change again.")
PERIOD_STATED = _("A list for %(period)s is stated already. Below it is as it stands now: look at it, then send yours again.")
OWN_LINK = _("A company is not its own supplier.")
LINK_TWICE = _("This link is stated already for this period.")
TOO_MANY_LINKS = _("At most %(limit)s links of a company are stated a day. Please go on tomorrow.")
LINK_STATED = register_kind(
    NoticeKind(
        "link-stated",
        _("A supply link with your company was stated: please confirm or deny it"),
        _("%(person)s states that %(supplier)s supplies %(buyer)s with %(text)s (%(period)s). Please say whether it is right."),
    )
)
MORE_LINKS = register_kind(
    NoticeKind(
        "links-more",
        _("More supply links with your company were stated today"),
        _("More links with %(company)s were stated on %(day)s. All of them stand on the page; please confirm or deny them there."),
        may_wait=True,
    )
)


@dataclass(frozen=True, slots=True)
class NewLink:
    """What is stated of a link. is_supplier: the company in whose page it is entered supplies the other one."""

    is_supplier: bool
    other: str
    text: str
    period: str
    segment: str = ""
    amount: str = ""


def state_inputs(
    actor: Person,
    *,
    company: Company,
    period: str,
    lines: Sequence[InputLine],
    seen: int | None = None,
    seen_period: str = "",
    grounds: zone_actions.Grounds | None = None,
) -> list[InputStatement]:
    """Replace the company's list of purchased inputs for a period, as one act; the earlier list stays readable in the table.

    seen: version of the list that the actor had before the eyes, None for a program that does not ask. seen_period: of which period
    that list was; where it is another one, the actor begins a new period and must not replace a list unseen.
    grounds: who says so where it is neither the company nor the officer who enters it, as in the demonstration.
    Raises Refused: not-allowed, period-wrong, stale (409), period-stated (409).
    """
    demand(rules.may_state_inputs(actor, company), "not-allowed", NOT_YOURS)
    kept = period_in(period)
    with transaction.atomic():
        Company.objects.select_for_update().get(pk=company.pk)
        now = timezone.now()
        before = inputs_of(actor, company, kept)
        if seen is not None and seen_period and seen_period != kept:
            demand(not before, "period-stated", PERIOD_STATED, status=409, period=kept)
        else:
            demand(seen is None or seen == seen_version(before), "stale", STALE, status=409)
        InputStatement.objects.filter(pk__in=[row.pk for row in before]).update(replaced_at=now)
        told = grounds or zone_actions.Grounds(*_said(actor, company))
        rows = [
            InputStatement(
                company=company, period=kept, rank=rank, segment=line.segment, text=line.text, local_low=_decimal(line.share_low),
                local_high=_decimal(line.share_high), amount_low=line.amount_low, amount_high=line.amount_high,
                stock_days=line.stock_days, source=told.source, observed_on=told.observed_on, confidence=told.confidence,
                stated_by=actor,
            )
            for rank, line in enumerate(lines, start=1)
        ]  # fmt: skip
        InputStatement.objects.bulk_create(rows)
        record(
            actor, "state-inputs", "company", company.pk, period=kept, inputs=(len(before), len(rows)),
            secret={"list": "\n".join(map(_told, lines))},
        )  # fmt: skip
    return rows


def _told(line: InputLine) -> str:
    return f"{line.text};{line.segment};{line.share_low};{line.amount_low}-{line.amount_high};{line.stock_days}"


def _decimal(share: Fraction | None) -> str | None:
    return None if share is None else f"{float(share):.4f}"


def _said(actor: Person, company: Company) -> tuple[Source, datetime.date, str]:
    source, confidence = _source(actor, company)
    return source, timezone.localdate(), confidence


def _source(actor: Person, company: Company) -> tuple[Source, str]:
    """Who says so: the company itself, or the officer who entered it."""
    if may_speak_for(actor, company):
        return Source.objects.create(kind=Source.Kind.COMPANY_LIST, title=company.name, publisher=str(actor)[:100]), OF_COMPANY
    return Source.objects.create(kind=Source.Kind.OFFICER, title=str(actor)[:200], publisher=company.name[:100]), OF_OFFICER


def state_link(actor: Person, *, company: Company, wanted: NewLink) -> SupplyLink:
    """State a supply link of the company with another one, by name. Whether the zone's list has that name is not told.

    Raises Refused: not-allowed, period-wrong, amount-wrong, amount-open, field-missing, own-link, segment-unknown,
    link-twice (409), too-many-links (429).
    """
    demand(rules.may_state_inputs(actor, company), "not-allowed", NOT_YOURS)
    other, text = one_line(wanted.other, 120), one_line(wanted.text, 200)
    demand(
        len(other) >= 2 and len(text) >= 2, "field-missing", _("Please name the other company and what is supplied."), status=422
    )
    demand(plain(other) != company.name_key, "own-link", OWN_LINK, status=422)
    low, high = amount_in(wanted.amount)
    segment = _segment(company.zone, wanted.segment, text)
    side = SupplyLink.Side.SUPPLIER if wanted.is_supplier else SupplyLink.Side.BUYER
    is_own = may_speak_for(actor, company)
    LINK_STATES.step("", "state", (STATER if is_own else OFFICER,))
    try:
        with transaction.atomic():
            Company.objects.select_for_update().get(pk=company.pk)
            today = SupplyLink.objects.filter(Q(supplier=company) | Q(buyer=company), stated_by=actor, stated_at__gte=_midnight())
            demand(today.count() < LINKS_A_DAY, "too-many-links", TOO_MANY_LINKS, status=429, limit=LINKS_A_DAY)
            found = _named(company.zone, other)
            demand(found is None or found.pk != company.pk, "own-link", OWN_LINK, status=422)
            pair = (company, found) if wanted.is_supplier else (found, company)
            names = (company.name, other) if wanted.is_supplier else (other, company.name)
            source, confidence = _source(actor, company)
            row = SupplyLink.objects.create(
                zone=company.zone, supplier=pair[0], buyer=pair[1], supplier_name=names[0], buyer_name=names[1], segment=segment,
                text=text, period=period_in(wanted.period), amount_low=low, amount_high=high, state=SupplyLink.State.STATED,
                side=side if is_own else SupplyLink.Side.OFFICER, source=source, observed_on=timezone.localdate(),
                confidence=confidence, stated_by=actor,
            )  # fmt: skip
            _tell_other_side(row, company)
            record(
                actor, "state-link", "supply link", row.pk, company=company.pk, segment=segment, period=row.period,
                secret={"other": other, "text": text, "amount": wanted.amount},
            )  # fmt: skip
    except IntegrityError as twice:
        raise Refused("link-twice", LINK_TWICE, status=409) from twice
    return row


def _segment(zone: Zone, wanted: str, text: str) -> str:
    names = names_of(queries.zone_atlas(zone))
    code = names.get(plain(wanted or text), "")
    demand(bool(code) or not wanted.strip(), "segment-unknown", _("No pack of this zone has a segment %(segment)s."),
           status=422, segment=wanted[:30])  # fmt: skip
    return code


def _named(zone: Zone, name: str) -> Company | None:
    return _companies_by_word(zone, [name]).get(plain(name))


def match_links(zone: Zone) -> int:
    """Fill in sides that were stated by name before the zone's list had them, and ask their people; returns how many there were.

    Part of another act, which writes the audit row. Two statements where no side is open or found.
    """
    open_links = list(
        SupplyLink.objects.filter(Q(supplier=None) | Q(buyer=None), zone=zone).select_related("zone", "stated_by").order_by("pk")
    )
    by_word = _companies_by_word(zone, {row.supplier_name if row.supplier_id is None else row.buyer_name for row in open_links})
    found: dict[Company, list[SupplyLink]] = {}
    for row in open_links:
        name = row.supplier_name if row.supplier_id is None else row.buyer_name
        company = by_word.get(plain(name))
        if company is not None and company.pk not in (row.supplier_id, row.buyer_id):
            if row.supplier_id is None:
                row.supplier = company
            else:
                row.buyer = company
            found.setdefault(company, []).append(row)
    changed = [row for rows in found.values() for row in rows]
    SupplyLink.objects.bulk_update(changed, ["supplier", "buyer"], batch_size=SOME)
    for company, rows in found.items():
        _ask_people([row for row in rows if row.state == SupplyLink.State.STATED], company)
    return len(changed)


def _companies_by_word(zone: Zone, names: Iterable[str]) -> dict[str, Company]:
    """The companies of the zone that have one of these names or credit codes, by the word as it is compared."""
    words, found = sorted({plain(name) for name in names if name}), dict[str, Company]()
    for start in range(0, len(words), SOME):
        some = words[start : start + SOME]
        codes = [word.upper() for word in some]
        rows = Company.objects.filter(Q(name_key__in=some) | Q(uscc__in=codes, uscc__gt=""), zone=zone, is_outside=False)
        for company in rows.order_by("pk"):
            for word in (company.name_key, company.uscc.casefold()):
                if word:
                    found.setdefault(word, company)
    return {word: company for word, company in names_of_merged(zone).items() if word in words} | found


def answer_link(actor: Person, *, zone_code: str, link_id: int, verb: str, reason: str = "") -> SupplyLink:
    """confirm or deny by the other side, withdraw by whoever stated it.

    Raises Refused: no-such-link (404, also for a link of other companies), not-allowed, wrong-state (409), field-missing.
    """
    link_visible(actor, zone_code, link_id)
    demand(verb in ("confirm", "deny", "withdraw"), "unknown-verb", _("A link is confirmed, denied or withdrawn."), status=422)
    with transaction.atomic():
        row = SupplyLink.objects.select_for_update().get(pk=link_id)
        was, said = row.state, one_line(reason, 300)
        LINK_STATES.move(row, verb, _sides(actor, row), reason=said)
        row.answered_by, row.answered_at, row.reason = actor, timezone.now(), said
        row.save(update_fields=["state", "answered_by", "answered_at", "reason"])
        record(actor, f"{verb}-link", "supply link", row.pk, state=(was, row.state), secret={"reason": said})
    return row


def _sides(actor: Person, row: SupplyLink) -> tuple[str, ...]:
    """What the person is to this link. Of a link that an officer stated, both companies are the other side."""
    speaks = {
        SupplyLink.Side.SUPPLIER: row.supplier is not None and may_speak_for(actor, row.supplier),
        SupplyLink.Side.BUYER: row.buyer is not None and may_speak_for(actor, row.buyer),
    }
    if row.side == SupplyLink.Side.OFFICER:
        is_stater = may_change_zones(actor) and works_for(actor, row.zone)
        return (STATER,) if is_stater else (OTHER,) if any(speaks.values()) else ()
    side = SupplyLink.Side(row.side)
    return (STATER,) if speaks[side] else (OTHER,) if any(speaks.values()) else ()


def _tell_other_side(row: SupplyLink, company: Company) -> None:
    sides = [row.supplier, row.buyer] if row.side == SupplyLink.Side.OFFICER else [
        row.buyer if row.supplier_id == company.pk else row.supplier
    ]  # fmt: skip
    for one in sides:
        if one is not None:
            _ask_people([row], one)


def _ask_people(rows: Sequence[SupplyLink], side: Company) -> None:
    """The people of a company are asked to confirm or deny these links: a few notices a day, of all others together in one."""
    people = people_of(side)
    path, day = f"/zones/{side.zone.code}/companies/{side.pk}/inputs/", timezone.localdate()
    heard = Notice.objects.filter(person__in=people, kind=LINK_STATED.code, promised_at__gte=_midnight())
    told = dict(heard.order_by().values_list("person").annotate(Count("pk")))
    for number, row in enumerate(rows):
        willing = [person for person in people if told.get(person.pk, 0) + number < NOTICES_A_DAY]
        if not willing:
            break
        values: dict[str, Said] = {
            "person": str(row.stated_by), "supplier": row.supplier_name, "buyer": row.buyer_name, "text": row.text,
            "period": row.period,
        }  # fmt: skip
        zone_actions.promise_notices(willing, kind=LINK_STATED.code, key=f"link:{row.pk}:{side.pk}", values=values, path=path)
    full = [person for person in people if told.get(person.pk, 0) + len(rows) > NOTICES_A_DAY]
    if full:
        values = {"company": (side.name, side.name_en or side.name), "day": day.isoformat()}
        zone_actions.promise_notices(full, kind=MORE_LINKS.code, key=f"links:{side.pk}:{day}", values=values, path=path)


def _midnight() -> datetime.datetime:
    """The beginning of today."""
    return timezone.localtime().replace(hour=0, minute=0, second=0, microsecond=0)


__all__ = ["NewLink", "answer_link", "match_links", "state_inputs", "state_link"]
