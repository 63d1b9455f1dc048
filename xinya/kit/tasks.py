"""What runs later for the house itself."""

from .later import every_day, named
from .later_desk import forget_done


@named("kit.forget_done_tasks")
def forget_done_tasks(_day: str) -> None:
    """Keep the queue's table small."""
    forget_done()


every_day("kit.forget_done_tasks", at="03:40")
