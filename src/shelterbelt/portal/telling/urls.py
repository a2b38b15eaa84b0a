"""Addresses of these pages: letters and numbers, which say nothing. Each has its twin in Spanish."""

from django.urls import URLPattern, path

from shelterbelt.portal.telling import inside, views

PAGES = (
    ("", views.start, "telling"),
    ("1/", views.before, "telling-before"),
    ("2/", views.write, "telling-write"),
    ("3/", inside.words, "telling-words"),
    ("4/", views.back, "telling-back"),
    ("5/", inside.read, "telling-read"),
    ("6/", inside.wishes, "telling-wishes"),
    ("7/", inside.take_back, "telling-take-back"),
    ("8/", inside.close, "telling-close"),
    ("9/", views.how_it_was, "telling-how"),
    ("0/", views.thanks, "telling-thanks"),
    ("x/", inside.gone, "telling-gone"),
)
urlpatterns: list[URLPattern] = [path(route, view, name=name) for route, view, name in PAGES]
urlpatterns += [
    path(f"e/{route}", view, {"language": "es"}, name=f"{name}-es") for route, view, name in PAGES
]
