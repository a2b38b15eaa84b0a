"""One address and its twin in Spanish: what is looked for and what is looked at travels in forms alone."""

from django.urls import URLPattern, path

from shelterbelt.portal.directory import views

urlpatterns: list[URLPattern] = [
    path("", views.directory, name="find"),
    path("e/", views.directory, {"language": "es"}, name="find-es"),
]
