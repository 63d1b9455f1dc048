"""Seals of the chain: taken daily and kept outside, they show a cut tail and a chain that was made anew."""

import datetime
from io import BytesIO

import segno
from django.db import transaction
from django.utils import timezone

from .audit import locked_head, record
from .audit_file import seal_text
from .audit_values import instant_text
from .models import AuditRow, AuditSeal
from .refusals import Refused
from .text import gettext_noop as _

HOUSE = "house"
NOTHING_TO_SEAL = _("The log holds nothing new to seal.")


def take_seal(actor: object, *, now: datetime.datetime | None = None) -> AuditSeal:
    """Seal the chain as it is; the act of sealing is the first row behind it. Raises Refused where nothing is new."""
    with transaction.atomic():
        head = locked_head()
        last = AuditSeal.objects.last()
        if head.seq == 0 or (last is not None and head.seq <= last.seq + 1):  # the one row behind a seal is its own act
            raise Refused("nothing-to-seal", NOTHING_TO_SEAL, status=409)
        count = AuditRow.objects.filter(seq__lte=head.seq).count()
        seal = AuditSeal.objects.create(seq=head.seq, hash=head.hash, count=count, at=now or timezone.now())
        record(actor, "seal-audit", "audit", seal.seq, hash=seal.hash, count=count)
    return seal


def seal_today(now: datetime.datetime | None = None) -> AuditSeal | None:
    """The seal of the local day: the one there is, else one taken now. None where the log holds nothing new."""
    now = now or timezone.now()
    day = timezone.localtime(now).replace(hour=0, minute=0, second=0, microsecond=0)
    with transaction.atomic():
        locked_head()  # two at once take one seal
        known = AuditSeal.objects.filter(at__gte=day, at__lt=day + datetime.timedelta(days=1)).last()
        if known is not None:
            return known
        try:
            with transaction.atomic():
                return take_seal(HOUSE, now=now)
        except Refused:
            return None


def last_seal() -> AuditSeal | None:
    """The seal taken last."""
    return AuditSeal.objects.last()


def seal_file(seal: AuditSeal) -> str:
    """What is kept outside: the seal as one line."""
    return seal_text(seal.as_seal(), at=instant_text(seal.at))


def seal_qr(seal: AuditSeal, *, label: str, alone: bool = False) -> str:
    """The same as a QR code: an SVG for a page, or alone as a file; without any style of its own."""
    drawn = BytesIO()
    segno.make(seal_file(seal), error="m").save(
        drawn, kind="svg", xmldecl=alone, svgns=alone, scale=3, light="#fff", svgclass=None, lineclass=None, title=label
    )
    return drawn.getvalue().decode().replace("<svg ", '<svg role="img" ', 1)
