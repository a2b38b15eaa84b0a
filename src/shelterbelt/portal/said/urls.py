"""Addresses of this room."""

from django.urls import URLPattern, path

from shelterbelt.portal.said import views

urlpatterns: list[URLPattern] = [
    path("", views.home, name="said-home"),
    path("t/", views.thanks, name="said-thanks"),
]
