"""Addresses of the portal that anybody can see: letters, which say nothing. All else is a sealed address of a visit."""

from django.urls import URLPattern, URLResolver, include, path

from shelterbelt.portal import beginning, entrance, sign_in
from shelterbelt.portal.now import knock

urlpatterns: list[URLPattern | URLResolver] = [
    path("c/", knock.knock, name="portal-c"),
    path("", sign_in.first_page, name="portal-in"),
    path("e/", sign_in.first_page, {"language": "es"}, name="portal-in-es"),
    path("o/", beginning.begin, name="portal-begin"),
    path("o/e/", beginning.begin, {"language": "es"}, name="portal-begin-es"),
    path("d/", sign_in.by_device, name="portal-device"),
    path("d/e/", sign_in.by_device, {"language": "es"}, name="portal-device-es"),
    path("out/", entrance.out, name="portal-out"),
    path("z/", entrance.gone, name="portal-gone"),
    path("a/", include("shelterbelt.portal.telling.urls")),
    path("c/<str:token>/", knock.link, name="portal-c-link"),
    path("b/", include("shelterbelt.portal.directory.urls")),
    path("<str:word>/", entrance.enter, name="portal-way"),
]
