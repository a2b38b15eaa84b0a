"""Addresses of the disclosures app. They carry random references and kinds of paper, nothing about people."""

from django.urls import path

from shelterbelt.disclosures.views import asked, bases, traces

urlpatterns = [
    path("asked/", asked.asked, name="asked"),
    path("asked/contacts/", asked.practice, name="practice"),
    path("asked/<slug:kind>/", asked.asked_one, name="asked_one"),
    path("demands/", asked.demands, name="demands"),
    path("demands/new/<slug:kind>/", asked.demand_new, name="demand_new"),
    path("demands/<str:ref>/", asked.demand, name="demand"),
    path("demands/<str:ref>/answer/", asked.demand_answer, name="demand_answer"),
    path("demands/<str:ref>/case/", asked.demand_case, name="demand_case"),
    path("demands/<str:ref>/paper/", asked.demand_paper, name="demand_paper"),
    path("demands/<str:ref>/steps/<slug:step>/", asked.demand_step, name="demand_step"),
    path("authorities/", bases.authorities, name="authorities"),
    path("authorities/new/<slug:kind>/", bases.authority_new, name="authority_new"),
    path("authorities/<str:ref>/", bases.authority, name="authority"),
    path("authorities/<str:ref>/told/", bases.authority_told, name="authority_told"),
    path("authorities/<str:ref>/check/", bases.authority_check, name="authority_check"),
    path("authorities/<str:ref>/return/", bases.authority_return, name="authority_return"),
    path("authorities/<str:ref>/end/", bases.authority_end, name="authority_end"),
    path("authorities/<str:ref>/paper/", bases.authority_paper, name="authority_paper"),
    path("cases/<str:ref>/looks/", traces.access_log, name="access_log"),
    path("cases/<str:ref>/looks/paper/", traces.access_log_paper, name="access_log_paper"),
    path("cases/<str:ref>/looks/list.pdf", traces.access_log_pdf, name="access_log_pdf"),
    path("cases/<str:ref>/given/", traces.disclosures, name="disclosures"),
    path("held/", traces.holdings_find, name="holdings_find"),
    path("held/<str:ref>/", traces.holdings, name="holdings"),
]
