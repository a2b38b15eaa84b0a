"""Addresses of the demonstration's sign-in."""

from django.urls import path

from shelterbelt.access import views

urlpatterns = [path("demo/<str:token>/", views.demo)]
