"""The journal app as Django knows it."""

from django.apps import AppConfig


class JournalConfig(AppConfig):
    name = "shelterbelt.journal"
