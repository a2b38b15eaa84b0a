"""The records app as Django knows it."""

from django.apps import AppConfig


class RecordsConfig(AppConfig):
    name = "shelterbelt.records"
