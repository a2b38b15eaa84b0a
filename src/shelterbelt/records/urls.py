"""Addresses of the records app."""

from django.urls import path

from shelterbelt.records import views

urlpatterns = [
    path("records/", views.overview, name="records"),
    path("records/cases/<str:ref>/", views.case, name="records_case"),
    path("records/cases/<str:ref>/hold/", views.hold_new, name="hold_new"),
    path("records/cases/<str:ref>/erase/", views.erase, name="erase"),
    path("records/holds/<str:ref>/", views.hold, name="hold"),
    path("records/holds/<str:ref>/paper/", views.hold_paper, name="hold_paper"),
]
