from django.apps import AppConfig


class ZonesConfig(AppConfig):
    name = "xinya.zones"
    label = "zones"
