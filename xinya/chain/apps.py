from django.apps import AppConfig


class ChainConfig(AppConfig):
    name = "xinya.chain"
    label = "chain"

    def ready(self) -> None:
        from xinya.kit.search import register

        from . import actions as _registered  # noqa: F401  what hangs on a company and goes over in a merging
        from .queries import PACKS, SEGMENTS

        register(SEGMENTS)
        register(PACKS)
