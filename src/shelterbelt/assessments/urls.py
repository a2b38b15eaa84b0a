"""Addresses of the assessments app."""

from django.urls import path

from shelterbelt.assessments import happening_pages, level_pages, sheet_pages, sheet_results, views

urlpatterns = [
    path("screens/new/", views.screen_start, name="screen_start"),
    path("screens/<str:ref>/", views.screen, name="screen"),
    path("screens/<str:ref>/wait/", views.screen_wait, name="screen_wait"),
    path("screens/<str:ref>/result/", views.screen_result, name="screen_result"),
    path("screens/<str:ref>/<str:question>/", views.screen_question, name="screen_question"),
    path("cases/<str:ref>/sheets/new/", sheet_pages.sheet_new, name="sheet_new"),
    path("cases/<str:ref>/sheets/beside/", sheet_results.sheets_beside, name="sheets_beside"),
    path("cases/<str:ref>/danger/", sheet_results.danger_over_time, name="danger_over_time"),
    path("incidents/<str:ref>/sheets/new/", sheet_pages.sheet_new_incident, name="sheet_new_incident"),
    path("sheets/<str:ref>/", sheet_pages.sheet, name="sheet"),
    path("sheets/<str:ref>/before/", sheet_pages.sheet_before, name="sheet_before"),
    path("sheets/<str:ref>/check/", sheet_pages.sheet_check, name="sheet_check"),
    path("sheets/<str:ref>/result/", sheet_results.sheet_result, name="sheet_result"),
    path("sheets/<str:ref>/paper/", sheet_results.sheet_paper, name="sheet_paper"),
    path("sheets/<str:ref>/questions/<str:question>/", sheet_pages.sheet_question, name="sheet_question"),
    path("sheets/<str:ref>/correct/<str:question>/", sheet_results.sheet_correct, name="sheet_correct"),
    path("cases/<str:ref>/level/", level_pages.level_set, name="level_set"),
    path("cases/<str:ref>/happenings/new/", happening_pages.happening_new, name="happening_new"),
    path("happenings/<str:ref>/", happening_pages.happening, name="happening"),
    path("happenings/<str:ref>/end/", happening_pages.happening_end, name="happening_end"),
    path("reassessments/<str:ref>/", level_pages.reassessment, name="reassessment"),
    path(
        "reassessments/<str:ref>/call-off/", level_pages.reassessment_call_off, name="reassessment_call_off"
    ),
]
