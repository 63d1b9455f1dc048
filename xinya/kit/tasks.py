"""What runs later for the house itself."""

from .audit_seals import seal_today
from .later import every_day, named
from .later_desk import forget_done
from .search_work import INDEXING, index_marked


@named("kit.forget_done_tasks")
def forget_done_tasks(_day: str) -> None:
    """Keep the queue's table small."""
    forget_done()


@named("kit.seal_log")
def seal_log(_day: str) -> None:
    """Seal the audit log, once a day."""
    seal_today()


@named(INDEXING)
def bring_index_up(_day: str = "") -> None:
    """Bring the search index up to what is marked; while another process writes it, try again later."""
    index_marked()


every_day("kit.forget_done_tasks", at="03:40")
every_day("kit.seal_log", at="00:10")
every_day(INDEXING, at="04:10")
