"""Addresses for whoever lets an agency's programs in, and for lists as files."""

from django.urls import path

from shelterbelt.api import administration, export

urlpatterns = [
    path("programs/", administration.listed, name="programs"),
    path("programs/new/", administration.new, name="program_new"),
    path("programs/<str:ref>/revoke/", administration.revoke, name="program_revoke"),
    path("cases/export/", export.cases_file, name="cases_file"),
]
