"""Addresses inside the portal. Nobody sees them: a visit's addresses are these, sealed (ways.py).

Each room's sub-package has `urls`; the household list of the second passphrase lies under `h/`.
"""

from django.urls import URLPattern, URLResolver, path

from shelterbelt.portal import home

urlpatterns: list[URLPattern | URLResolver] = [
    path("", home.home, name="home"),
    path("l/<str:code>/", home.language, name="language"),
    path("v/", home.visits, name="visits"),
]
