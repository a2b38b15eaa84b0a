"""Addresses of the room, inside a visit."""

from django.urls import path

from shelterbelt.portal.watch import views

urlpatterns = [
    path("", views.home, name="watch-home"),
    path("d/", views.device, name="watch-device"),
    path("f/", views.forget, name="watch-forget"),
    path("o/", views.told, name="watch-told"),
    path("t/", views.test, name="watch-test"),
    path("p/<str:ref>/", views.end_pair, name="watch-pair-end"),
    path("z/", views.zones, name="watch-zones"),
    path("z/<str:ref>/", views.zone_away, name="watch-zone-away"),
    path("m/", views.meetings, name="watch-meetings"),
    path("m/<str:ref>/", views.meeting_over, name="watch-meeting-over"),
]
