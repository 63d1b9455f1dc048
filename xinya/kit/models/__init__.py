"""Rows that belong to no trade, one file a subject."""

from .audit import AuditRow
from .later import DailyRun, QueueWorker
from .write_keys import WriteKey

__all__ = ["AuditRow", "DailyRun", "QueueWorker", "WriteKey"]
