"""Addresses of the consent app."""

from django.urls import path

from shelterbelt.consent import endings, views

urlpatterns = [
    path("cases/<str:ref>/releases/new/", views.release_new, name="release_new"),
    path("cases/<str:ref>/died/", endings.case_death, name="case_death"),
    path("releases/end/", endings.release_end, name="release_end"),
    path("releases/<str:ref>/", views.release, name="release"),
    path("releases/<str:ref>/less/", endings.release_narrow, name="release_narrow"),
    path("releases/<str:ref>/withdraw/", endings.release_withdraw, name="release_withdraw"),
    path("releases/<str:ref>/paper/<str:what>/", views.release_paper, name="release_paper"),
]
