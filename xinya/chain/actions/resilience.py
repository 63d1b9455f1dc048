"""The risks of a large zone: asked for by a person or by the night, computed by the worker piece by piece, kept by their facts."""

import datetime
import shutil
from pathlib import Path

from django.conf import settings
from django.db import transaction
from django.utils import timezone

from xinya.kit.audit import record
from xinya.kit.later import later
from xinya.kit.spread import Here, Ledger
from xinya.zones.models import Person, Zone

from ..engine.resilience import Esri
from ..engine.resilience.spreading import Spread, spread_cascade
from ..engine.resilience.zone_risk import ZoneNetwork, kept_object, zone_risks
from ..models import ResilienceRun
from ..queries.reports import day_of
from ..queries.resilience import Facts, networks_of, resilience_facts

COMPUTE = "chain.compute_resilience"
PIECE = 64


def ask_resilience(actor: Person, *, zone: Zone, on: datetime.date) -> ResilienceRun:
    """Ask for the zone's risks as its facts stand; a run that waits, runs or is done for the same facts is not asked for twice."""
    with transaction.atomic():
        _found, facts = resilience_facts(zone, on)
        run, is_new = ResilienceRun.objects.get_or_create(zone=zone, digest=facts.digest, defaults={"day": on, "asked_by": actor})
        if is_new:
            later(COMPUTE, run.pk)
            record(actor, "resilience.ask", "zone", zone.pk, day=on.isoformat())
    return run


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
        ResilienceRun.objects.filter(zone=run.zone).exclude(pk=run.pk).filter(state=ResilienceRun.State.DONE).delete()
        ResilienceRun.objects.filter(pk=run.pk).update(
            state=ResilienceRun.State.DONE, done=total, result=kept_object(risks), finished_at=timezone.now()
        )
        record("worker", "resilience.compute", "zone", run.zone_id, companies=len(risks))
    shutil.rmtree(folder, ignore_errors=True)


def renew_resilience() -> None:
    """Ask again for every large zone whose facts have changed since its risks were computed."""
    for zone in Zone.objects.filter(resilience_runs__state=ResilienceRun.State.DONE).distinct():
        with transaction.atomic():
            on = day_of(zone)
            _found, facts = resilience_facts(zone, on)
            if not facts.is_large:
                continue
            run, is_new = ResilienceRun.objects.get_or_create(zone=zone, digest=facts.digest, defaults={"day": on})
            if is_new:
                later(COMPUTE, run.pk)


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
