"""The alerts app as Django knows it."""

from django.apps import AppConfig


class AlertsConfig(AppConfig):
    name = "shelterbelt.alerts"
