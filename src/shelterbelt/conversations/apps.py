"""The conversations app as Django knows it."""

from django.apps import AppConfig


class ConversationsConfig(AppConfig):
    name = "shelterbelt.conversations"
