"""The agencies app as Django knows it."""

from django.apps import AppConfig


class AgenciesConfig(AppConfig):
    name = "shelterbelt.agencies"
