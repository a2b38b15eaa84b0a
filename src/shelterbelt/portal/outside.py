"""Addresses of the portal that anybody can see: letters, which say nothing. All else is a sealed address of a visit."""

from django.urls import URLPattern, URLResolver, path

from shelterbelt.portal import entrance, sign_in

urlpatterns: list[URLPattern | URLResolver] = [
    path("", sign_in.first_page, name="portal-in"),
    path("e/", sign_in.first_page, {"language": "es"}, name="portal-in-es"),
    path("out/", entrance.out, name="portal-out"),
    path("<str:word>/", entrance.enter, name="portal-way"),
]
