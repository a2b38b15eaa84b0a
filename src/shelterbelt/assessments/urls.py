"""Addresses of the assessments app."""

from django.urls import path

from shelterbelt.assessments import views

urlpatterns = [
    path("screens/new/", views.screen_start, name="screen_start"),
    path("screens/<str:ref>/", views.screen, name="screen"),
    path("screens/<str:ref>/wait/", views.screen_wait, name="screen_wait"),
    path("screens/<str:ref>/result/", views.screen_result, name="screen_result"),
    path("screens/<str:ref>/<str:question>/", views.screen_question, name="screen_question"),
    path("cases/<str:ref>/level/", views.level_set, name="level_set"),
]
