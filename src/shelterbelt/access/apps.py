"""The access app as Django knows it."""

from django.apps import AppConfig


class AccessConfig(AppConfig):
    name = "shelterbelt.access"
