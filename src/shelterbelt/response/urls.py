"""Addresses of the response app."""

from django.urls import path

from shelterbelt.response import desk, views

urlpatterns = [
    path("cases/", views.board, name="board"),
    path("cases/<str:ref>/", views.case, name="case"),
    path("work/", desk.my_work, name="work"),
    path("work/<str:ref>/", desk.action_done, name="action_done"),
    path("overdue/", desk.overdue, name="overdue"),
]
