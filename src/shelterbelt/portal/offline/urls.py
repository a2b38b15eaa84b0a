"""Addresses of the room of papers."""

from django.urls import path

from shelterbelt.portal.offline import views

urlpatterns = [
    path("", views.home, name="paper-home"),
    path("k/", views.copy, name="paper-copy"),
]
