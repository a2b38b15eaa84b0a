"""Addresses of the pages of watching."""

from django.urls import URLPattern

urlpatterns: list[URLPattern] = []
