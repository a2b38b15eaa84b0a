"""Addresses of the room of choices."""

from django.urls import path

from shelterbelt.portal.choices import views

urlpatterns = [path("", views.home, name="choices-home")]
