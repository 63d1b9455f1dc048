"""Publish a zone's open data, frozen; bring another zone's, for comparison and as makers outside."""

import json

from django.db import transaction
from django.utils import timezone

from xinya.kit.audit import record
from xinya.kit.refusals import demand
from xinya.kit.text import gettext_noop as _
from xinya.zones import actions as zone_actions
from xinya.zones.models import Company, Person, Source, Zone

from .. import queries, rules
from ..files.open_lines import maker_lines
from ..files.open_tables import kept_text
from ..files.open_zone import document_bytes, json_of, read_open_zone
from ..models import OpenData, OpenIssue, OpenMaker
from ..queries.exchange import drawn_document, last_issue, read_open_data, released_before

NOT_OFFICER = _("Only a chain officer of this zone publishes or brings open data; your role is %(role)s.")
MAKER_CONFIDENCE = "0.60"


def publish_open_data(actor: Person, *, zone: Zone) -> OpenIssue:
    """Freeze the zone's open data as they stand: what is published never changes, a later issue stands beside it.

    Raises Refused: not-allowed, nothing-new (409: the same as published last).
    """
    demand(rules.may_answer_gaps(actor, zone), "not-allowed", NOT_OFFICER, role=actor.role_name)
    with transaction.atomic():
        Zone.objects.select_for_update().get(pk=zone.pk)
        before = last_issue(zone)
        found = queries.zone_report(zone, queries.day_of(zone))
        drawn = drawn_document(found, released_before(zone))
        content = document_bytes(drawn.document).decode()
        is_new = before is None or json.loads(before.content) | {"as_of": ""} != drawn.document | {"as_of": ""}
        demand(is_new, "nothing-new", _("Nothing has changed since the open data were published last."), status=409)
        row = OpenIssue.objects.create(
            zone=zone, number=1 if before is None else before.number + 1, as_of=found.on, content=content,
            counts=kept_text(drawn.kept), published_by=actor,
        )  # fmt: skip
        record(actor, "publish-open-data", "zone", zone.pk, number=row.number, hidden=drawn.hidden)
    return row


def bring_open_data(actor: Person, *, zone: Zone, content: bytes, with_makers: bool = False) -> tuple[OpenData, int]:
    """Keep another zone's open data beside the own facts; with_makers: its companies become known makers outside.

    An earlier document of the same origin is replaced, with the facts that came from it; what own lists, people and other
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
        if with_makers and document.companies:
            lines = maker_lines(document, queries.zone_atlas(zone))
            origin = zone_actions.ListOrigin(source, document.as_of, "", MAKER_CONFIDENCE, is_outside=True, editions=editions)
            from . import record_list

            makers = record_list(actor, zone=zone, lines=lines, origin=origin)
            OpenMaker.objects.bulk_create([OpenMaker(data=row, company=c) for c in makers], batch_size=500)
        record(actor, "bring-open-data", "zone", zone.pk, origin=document.code, makers=len(makers))
    return row, len(makers)


def drop_open_data(actor: Person, *, zone: Zone, data_id: int) -> None:
    """No longer compare with it; makers that were taken in from it stay, with their source."""
    demand(rules.may_answer_gaps(actor, zone), "not-allowed", NOT_OFFICER, role=actor.role_name)
    with transaction.atomic():
        row, _document = read_open_data(zone, data_id)
        OpenData.objects.filter(pk=row.pk).update(replaced_at=timezone.now())
        record(actor, "drop-open-data", "zone", zone.pk, origin=row.origin)


__all__ = ["bring_open_data", "drop_open_data", "publish_open_data"]
