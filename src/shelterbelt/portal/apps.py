"""The portal app as Django knows it."""

from django.apps import AppConfig


class PortalConfig(AppConfig):
    name = "shelterbelt.portal"
