"""Addresses of this room."""

from django.urls import URLPattern, path

from shelterbelt.portal.broken import views

urlpatterns: list[URLPattern] = [
    path("", views.home, name="broken-home"),
    path("s/", views.sent, name="broken-sent"),
]
