"""Addresses of the assessments app."""

from django.urls import path

from shelterbelt.assessments import level_pages, views

urlpatterns = [
    path("screens/new/", views.screen_start, name="screen_start"),
    path("screens/<str:ref>/", views.screen, name="screen"),
    path("screens/<str:ref>/wait/", views.screen_wait, name="screen_wait"),
    path("screens/<str:ref>/result/", views.screen_result, name="screen_result"),
    path("screens/<str:ref>/<str:question>/", views.screen_question, name="screen_question"),
    path("cases/<str:ref>/level/", level_pages.level_set, name="level_set"),
    path("reassessments/<str:ref>/", level_pages.reassessment, name="reassessment"),
    path(
        "reassessments/<str:ref>/call-off/", level_pages.reassessment_call_off, name="reassessment_call_off"
    ),
]
