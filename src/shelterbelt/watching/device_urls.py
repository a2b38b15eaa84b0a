"""Addresses of workers' pages of trackers."""

from django.urls import path

from shelterbelt.watching import device_views as views

urlpatterns = [
    path("trackers/", views.trackers, name="trackers"),
    path("trackers/new/", views.tracker_new, name="tracker_new"),
    path("trackers/<str:ref>/turn/", views.tracker_turn, name="tracker_turn"),
    path("trackers/<str:ref>/end/", views.tracker_end, name="tracker_end"),
    path("trackers/feeds/<str:ref>/turn/", views.feed_turn, name="feed_turn"),
    path("trackers/feeds/<str:ref>/end/", views.feed_end, name="feed_end"),
]
