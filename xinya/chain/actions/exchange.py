"""Publish a zone's open data, frozen; bring another zone's, for comparison and as makers outside."""

import datetime
import json
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from django.db import transaction
from django.utils import timezone

from xinya.kit.audit import record
from xinya.kit.refusals import Refused, demand
from xinya.kit.text import gettext_noop as _
from xinya.zones import actions as zone_actions
from xinya.zones.models import Company, Person, Source, Zone

from .. import queries, rules
from ..files.open_lines import maker_lines
from ..files.open_tables import kept_text
from ..files.open_zone import document_bytes, json_of, read_open_zone
from ..models import OpenData, OpenIssue, OpenMaker
from ..queries.exchange import Drawn, drawn_document, last_issue, read_open_data, released_before
from .editions import take_back

NOT_OFFICER = _("Only a chain officer of this zone publishes or brings open data; your role is %(role)s.")
ZONE_CHANGING = _("The zone keeps changing while its open data are drawn; nothing was published. Try again.")
MAKER_CONFIDENCE = "0.60"
TRIES = 3
"""How often open data are drawn when the zone changes meanwhile."""


@dataclass(frozen=True)
class Ready:
    """Open data drawn outside the write: of which state of the zone, beside which last issue. Counts nothing until it is stored."""

    revision: int
    number: int
    last: str
    on: datetime.date
    drawn: Drawn


def draw_open_data(actor: Person, *, zone: Zone) -> Ready:
    """What would be published of the zone as it stands now. Takes seconds in a large zone with many issues: never under a lock.

    Raises Refused: not-allowed, column-reserved (409).
    """
    demand(rules.may_answer_gaps(actor, zone), "not-allowed", NOT_OFFICER, role=actor.role_name)
    now = Zone.objects.get(pk=zone.pk)
    before = last_issue(now)
    found = queries.zone_report(now, queries.day_of(now))
    drawn = drawn_document(found, released_before(now))
    return Ready(now.revision, before.number if before else 0, before.content if before else "", found.on, drawn)


def publish_open_data(actor: Person, *, zone: Zone, ready: Ready | None = None) -> OpenIssue:
    """Freeze the zone's open data as they stand: what is published never changes, a later issue stands beside it.

    ready: drawn before, where the caller opens a transaction of its own. It is stored only when neither the zone nor its issues
    have changed since; otherwise it is drawn anew, a few times.
    Raises Refused: not-allowed, column-reserved (409), nothing-new (409: the same as published last), zone-changing (409).
    """
    for _try in range(TRIES):
        ready = ready or draw_open_data(actor, zone=zone)
        is_new = not ready.last or _undated(json.loads(ready.last)) != _undated(ready.drawn.document)
        with transaction.atomic():
            now = Zone.objects.select_for_update().get(pk=zone.pk)
            demand(rules.may_answer_gaps(actor, now), "not-allowed", NOT_OFFICER, role=actor.role_name)
            last = OpenIssue.objects.filter(zone=now).order_by("-number").values_list("number", flat=True).first() or 0
            if (now.revision, last) == (ready.revision, ready.number):
                demand(is_new, "nothing-new", _("Nothing has changed since the open data were published last."), status=409)
                row = OpenIssue.objects.create(
                    zone=now, number=ready.number + 1, as_of=ready.on, content=document_bytes(ready.drawn.document).decode(),
                    counts=kept_text(ready.drawn.kept), published_by=actor,
                )  # fmt: skip
                record(actor, "publish-open-data", "zone", now.pk, number=row.number, hidden=ready.drawn.hidden)
                return row
        ready = None
    raise Refused("zone-changing", ZONE_CHANGING, status=409)


def _undated(document: Mapping[str, Any]) -> dict[str, Any]:
    """A document without its days: another day alone is nothing new."""
    return {**document, "as_of": "", "tables": [{**table, "as_of": ""} for table in document["tables"]]}


def bring_open_data(actor: Person, *, zone: Zone, content: bytes, with_makers: bool = False) -> tuple[OpenData, int]:
    """Keep another zone's open data beside the own facts; with_makers: its companies become known makers outside.

    An earlier document of the same origin is replaced, with the facts that came from it and, with makers, the segments that only
    it named; what own lists, people and other
    documents say stays. Returns the row and how many makers were taken in.
    Raises Refused: not-allowed, too-large, open-data-unreadable, own-data (409), makers-alike (409).
    """
    demand(rules.may_answer_gaps(actor, zone), "not-allowed", NOT_OFFICER, role=actor.role_name)
    document = read_open_zone(content)
    demand(document.code != zone.code, "own-data", _("These are this zone's own open data."), status=409)
    with transaction.atomic():
        Zone.objects.select_for_update().get(pk=zone.pk)
        OpenData.objects.filter(zone=zone, origin=document.code, replaced_at=None).update(replaced_at=timezone.now())
        editions = list(OpenData.objects.filter(zone=zone, origin=document.code).values_list("source", flat=True))
        source = Source.objects.create(
            kind=Source.Kind.VENDOR, title=document.name, publisher=document.source[:100], issued_on=document.as_of,
            reference=document.licence,
        )  # fmt: skip
        row = OpenData.objects.create(
            zone=zone, origin=document.code, name=document.name, name_en=document.name_en, as_of=document.as_of,
            content=json_of(content).decode("utf-8-sig"), source=source, brought_by=actor,
        )  # fmt: skip
        makers: list[Company] = []
        back = 0
        if with_makers:
            lines = maker_lines(document, queries.zone_atlas(zone))
            origin = zone_actions.ListOrigin(source, document.as_of, "", MAKER_CONFIDENCE, is_outside=True, editions=editions)
            from . import record_list

            makers = record_list(actor, zone=zone, lines=lines, origin=origin)
            back = take_back(actor, zone=zone, origin=document.code, editions=editions, lines=lines, makers=makers)
            OpenMaker.objects.bulk_create([OpenMaker(data=row, company=c) for c in makers], batch_size=500)
        record(actor, "bring-open-data", "zone", zone.pk, origin=document.code, makers=len(makers), taken_back=back)
    return row, len(makers)


def drop_open_data(actor: Person, *, zone: Zone, data_id: int) -> None:
    """No longer compare with it; makers that were taken in from it stay, with their source."""
    demand(rules.may_answer_gaps(actor, zone), "not-allowed", NOT_OFFICER, role=actor.role_name)
    with transaction.atomic():
        row, _document = read_open_data(zone, data_id)
        OpenData.objects.filter(pk=row.pk).update(replaced_at=timezone.now())
        record(actor, "drop-open-data", "zone", zone.pk, origin=row.origin)


__all__ = ["Ready", "bring_open_data", "draw_open_data", "drop_open_data", "publish_open_data"]
