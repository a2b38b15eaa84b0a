"""Addresses of the room of looks."""

from django.urls import path

from shelterbelt.portal.who_looked import views

urlpatterns = [path("", views.home, name="looks-home")]
