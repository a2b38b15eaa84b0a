"""Addresses of the room of releases."""

from django.urls import path

from shelterbelt.portal.papers import views

urlpatterns = [
    path("", views.home, name="papers-home"),
    path("n/", views.wish, name="papers-wish"),
    path("b/<str:ref>/", views.take_back, name="papers-back"),
    path("<str:ref>/", views.one, name="papers-one"),
    path("<str:ref>/e/", views.end, name="papers-end"),
    path("<str:ref>/l/", views.less, name="papers-less"),
    path("<str:ref>/m/", views.more, name="papers-more"),
]
