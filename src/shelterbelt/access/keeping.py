"""Addresses for whoever keeps or watches over an agency's accounts."""

from django.urls import path

from shelterbelt.access import administration as pages
from shelterbelt.access import closed_files

urlpatterns = [
    path("accounts/", pages.listed, name="accounts"),
    path("accounts/new/", pages.new, name="account_new"),
    path("accounts/<str:ref>/", pages.account, name="account"),
    path("accounts/<str:ref>/details/", pages.details, name="account_details"),
    path("accounts/<str:ref>/code/", pages.code, name="account_code"),
    path("accounts/<str:ref>/lost/", pages.lost, name="account_lost"),
    path("accounts/<str:ref>/close/", pages.close, name="account_close"),
    path("glass/", closed_files.closed_files, name="glass"),
    path("glass/<str:ref>/", closed_files.one, name="glass_asked"),
    path("glass/<str:ref>/open/", closed_files.alone, name="glass_open"),
    path("glass/<str:ref>/close/", closed_files.close, name="glass_close"),
    path("glass/<str:ref>/agree/", closed_files.agree, name="glass_agree"),
    path("glass/<str:ref>/decline/", closed_files.decline, name="glass_decline"),
    path("glass/<str:ref>/reviewed/", closed_files.reviewed, name="glass_reviewed"),
    path("alerts/", pages.watched, name="alerts"),
    path("alerts/<str:ref>/seen/", pages.seen, name="alert_seen"),
    path("alerts/<str:ref>/reset/", pages.confirm, name="account_reset"),
]
