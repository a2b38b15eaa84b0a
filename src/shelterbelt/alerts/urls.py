"""Addresses of workers' pages of help alerts."""

from django.urls import path

from shelterbelt.alerts import views

urlpatterns = [
    path("help-alerts/", views.help_alerts, name="help_alerts"),
    path("help-alerts/again/", views.there_again, name="there_again"),
    path("help-alerts/leave/", views.there_no_more, name="there_no_more"),
    path("help-alerts/<str:ref>/", views.help_alert, name="help_alert"),
    path("help-alerts/<str:ref>/answer/", views.help_alert_answer, name="help_alert_answer"),
    path("cases/<str:ref>/help/", views.help_set_up, name="help_set_up"),
    path("cases/<str:ref>/help/end/", views.help_set_up_end, name="help_set_up_end"),
]
