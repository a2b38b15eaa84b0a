"""The access app as Django knows it."""

from django.apps import AppConfig


class AccessConfig(AppConfig):
    name = "shelterbelt.access"

    def ready(self) -> None:
        """Connections keep their plans: what the policies ask is planned once."""
        from shelterbelt.store import plans

        plans.begin()
