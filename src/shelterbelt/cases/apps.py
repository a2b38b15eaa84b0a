"""The cases app as Django knows it."""

from django.apps import AppConfig


class CasesConfig(AppConfig):
    name = "shelterbelt.cases"
