"""Addresses of the help with a petition."""

from django.urls import path

from shelterbelt.orders import petitions_views as views

urlpatterns = [path("cases/<str:ref>/petition/", views.petition, name="petition")]
