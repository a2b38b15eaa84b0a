"""Addresses of the response app."""

from django.urls import URLPattern

urlpatterns: list[URLPattern] = []
