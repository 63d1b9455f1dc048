"""Reads of the log, for those whose role gives them: rows by filter, what the last look found, the seals."""

import datetime
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from django.db.models import Q, QuerySet
from django.utils import timezone

from xinya.kit.audit_check import chain_end
from xinya.kit.models import AuditCheck, AuditRow, AuditSeal
from xinya.kit.refusals import Refused, demand
from xinya.kit.text import gettext_noop as _

from .. import rules
from ..models import Person

NOTHING_HERE = _("There is nothing here.")
PERSON = "person:"


@dataclass(frozen=True, slots=True)
class Wanted:
    """Which rows are asked for; what is empty asks for all. `actor` is a user name or the log's own word for one."""

    actor: str = ""
    act: str = ""
    object: str = ""
    ok: bool | None = None
    since: datetime.date | None = None
    until: datetime.date | None = None


@dataclass(frozen=True)
class LogState:
    """Where the log stands. rows: how many it holds; check: the last look; seals: newest first."""

    rows: int
    check: AuditCheck | None
    seals: list[AuditSeal]


def demand_log_power(person: Person, power: str) -> None:
    """To whom the log is not given, it is not there."""
    demand(rules.has_power(person, power), "not-found", NOTHING_HERE, status=404)


def log_rows(person: Person, wanted: Wanted, *, before: int | None = None, limit: int = 50) -> list[AuditRow]:
    """Rows newest first, those before a number; one more than `limit` where there are more. One or two statements."""
    demand_log_power(person, "read_audit")
    rows = _chosen(wanted).order_by("-seq")
    if before is not None:
        rows = rows.filter(seq__lt=before)
    return list(rows[: limit + 1])


def _chosen(wanted: Wanted) -> "QuerySet[AuditRow]":
    chosen = Q()
    if wanted.actor:
        chosen &= Q(actor=_actor(wanted.actor))
    if wanted.act:
        chosen &= Q(act=wanted.act)
    if wanted.object:
        chosen &= (
            Q(object=wanted.object) if ":" in wanted.object else Q(object=wanted.object) | Q(object__startswith=f"{wanted.object}:")
        )
    if wanted.ok is not None:
        chosen &= Q(ok=wanted.ok)
    if wanted.since is not None:
        chosen &= Q(at__gte=_midnight(wanted.since))
    if wanted.until is not None:
        chosen &= Q(at__lt=_midnight(wanted.until + datetime.timedelta(days=1)))
    return AuditRow.objects.filter(chosen)


def _actor(said: str) -> str:
    known = None if ":" in said else Person.objects.filter(username=said).values_list("pk", flat=True).first()
    return said if known is None else f"{PERSON}{known}"


def _midnight(day: datetime.date) -> datetime.datetime:
    return timezone.make_aware(datetime.datetime.combine(day, datetime.time.min))


def actor_names(actors: Iterable[str]) -> Mapping[str, str]:
    """People's names by the log's word for them. One statement."""
    keys = {int(a.removeprefix(PERSON)) for a in actors if a.startswith(PERSON) and a.removeprefix(PERSON).isdecimal()}
    return {f"{PERSON}{person.pk}": str(person) for person in Person.objects.filter(pk__in=keys)}


def log_state(person: Person, *, seals: int = 10) -> LogState:
    """How far the log goes, what the last look found, the last seals. Three statements."""
    demand_log_power(person, "read_audit")
    return LogState(chain_end().seq, AuditCheck.objects.last(), list(AuditSeal.objects.order_by("-seq")[:seals]))


def log_seals(person: Person) -> "QuerySet[AuditSeal]":
    """Every seal, newest first. One statement."""
    demand_log_power(person, "read_audit")
    return AuditSeal.objects.order_by("-seq")


def log_seal(person: Person, seq: int) -> AuditSeal:
    """The seal of one row. One statement."""
    seal = log_seals(person).filter(seq=seq).first() if 0 < seq < 2**63 else None
    if seal is None:
        raise Refused("not-found", NOTHING_HERE, status=404)
    return seal
