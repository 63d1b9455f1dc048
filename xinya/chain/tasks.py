"""What runs later for the chain slice; each body is one call of an action."""

from xinya.kit.later import every_day, named

from .actions.resilience import COMPUTE
from .actions.resilience import compute_resilience as _compute_resilience
from .actions.resilience import renew_resilience as _renew_resilience


@named(COMPUTE)
def compute_resilience(run_id: int) -> None:
    _compute_resilience(run_id=run_id)


@named("chain.renew_resilience")
def renew_resilience(_day: str) -> None:
    """Bring the risks of large zones up to their facts, once a night."""
    _renew_resilience()


every_day("chain.renew_resilience", at="02:20")
