"""Addresses of the pages of those on duty."""

from django.urls import path

from shelterbelt.watching import duty_views as views

urlpatterns = [
    path("watch/", views.watch, name="watch"),
    path("watch/again/", views.watch_again, name="watch_again"),
    path("watch/leave/", views.watch_leave, name="watch_leave"),
    path("watch/test/", views.watch_test, name="watch_test"),
    path("watch/drill/", views.watch_drill, name="watch_drill"),
    path("watch/<str:ref>/", views.watch_alarms, name="watch_alarms"),
    path("watch/<str:ref>/take/", views.watch_alarms_take, name="watch_alarms_take"),
    path("watch/<str:ref>/done/", views.watch_alarms_done, name="watch_alarms_done"),
]
