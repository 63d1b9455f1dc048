"""The audit row: who did what to which row, kept or lost together with the act itself."""

import json
from typing import Any

from django.db import transaction

from .models import AuditRow


def record(actor: object, act: str, subject: str, subject_id: object = "", **values: Any) -> AuditRow:
    """Write the row of one act. Must be called inside the act's transaction: without one it raises RuntimeError."""
    if not transaction.get_connection().in_atomic_block:
        raise RuntimeError("an act is recorded inside its own transaction")
    return AuditRow.objects.create(
        actor=str(actor),
        act=act,
        subject=subject,
        subject_id=str(subject_id),
        values=json.dumps(values, ensure_ascii=False, default=str, sort_keys=True),
    )
