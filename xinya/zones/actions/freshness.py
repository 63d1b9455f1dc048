"""How long facts hold in a zone, which of two contradicting values holds, how often a company's page is read."""

import datetime
import logging
import threading
import time
from collections import Counter

from django.conf import settings
from django.db import OperationalError, transaction
from django.utils import timezone

from xinya.kit.audit import must_say_why, record
from xinya.kit.refusals import Refused, demand
from xinya.kit.search import mark
from xinya.kit.text import gettext_noop as _

from .. import rules
from ..engine.freshness import BY_KIND, FADES, LONGEST, life_of
from ..engine.freshness import sure_by_kind as sure
from ..models import Company, Fact, HalfLife, Person, ReadCount, Secrecy, Source, Zone
from ..queries import visible_to
from ..queries.freshness import READ_DAYS, WEIGHED, latest_weighed
from .facts import RANK
from .grants import demand_reason
from .zones import NOT_ALLOWED, demand_officer, touch_zone

logger = logging.getLogger(__name__)
must_say_why("set-half-life", "settle-conflict")
UNKNOWN_KIND = _("Facts of this kind do not fade: %(kind)s.")
DAYS_WRONG = _("A half-life is a whole number of days from 1 to %(limit)s, or empty for the product's own.")
NO_CONFLICT = _("The sources of this figure do not contradict each other, or somebody has chosen already.")


def set_half_life(actor: Person, *, zone: Zone, kind: str, days: int | None, reason: str) -> HalfLife:
    """The zone's own half-life of a kind of fact, in days; None goes back to the product's. Earlier ones stay readable."""
    demand_officer(actor, zone)
    said = demand_reason(reason)
    demand(kind in BY_KIND and BY_KIND[kind].way == FADES, "unknown-kind", UNKNOWN_KIND, status=422, kind=kind[:30])
    demand(days is None or 1 <= days <= LONGEST, "days-wrong", DAYS_WRONG, status=422, limit=LONGEST)
    with transaction.atomic():
        held = Zone.objects.select_for_update().get(pk=zone.pk)
        before = life_of(kind, held.half_lives).days
        row = HalfLife.objects.create(zone=zone, kind=kind, days=days, reason=said, set_by=actor)
        left = {k: d for k, d in held.half_lives.items() if k != kind}
        held.half_lives = left if days is None else left | {kind: days}
        held.save(update_fields=["half_lives"])
        zone.half_lives = held.half_lives
        touch_zone(zone)
        now = life_of(kind, held.half_lives).days
        record(actor, "set-half-life", "zone", zone.pk, reason=said, change={kind: (before, now)})
    return row


def settle_conflict(actor: Person, *, company: Company, fact_id: int, reason: str) -> Fact:
    """An officer chooses among values that contradict each other; all of them stay, the choice is a fact of its own.

    Raises Refused: no-such-fact (404, also for what the officer may not see), no-conflict (409).
    """
    allowed = rules.may_change_zones(actor) and rules.works_for(actor, company.zone)
    demand(allowed, "not-allowed", NOT_ALLOWED, role=actor.role_name)
    said = demand_reason(reason)
    with transaction.atomic():
        Zone.objects.select_for_update().get(pk=company.zone_id)
        chosen = visible_to(actor, Fact).filter(company=company, pk=fact_id, kind__in=WEIGHED).first()
        if chosen is None:
            raise Refused("no-such-fact", _("There is no such fact of this company."), status=404)
        # of what the officer may see alone: a value of a higher class neither shows itself by a conflict nor hides the choice
        others = visible_to(actor, Fact).filter(company=company, kind=chosen.kind, period=chosen.period, withdrawn_at=None)
        facts = list(others.select_related("source"))
        held = latest_weighed(facts)
        demand(held is not None and held[1].is_open, "no-conflict", NO_CONFLICT, status=409)
        source = Source.objects.create(kind=Source.Kind.OFFICER, title=said[:200], publisher=str(actor)[:100])
        fact = Fact.objects.create(
            zone_id=company.zone_id, company=company, kind=chosen.kind, period=chosen.period, number=chosen.number,
            unit=chosen.unit, precision=chosen.precision, text=chosen.text, text_en=chosen.text_en, lower=chosen.lower,
            upper=chosen.upper, bound=chosen.bound, settles=True, source=source, observed_on=timezone.localdate(),
            confidence=f"{sure('officer'):.2f}", secrecy=max((f.secrecy for f in facts), key=lambda s: RANK[Secrecy(s)]),
        )  # fmt: skip
        mark("company", [company.pk])
        touch_zone(company.zone)
        record(actor, "settle-conflict", "fact", fact.pk, reason=said, company=company.pk, chosen=chosen.pk)
    return fact


class Reads:
    """Views of company pages, counted in this process and written by the minute: a page is not made slower by being counted.

    What was not written when a process is killed is lost: at most a minute's views, of a figure that only orders a list.
    """

    def __init__(self) -> None:
        self._counted: Counter[int] = Counter()
        self._lock = threading.Lock()
        self._written = time.monotonic()

    def note(self, company: Company) -> None:
        """Count one view, and write what is counted when a minute has gone by since the last writing."""
        with self._lock:
            self._counted[company.pk] += 1
        if settings.READS_WRITTEN_S and time.monotonic() - self._written >= settings.READS_WRITTEN_S:
            try:
                self.write()
            except OperationalError:
                logger.warning("views of companies could not be written; they are kept for the next minute", exc_info=True)

    def write(self) -> int:
        """Write what is counted. One statement, and one that looks which of the companies are still there."""
        with self._lock:
            counted, self._counted = self._counted, Counter()
            self._written = time.monotonic()
        if not counted:
            return 0
        today = timezone.localdate()
        try:
            there = Company.objects.filter(pk__in=counted).values_list("pk", flat=True)
            rows = [ReadCount(company_id=pk, day=today, reads=counted[pk]) for pk in there]
            return len(ReadCount.objects.bulk_create(rows, batch_size=500))
        except OperationalError:  # a database that is busy with another's writing gets them with the next
            with self._lock:
                self._counted.update(counted)
            raise


READS = Reads()


def forget_old_reads(day: datetime.date) -> int:
    """Views older than the list of what to verify looks back are of no use to anybody."""
    gone, _by = ReadCount.objects.filter(day__lte=day - datetime.timedelta(days=READ_DAYS)).delete()
    return int(gone)
