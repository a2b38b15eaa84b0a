"""Addresses of what a survivor shows to a worker, or gave them to carry."""

from django.urls import path

from shelterbelt.journal import views

urlpatterns = [
    path("cases/<str:ref>/shown/", views.of_case, name="case_shown"),
    path("shown/<str:ref>/", views.one, name="shown"),
    path("shown/picture/<str:ref>/", views.picture, name="shown_picture"),
    path("carried/<str:ref>/", views.carried, name="carried"),
    path("carried/<str:ref>/file/", views.file, name="carried_file"),
]
