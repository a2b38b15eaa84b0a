"""The exchange app as Django knows it."""

from django.apps import AppConfig


class ExchangeConfig(AppConfig):
    name = "shelterbelt.exchange"
