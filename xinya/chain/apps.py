from django.apps import AppConfig


class ChainConfig(AppConfig):
    name = "xinya.chain"
    label = "chain"

    def ready(self) -> None:
        from xinya.kit.search import register

        from .queries import PACKS, SEGMENTS

        register(SEGMENTS)
        register(PACKS)
