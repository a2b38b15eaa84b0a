"""The hotline app as Django knows it."""

from django.apps import AppConfig


class HotlineConfig(AppConfig):
    name = "shelterbelt.hotline"
