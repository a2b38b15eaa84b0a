"""Addresses of the consent app."""

from django.urls import URLPattern

urlpatterns: list[URLPattern] = []
