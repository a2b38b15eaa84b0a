"""The watching app as Django knows it."""

from django.apps import AppConfig


class WatchingConfig(AppConfig):
    name = "shelterbelt.watching"
