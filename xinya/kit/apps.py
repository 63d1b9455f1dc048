from django.apps import AppConfig


class KitConfig(AppConfig):
    name = "xinya.kit"
    label = "kit"
