"""Addresses of the room, inside a visit."""

from django.urls import path

from shelterbelt.portal.now import views

urlpatterns = [
    path("", views.home, name="now-home"),
    path("t/", views.home, {"use": "test"}, name="now-test"),
    path("p/", views.press, name="now-press"),
    path("s/<str:token>/", views.stands, name="now-stands"),
    path("o/", views.out, name="now-out"),
    path("w/", views.where, name="now-where"),
]
