from django.apps import AppConfig


class ChainConfig(AppConfig):
    name = "xinya.chain"
    label = "chain"
