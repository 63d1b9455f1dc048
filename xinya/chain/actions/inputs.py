"""What companies buy: lists of inputs replaced as a whole, links stated by one side and answered by the other."""

import datetime
from collections.abc import Sequence
from dataclasses import dataclass

from django.db import IntegrityError, transaction
from django.db.models import Q
from django.utils import timezone

from xinya.kit.audit import record
from xinya.kit.refusals import Refused, demand
from xinya.kit.text import gettext_noop as _
from xinya.kit.text import one_line, plain
from xinya.zones import actions as zone_actions
from xinya.zones.engine.notice_kinds import NoticeKind, Said, register_kind
from xinya.zones.models import Company, Person, Source, Zone
from xinya.zones.queries import people_of
from xinya.zones.rules import may_change_zones, may_speak_for, works_for

from .. import queries, rules
from ..engine.link_states import LINK_STATES, OFFICER, OTHER, STATER
from ..files.inputs import InputLine, amount_in, names_of, period_in
from ..models import InputStatement, SupplyLink
from ..queries.inputs import inputs_of, link_visible, seen_version

OF_COMPANY, OF_OFFICER = "0.85", "0.75"
NOT_YOURS = _("Only the company's own people and the zone's officers state what it buys.")
STALE = _("Somebody has changed this in the meantime. Please look at it as it stands now, and enter your change again.")
PERIOD_STATED = _("A list for %(period)s is stated already. Below it is as it stands now: look at it, then send yours again.")
OWN_LINK = _("A company is not its own supplier.")
LINK_TWICE = _("This link is stated already for this period.")
LINK_STATED = register_kind(
    NoticeKind(
        "link-stated",
        _("A supply link with your company was stated: please confirm or deny it"),
        _("%(person)s states that %(supplier)s supplies %(buyer)s with %(text)s (%(period)s). Please say whether it is right."),
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


def _decimal(share: object) -> str | None:
    return None if share is None else f"{float(share):.4f}"  # type: ignore[arg-type]


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
    link-twice (409).
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
            _tell_other_side(actor, row, company)
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
    key = plain(name)
    rows = Company.objects.filter(Q(name_key=key) | Q(uscc=name.upper(), uscc__gt=""), zone=zone, is_outside=False)
    return rows.order_by("pk").first()


def match_links(zone: Zone) -> int:
    """Fill in sides that were stated by name before the zone's list had them. Part of another act, which writes the audit row."""
    count = 0
    for row in SupplyLink.objects.filter(zone=zone).filter(Q(supplier=None) | Q(buyer=None)):
        found = _named(zone, row.supplier_name if row.supplier_id is None else row.buyer_name)
        if found is not None and found.pk not in (row.supplier_id, row.buyer_id):
            SupplyLink.objects.filter(pk=row.pk).update(**{"supplier" if row.supplier_id is None else "buyer": found})
            count += 1
    return count


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


def _tell_other_side(actor: Person, row: SupplyLink, company: Company) -> None:
    sides = [row.supplier, row.buyer] if row.side == SupplyLink.Side.OFFICER else [
        row.buyer if row.supplier_id == company.pk else row.supplier
    ]  # fmt: skip
    for one in sides:
        if one is not None:
            values: dict[str, Said] = {
                "person": str(actor), "supplier": row.supplier_name, "buyer": row.buyer_name, "text": row.text,
                "period": row.period,
            }  # fmt: skip
            path = f"/zones/{row.zone.code}/companies/{one.pk}/inputs/"
            key = f"link:{row.pk}:{one.pk}"
            zone_actions.promise_notices(people_of(one), kind=LINK_STATED.code, key=key, values=values, path=path)


__all__ = ["NewLink", "answer_link", "match_links", "state_inputs", "state_link"]
