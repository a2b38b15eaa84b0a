"""The api app as Django knows it."""

from django.apps import AppConfig


class ApiConfig(AppConfig):
    name = "shelterbelt.api"
