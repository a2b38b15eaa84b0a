"""The response app as Django knows it."""

from django.apps import AppConfig


class ResponseConfig(AppConfig):
    name = "shelterbelt.response"
