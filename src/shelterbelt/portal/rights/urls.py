"""Addresses of the room, inside a visit."""

from django.urls import URLPattern, path

from shelterbelt.portal.rights import views

urlpatterns: list[URLPattern] = [
    path("", views.home, name="rights-home"),
    path("l/", views.limits, name="rights-limits"),
    path("<str:place>/<str:topic>/", views.page, name="rights-page"),
]
