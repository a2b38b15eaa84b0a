"""Addresses of the public pages. The language is part of the address, so that no cookie is needed."""

from django.urls import URLPattern, path

from shelterbelt.portal.views import help_now, leaving

urlpatterns: list[URLPattern] = [
    path("", help_now, name="portal-help"),
    path("leaving/", leaving, name="portal-leaving"),
    path("es/", help_now, {"language": "es"}, name="portal-help-es"),
    path("es/leaving/", leaving, {"language": "es"}, name="portal-leaving-es"),
]
