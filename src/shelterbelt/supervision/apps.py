"""The supervision app as Django knows it."""

from django.apps import AppConfig


class SupervisionConfig(AppConfig):
    name = "shelterbelt.supervision"
