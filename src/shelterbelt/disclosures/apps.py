"""The disclosures app as Django knows it."""

from django.apps import AppConfig


class DisclosuresConfig(AppConfig):
    name = "shelterbelt.disclosures"
