"""Addresses of the conversations app: pages of the worker whom a survivor trusts."""

from django.urls import path

from shelterbelt.conversations import views

urlpatterns = [
    path("entrusted/hours/", views.usual_hours, name="usual_hours"),
    path("entrusted/<str:ref>/words/", views.words, name="words"),
    path("entrusted/<str:ref>/words/<str:worker>/", views.words_earlier, name="words_earlier"),
    path("entrusted/<str:ref>/looks/<str:case>/", views.looks_switch, name="looks_switch"),
    path("entrusted/<str:ref>/wishes/<str:wish>/", views.wish_settle, name="wish_settle"),
]
