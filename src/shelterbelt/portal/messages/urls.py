"""Addresses of the room of messages."""

from django.urls import path

from shelterbelt.portal.messages import views

urlpatterns = [
    path("", views.home, name="words-home"),
    path("h/", views.habits, name="words-habits"),
    path("e/<str:ref>/", views.earlier, name="words-earlier"),
]
