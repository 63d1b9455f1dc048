"""What runs later for the chain slice; each body is one call of an action."""

from xinya.kit.later import every_day, named

from .actions.checks import tell_lists as _tell_lists
from .actions.resilience import compute_resilience as _compute_resilience
from .actions.resilience import renew_resilience as _renew_resilience
from .queries.resilience import COMPUTE


@named(COMPUTE)
def compute_resilience(run_id: int) -> None:
    _compute_resilience(run_id=run_id)


@named("chain.renew_resilience")
def renew_resilience(_day: str) -> None:
    """Bring the risks of large zones up to their facts, once a night."""
    _renew_resilience()


every_day("chain.renew_resilience", at="02:20")


@named("chain.tell_verify_lists")
def tell_verify_lists(_day: str) -> None:
    """Once a week everybody hears what is to be looked at again; every day looks for who has not heard yet."""
    _tell_lists()


every_day("chain.tell_verify_lists", at="07:30")
