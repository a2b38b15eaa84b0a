"""Addresses of the response app."""

from django.urls import path

from shelterbelt.response import desk, forecast_pages, views

urlpatterns = [
    path("cases/", views.board, name="board"),
    path("cases/<str:ref>/", views.case, name="case"),
    path("cases/<str:ref>/forecast/", forecast_pages.forecast, name="forecast"),
    path("cases/<str:ref>/before/", forecast_pages.before_act, name="before_act"),
    path("acts/<str:ref>/", forecast_pages.act, name="act"),
    path("work/", desk.my_work, name="work"),
    path("work/<str:ref>/", desk.action_done, name="action_done"),
    path("overdue/", desk.overdue, name="overdue"),
]
