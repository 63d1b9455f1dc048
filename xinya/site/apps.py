from django.apps import AppConfig


class SiteConfig(AppConfig):
    name = "xinya.site"
    label = "house"
