"""The ui app as Django knows it."""

from django.apps import AppConfig


class UiConfig(AppConfig):
    name = "shelterbelt.ui"
