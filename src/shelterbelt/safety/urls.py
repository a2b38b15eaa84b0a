"""Addresses of the plan, for the worker to whom it is entrusted."""

from django.urls import path

from shelterbelt.safety import paper_pages, views

urlpatterns = [
    path("cases/<str:ref>/plan/", views.of_case, name="case_plan"),
    path("plans/", views.mine, name="plans"),
    path("plans/<str:ref>/", views.home, name="plan"),
    path("plans/<str:ref>/choose/", views.choose, name="plan_choose"),
    path("plans/<str:ref>/all/", views.whole, name="plan_all"),
    path("plans/<str:ref>/again/", views.again, name="plan_again"),
    path("plans/<str:ref>/readers/", views.overview, name="plan_overview"),
    path("plans/<str:ref>/trusted/", views.trusted, name="plan_trusted"),
    path("plans/<str:ref>/paper/", paper_pages.paper, name="plan_paper"),
    path("plans/<str:ref>/end/", views.end, name="plan_end"),
    path("plans/<str:ref>/parts/<str:code>/", views.part, name="plan_part"),
    path("plans/<str:ref>/parts/<str:code>/before/", views.before, name="plan_before"),
    path("plans/<str:ref>/parts/<str:code>/readers/", views.readers, name="plan_readers"),
]
