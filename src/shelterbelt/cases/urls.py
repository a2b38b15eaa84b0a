"""Addresses of incident records. They carry a random reference and the name of a step, nothing about people."""

from django.urls import path

from shelterbelt.cases import closed, files, handing, views

urlpatterns = [
    path("incidents/new/", views.new, name="incident_new"),
    path("incidents/handed-over/", handing.handed_over, name="handed_over"),
    path("incidents/<str:ref>/hand-over/", handing.give, name="hand_over"),
    path("incidents/<str:ref>/", views.incident, name="incident"),
    path("incidents/<str:ref>/recorded/", views.recorded, name="incident_recorded"),
    path("incidents/<str:ref>/check/", views.check, name="incident_check"),
    path("incidents/<str:ref>/files/", files.evidence, name="incident_evidence"),
    path("incidents/<str:ref>/roles/", files.roles, name="incident_roles"),
    path("incidents/<str:ref>/<slug:step>/", views.step, name="incident_step"),
    path("incidents/<str:ref>/<slug:step>/draft/", views.draft, name="incident_draft"),
    path("cases/<str:ref>/kept-out/", closed.kept_out, name="kept_out"),
    path("cases/<str:ref>/kept-out/<str:entry>/end/", closed.let_in, name="let_in"),
    path("cases/<str:ref>/team/", closed.team, name="file_team"),
    path("cases/<str:ref>/team/end/", closed.team_end, name="file_team_end"),
    path("cases/<str:ref>/team/<str:worker>/leave/", closed.team_leave, name="file_team_leave"),
    path("files/<str:ref>/", files.picture, name="evidence_picture"),
    path("files/<str:ref>/original/", files.original, name="evidence_original"),
]
