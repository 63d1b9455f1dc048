"""Rows that belong to no trade, one file a subject."""

from .audit import AuditCheck, AuditHead, AuditRow, AuditSalt, AuditSeal, Unchangeable
from .later import DailyRun, QueueWorker
from .search import SearchIndex, SearchMark, SearchWord
from .write_keys import WriteKey

__all__ = [
    "AuditCheck",
    "AuditHead",
    "AuditRow",
    "AuditSalt",
    "AuditSeal",
    "DailyRun",
    "QueueWorker",
    "SearchIndex",
    "SearchMark",
    "SearchWord",
    "Unchangeable",
    "WriteKey",
]
