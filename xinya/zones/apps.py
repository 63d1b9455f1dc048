from django.apps import AppConfig


class ZonesConfig(AppConfig):
    name = "xinya.zones"
    label = "zones"

    def ready(self) -> None:
        from xinya.kit.search import register

        from .queries.search import COMPANIES

        register(COMPANIES)
