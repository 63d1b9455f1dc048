from django.apps import AppConfig


class SiteConfig(AppConfig):
    name = "xinya.site"
    label = "house"

    def ready(self) -> None:
        from .receivers import connect

        connect()
