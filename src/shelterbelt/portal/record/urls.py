"""Addresses of the room of the own record."""

from django.urls import path

from shelterbelt.portal.record import items, leaving, views

urlpatterns = [
    path("", views.home, name="record-home"),
    path("b/", views.before, name="record-before"),
    path("n/", views.new, name="record-new"),
    path("o/", leaving.out, name="record-out"),
    path("g/", leaving.before_giving, name="record-giving"),
    path("g/<str:release>/", leaving.give_items, name="record-give"),
    path("f/<str:ref>/", items.view, name="record-view"),
    path("f/<str:ref>/o/", items.original, name="record-original"),
    path("i/<str:ref>/", items.one, name="record-item"),
    path("i/<str:ref>/w/", items.rewrite, name="record-rewrite"),
    path("i/<str:ref>/f/", items.add, name="record-add"),
    path("i/<str:ref>/s/", items.show, name="record-show"),
    path("i/<str:ref>/x/", items.remove, name="record-remove"),
]
