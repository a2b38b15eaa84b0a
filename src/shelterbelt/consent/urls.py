"""Addresses of the consent app."""

from django.urls import path

from shelterbelt.consent import views

urlpatterns = [
    path("cases/<str:ref>/releases/new/", views.release_new, name="release_new"),
    path("releases/<str:ref>/", views.release, name="release"),
    path("releases/<str:ref>/withdraw/", views.release_withdraw, name="release_withdraw"),
]
