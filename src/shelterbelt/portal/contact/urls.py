"""Addresses of the room of contact."""

from django.urls import path

from shelterbelt.portal.contact import views

urlpatterns = [
    path("", views.home, name="contact-home"),
    path("c/", views.change, name="contact-change"),
]
