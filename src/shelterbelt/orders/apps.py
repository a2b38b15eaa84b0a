"""The orders app as Django knows it."""

from django.apps import AppConfig


class OrdersConfig(AppConfig):
    name = "shelterbelt.orders"
