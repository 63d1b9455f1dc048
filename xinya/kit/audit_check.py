"""Looking through the stored chain, and writing it out: streams of any length in constant memory."""

import datetime
from collections.abc import Iterable, Iterator

from django.utils import timezone

from .audit import actor_text
from .audit_chain import GENESIS, SEQ_GAP, Link, Seal, Verdict, verify
from .audit_file import Head, export_lines
from .audit_values import instant_text
from .models import AuditCheck, AuditHead, AuditRow, AuditSeal
from .refusals import Refused
from .text import gettext_noop as _

PIECE = 2000
COPIES = ("actor", "acting_for", "act", "object", "ok", "address")
NO_SUCH_ROW = _("The log has no row %(seq)s; its last one is %(last)s.")


def chain_end() -> Seal:
    """The last row as the head knows it; number 0 before the first act."""
    head = AuditHead.objects.first()
    return Seal(0, GENESIS) if head is None else Seal(head.seq, head.hash)


def stored_links(first: int, last: int | None = None, *, with_columns: bool = True) -> Iterator[Link]:
    """The rows from `first` on as they are stored. Each piece is a statement of its own: nothing is held in between."""
    fields = ("seq", "prev", "hash", "text", "at", *COPIES)
    rows = AuditRow.objects.order_by("seq")
    if last is not None:
        rows = rows.filter(seq__lte=last)
    while some := list(rows.filter(seq__gte=first).values_list(*fields)[:PIECE]):
        for seq, prev, hash_, text, at, *copies in some:
            columns = {"seq": seq, "at": instant_text(at), **dict(zip(COPIES, copies, strict=True))} if with_columns else None
            yield Link(seq, prev, hash_, text, columns)
        first = some[-1][0] + 1


def verify_stored(*, first: int = 1, seals: Iterable[Seal] = ()) -> Verdict:
    """Look through the stored chain from row `first` to its end, with the stored seals and those kept outside.

    What is written meanwhile is looked at too. Raises Refused `no-such-row` for a first row behind the end.
    """
    end = chain_end()
    if first < 1 or first > max(end.seq, 1):
        raise Refused("no-such-row", NO_SUCH_ROW, status=404, seq=first, last=end.seq)
    known = [seal.as_seal() for seal in AuditSeal.objects.filter(seq__gte=first)]
    before = _hash_before(first)
    if before is None:
        return Verdict(0, GENESIS, first - 1, SEQ_GAP)
    verdict = verify(stored_links(first), first=first, prev=before, last=end.seq, seals=[*known, end, *seals])
    after = chain_end().seq
    if verdict.ok and first - 1 + verdict.rows > after:  # somebody wrote rows that no act did
        return Verdict(verdict.rows, verdict.last, after + 1, SEQ_GAP)
    return verdict


def _hash_before(first: int) -> str | None:
    if first == 1:
        return GENESIS
    return AuditRow.objects.filter(seq=first - 1).values_list("hash", flat=True).first()


def keep_check(by: object, *, first: int, verdict: Verdict) -> AuditCheck:
    """Keep what a look found, for those who ask when the last one was."""
    return AuditCheck.objects.create(
        at=timezone.now(), by=actor_text(by), first=first, rows=verdict.rows, found=verdict.at, why=verdict.why
    )


def export_stored(*, first: int = 1, last: int | None = None) -> tuple[Head, Iterator[str]]:
    """The head of an export and its lines, which may be read later. Raises Refused `no-such-row` where there is none."""
    end = chain_end()
    last = end.seq if last is None else min(last, end.seq)
    if not 1 <= first <= last:
        raise Refused("no-such-row", NO_SUCH_ROW, status=404, seq=first, last=end.seq)
    seals = tuple(seal.as_seal() for seal in AuditSeal.objects.filter(seq__gte=first, seq__lte=last))
    made_at = instant_text(timezone.now().astimezone(datetime.UTC))
    head = Head(first, last, _hash_before(first) or GENESIS, made_at, seals)
    return head, export_lines(head, stored_links(first, last, with_columns=False))
