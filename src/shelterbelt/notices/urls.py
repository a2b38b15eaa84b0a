"""Addresses of the notices app."""

from django.urls import path

from shelterbelt.notices import views

urlpatterns = [
    path("cases/<str:ref>/reach/", views.safe_contact, name="safe_contact"),
    path("cases/<str:ref>/reach/send/", views.notice_send, name="notice_send"),
    path("cases/<str:ref>/reach/change/", views.safe_contact_change, name="safe_contact_change"),
    path("cases/<str:ref>/reach/check/", views.safe_contact_check, name="safe_contact_check"),
    path("cases/<str:ref>/reach/stop/", views.safe_contact_stop, name="safe_contact_stop"),
    path("cases/<str:ref>/reach/<str:notice>/stop/", views.notice_stop, name="notice_stop"),
]
