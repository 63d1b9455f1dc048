"""What runs later for the chain slice; each body is one call of an action."""

import datetime

from xinya.kit.later import every_day, named

from .actions.checks import tell_lists as _tell_lists


@named("chain.tell_verify_lists")
def tell_verify_lists(day: str) -> None:
    """Once a week everybody hears what is to be looked at again."""
    _tell_lists(datetime.date.fromisoformat(day))


every_day("chain.tell_verify_lists", at="07:30")
