"""What a zone keeps for its positioning: tables of what places make."""

from django.db import transaction
from django.utils import timezone

from xinya.kit.audit import record
from xinya.kit.refusals import demand
from xinya.kit.text import gettext_noop as _
from xinya.zones import actions as zone_actions
from xinya.zones.models import Person, Zone

from .. import rules
from ..files.kept_values import KeptValues
from ..models import ValueTable

SOURCE_MISSING = _("Please say where the table comes from.")


def keep_values(actor: Person, *, zone: Zone, kept: KeptValues, measure: str, title: str, source: str) -> ValueTable:
    """A new table of values for the zone's positioning; the one before stays readable."""
    demand(rules.may_answer_gaps(actor, zone), "not-allowed", zone_actions.NOT_ALLOWED, role=actor.role_name)
    demand(2 <= len(source.strip()) <= 300, "source-missing", SOURCE_MISSING, status=422)
    with transaction.atomic():
        Zone.objects.select_for_update().get(pk=zone.pk)
        ValueTable.objects.filter(zone=zone, replaced_at=None).update(replaced_at=timezone.now())
        row = ValueTable.objects.create(
            zone=zone, location=kept.location, measure=measure, title=title[:200], source=source.strip(), text=kept.text,
            digest=kept.digest, tested=kept.tested, by=actor,
        )  # fmt: skip
        record(actor, "keep-values", "zone", zone.pk, digest=row.digest, location=row.location, measure=measure)
    return row
