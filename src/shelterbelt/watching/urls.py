"""Addresses of the pages of watching."""

from django.urls import URLPattern, URLResolver, include, path

urlpatterns: list[URLPattern | URLResolver] = [
    path("", include("shelterbelt.watching.device_urls")),
    path("", include("shelterbelt.watching.duty_urls")),
    path("", include("shelterbelt.watching.pair_urls")),
]
