"""The consent app as Django knows it."""

from django.apps import AppConfig


class ConsentConfig(AppConfig):
    name = "shelterbelt.consent"
