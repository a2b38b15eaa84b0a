"""Addresses of workers' pages of pairs and of survivors' own watches."""

from django.urls import path

from shelterbelt.watching import pair_views as views

urlpatterns = [
    path("pairs/", views.pair_requests, name="pair_requests"),
    path("pairs/<str:ref>/", views.pair_request, name="pair_request"),
    path("cases/<str:ref>/watch/", views.case_watch, name="case_watch"),
    path("cases/<str:ref>/watch/pair/", views.case_pair, name="case_pair"),
    path("cases/<str:ref>/watch/device/", views.case_device, name="case_device"),
    path("help-alerts/<str:ref>/seen/", views.help_alert_seen, name="help_alert_seen"),
]
