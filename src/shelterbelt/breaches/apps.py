"""The breaches app as Django knows it."""

from django.apps import AppConfig


class BreachesConfig(AppConfig):
    name = "shelterbelt.breaches"
