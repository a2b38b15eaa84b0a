"""Addresses of the hotline for workers. They carry random references and no word about anybody."""

from django.urls import path

from shelterbelt.hotline.views import calls, reports

urlpatterns = [
    path("online/", reports.reports, name="reports"),
    path("online/<str:ref>/", reports.report, name="report"),
    path("online/<str:ref>/take/", reports.report_take, name="report_take"),
    path("online/<str:ref>/call/", reports.report_call, name="report_call"),
    path("online/<str:ref>/hand-over/", reports.report_hand_over, name="report_hand_over"),
    path("online/<str:ref>/case/", reports.report_case, name="report_case"),
    path("calls/", calls.calls, name="calls"),
    path("calls/new/", calls.call_new, name="call_new"),
    path("calls/counts/", calls.call_counts, name="call_counts"),
    path("calls/<str:ref>/", calls.call, name="call"),
    path("calls/<str:ref>/back/", calls.call_back, name="call_back"),
    path("calls/<str:ref>/hand-over/", calls.call_hand_over, name="call_hand_over"),
    path("calls/<str:ref>/pass-on/", calls.call_pass_on, name="call_pass_on"),
    path("calls/<str:ref>/case/", calls.call_case, name="call_case"),
]
