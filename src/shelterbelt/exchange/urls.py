"""Addresses of the exchange app."""

from django.urls import path

from shelterbelt.exchange import views

urlpatterns = [
    path("letters/", views.letters, name="exchange_letters"),
    path("reads/", views.reads, name="exchange_reads"),
]
