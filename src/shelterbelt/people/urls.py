"""Addresses of what a worker declares and of the reviewer's desk. They say nothing about people."""

from django.urls import path

from shelterbelt.people import desk, views

urlpatterns = [
    path("known/", views.known, name="known"),
    path("known/<str:ref>/end/", views.known_end, name="known_end"),
    path("review/", desk.desk, name="desk"),
    path("review/<str:ref>/", desk.doubt, name="doubt"),
    path("review/walls/<str:ref>/", desk.wall, name="wall"),
]
