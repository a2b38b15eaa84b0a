"""Addresses of workers' pages of help alerts."""

from django.urls import path

from shelterbelt.alerts import desk, views

urlpatterns = [
    path("help-alerts/", views.help_alerts, name="help_alerts"),
    path("help-alerts/again/", views.there_again, name="there_again"),
    path("help-alerts/leave/", views.there_no_more, name="there_no_more"),
    path("help-alerts/<str:ref>/", views.help_alert, name="help_alert"),
    path("help-alerts/<str:ref>/answer/", views.help_alert_answer, name="help_alert_answer"),
    path("help-calls/", desk.calls_for_help, name="calls_for_help"),
    path("help-calls/<str:ref>/", desk.call_for_help, name="call_for_help"),
    path("help-calls/<str:ref>/take/", desk.call_for_help_take, name="call_for_help_take"),
    path("help-calls/<str:ref>/close/", desk.call_for_help_close, name="call_for_help_close"),
    path("cases/<str:ref>/help/", views.help_set_up, name="help_set_up"),
    path("cases/<str:ref>/help/end/", views.help_set_up_end, name="help_set_up_end"),
]
