"""The risks of a large zone: asked for by a person or by the night, computed by the worker piece by piece, kept by their facts."""

import datetime
import shutil
from pathlib import Path

from django.conf import settings
from django.db import transaction
from django.db.models import Q
from django.utils import timezone

from xinya.kit.audit import record
from xinya.kit.later import later
from xinya.kit.later_desk import is_under_way
from xinya.kit.refusals import demand
from xinya.kit.spread import Here, Ledger
from xinya.kit.text import gettext_noop as _
from xinya.zones.models import Person, Zone

from .. import rules
from ..engine.resilience import Esri
from ..engine.resilience.spreading import Spread, spread_cascade
from ..engine.resilience.zone_risk import ZoneNetwork, kept_object, zone_risks
from ..models import ResilienceRun
from ..queries.reports import day_of
from ..queries.resilience import COMPUTE, Facts, networks_of, resilience_facts

PIECE = 64
NOT_YOURS = _("The zone's officers have the figures of a large zone computed.")
ZONE_SMALL = _("This zone is small: its figures are computed while the page is made, and nothing has to be asked for.")


def ask_resilience(actor: Person, *, zone: Zone, on: datetime.date) -> ResilienceRun:
    """Ask for the zone's risks as its facts stand. A run that is under way or done for the same facts is not asked for twice; one
    whose task failed for good or is gone from the queue is. Raises Refused: not-allowed, zone-small (422).
    """
    demand(rules.may_ask_resilience(actor, zone), "not-allowed", NOT_YOURS)
    with transaction.atomic():
        _found, facts = resilience_facts(zone, on)
        demand(facts.is_large, "zone-small", ZONE_SMALL, status=422)
        run, is_queued = _queued(zone, facts, on, actor)
        if is_queued:
            record(actor, "resilience.ask", "zone", zone.pk, day=on.isoformat())
    return run


def _queued(zone: Zone, facts: Facts, on: datetime.date, asked_by: Person | None = None) -> tuple[ResilienceRun, bool]:
    """The run for these facts, and whether it was put into the queue just now. Part of another act."""
    run, is_new = ResilienceRun.objects.get_or_create(zone=zone, digest=facts.digest, defaults={"day": on, "asked_by": asked_by})
    if not is_new:
        run = ResilienceRun.objects.select_for_update().get(pk=run.pk)
        if run.state == ResilienceRun.State.DONE or is_under_way(COMPUTE, run.pk):
            return run, False
        run.state = ResilienceRun.State.WAITING
        run.save(update_fields=["state"])
    later(COMPUTE, run.pk)
    return run, True


def compute_resilience(*, run_id: int) -> None:
    """Do a run that waits; after a restart it goes on where its ledger ends. Facts that have changed are taken as they are."""
    run = ResilienceRun.objects.select_related("zone").filter(pk=run_id).exclude(state=ResilienceRun.State.DONE).first()
    if run is None:
        return
    _found, facts = resilience_facts(run.zone, run.day)
    if facts.digest != run.digest:
        run = _of_these_facts(run, facts)
        if run is None:
            return
    networks = networks_of(facts)
    total = sum(len(one.companies) for one in networks.values())
    ResilienceRun.objects.filter(pk=run.pk).update(state=ResilienceRun.State.RUNNING, total=total, done=0)
    folder = Path(settings.VAR) / "spread" / f"resilience-{run.digest}"
    ended = _Pieces(run.pk, folder)
    risks = zone_risks(networks, runner=ended.run)
    with transaction.atomic():
        earlier = Q(state=ResilienceRun.State.DONE) | Q(pk__lt=run.pk)
        ResilienceRun.objects.filter(earlier, zone=run.zone).exclude(pk=run.pk).delete()
        ResilienceRun.objects.filter(pk=run.pk).update(
            state=ResilienceRun.State.DONE, done=total, result=kept_object(risks), finished_at=timezone.now()
        )
        record("worker", "resilience.compute", "zone", run.zone_id, companies=len(risks))
    shutil.rmtree(folder, ignore_errors=True)


def renew_resilience() -> None:
    """Ask again for every large zone whose facts have changed since its risks were computed, or whose last run did not end."""
    for zone in Zone.objects.filter(resilience_runs__isnull=False).distinct():
        with transaction.atomic():
            on = day_of(zone)
            _found, facts = resilience_facts(zone, on)
            if facts.is_large:
                _queued(zone, facts, on)


class _Pieces:
    """Runs each network piece by piece through a ledger on disk, and tells the row how far it is."""

    def __init__(self, run_id: int, folder: Path) -> None:
        self.run_id, self.folder, self.before = run_id, folder, 0

    def run(self, zone: ZoneNetwork) -> Esri:
        count = len(zone.companies)

        def tell(done: int, _pieces: int) -> None:
            ResilienceRun.objects.filter(pk=self.run_id).update(done=self.before + min(count, done * PIECE))

        how = Spread(Here(), self.folder, Ledger(self.folder / "done"), size=PIECE, is_fast=False, progress=tell)
        result = spread_cascade(zone.network, zone.failures(zone.companies), weights={"revenue": zone.weights}, how=how)
        self.before += count
        return result


def _of_these_facts(run: ResilienceRun, facts: Facts) -> ResilienceRun | None:
    """The run under the digest of the facts as they stand now; None when another row has them already."""
    with transaction.atomic():
        if ResilienceRun.objects.filter(zone=run.zone, digest=facts.digest).exists():
            run.delete()
            return None
        run.digest = facts.digest
        run.save(update_fields=["digest"])
    return run
