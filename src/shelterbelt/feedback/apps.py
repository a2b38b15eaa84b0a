"""The feedback app as Django knows it."""

from django.apps import AppConfig


class FeedbackConfig(AppConfig):
    name = "shelterbelt.feedback"
