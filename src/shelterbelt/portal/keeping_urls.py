"""Addresses of a worker's pages about a survivor's account."""

from django.urls import path

from shelterbelt.portal import keeping

urlpatterns = [
    path("cases/<str:ref>/account/", keeping.account, name="portal_case"),
    path("connect/", keeping.connect, name="portal_connect"),
    path("connect/erase/", keeping.erase, name="portal_erase"),
]
