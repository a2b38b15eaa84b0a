"""The safety app as Django knows it."""

from django.apps import AppConfig


class SafetyConfig(AppConfig):
    name = "shelterbelt.safety"
