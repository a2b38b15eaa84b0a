"""The referrals app as Django knows it."""

from django.apps import AppConfig


class ReferralsConfig(AppConfig):
    name = "shelterbelt.referrals"
