"""What is done with the log itself: looking through it, sealing it, writing it out. Each is a row of the log."""

from collections.abc import Iterator

from django.db import transaction

from xinya.kit import audit_seals
from xinya.kit.audit import record
from xinya.kit.audit_chain import Verdict
from xinya.kit.audit_check import chain_end, export_stored, keep_check, verify_stored
from xinya.kit.audit_file import Head
from xinya.kit.models import AuditSeal

from ..models import Person
from ..queries.audit import demand_log_power

RECENT = 10_000


def verify_recent(actor: Person) -> Verdict:
    """Look through the last rows while somebody waits; the whole chain is `xinya audit verify`'s."""
    demand_log_power(actor, "read_audit")
    first = max(1, chain_end().seq - RECENT + 1)
    verdict = verify_stored(first=first)
    with transaction.atomic():
        keep_check(actor, first=first, verdict=verdict)
        record(actor, "verify-audit", "audit", first=first, rows=verdict.rows, found=verdict.at, why=verdict.why)
    return verdict


def seal_log(actor: Person) -> AuditSeal:
    """Seal the log as it is now. Raises Refused nothing-to-seal (409)."""
    demand_log_power(actor, "seal_audit")
    return audit_seals.take_seal(actor)


def export_log(actor: Person, *, first: int = 1, last: int | None = None) -> tuple[Head, Iterator[str]]:
    """The log's rows as lines, to be sent as they are read. Raises Refused no-such-row (404)."""
    demand_log_power(actor, "export_audit")
    head, lines = export_stored(first=first, last=last)
    with transaction.atomic():
        record(actor, "export-audit", "audit", first=head.first, last=head.last)
    return head, lines
