"""Addresses of the referrals app."""

from django.urls import URLPattern

urlpatterns: list[URLPattern] = []
