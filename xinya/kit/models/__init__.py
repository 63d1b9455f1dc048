"""Rows that belong to no trade, one file a subject."""

from .audit import AuditRow
from .later import DailyRun, QueueWorker
from .search import SearchIndex, SearchMark, SearchWord
from .write_keys import WriteKey

__all__ = ["AuditRow", "DailyRun", "QueueWorker", "SearchIndex", "SearchMark", "SearchWord", "WriteKey"]
