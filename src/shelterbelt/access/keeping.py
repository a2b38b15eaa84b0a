"""Addresses for whoever keeps or watches over an agency's accounts."""

from django.urls import path

from shelterbelt.access import administration as pages

urlpatterns = [
    path("accounts/", pages.listed, name="accounts"),
    path("accounts/new/", pages.new, name="account_new"),
    path("accounts/<str:ref>/", pages.account, name="account"),
    path("accounts/<str:ref>/details/", pages.details, name="account_details"),
    path("accounts/<str:ref>/code/", pages.code, name="account_code"),
    path("accounts/<str:ref>/lost/", pages.lost, name="account_lost"),
    path("accounts/<str:ref>/close/", pages.close, name="account_close"),
    path("alerts/", pages.watched, name="alerts"),
    path("alerts/<str:ref>/seen/", pages.seen, name="alert_seen"),
    path("alerts/<str:ref>/reset/", pages.confirm, name="account_reset"),
]
