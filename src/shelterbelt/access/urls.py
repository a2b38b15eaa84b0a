"""Addresses before one is signed in, and of one's own sessions. What allauth offers and we do not is closed here."""

from django.urls import path, re_path

from shelterbelt.access import views

urlpatterns = [
    path("demo/<str:token>/", views.demo),
    path("enrol/", views.enrol, name="account_enrol"),
    path("first/", views.first, name="account_first"),
    path("sessions/", views.sessions, name="account_sessions"),
    path("sessions/end/", views.sessions_end, name="account_sessions_end"),
    path("sessions/<str:ref>/end/", views.session_end, name="account_session_end"),
    re_path(r"^(?:signup|email|inactive|confirm-email|phone|password/reset|login/code)/", views.closed),
]
