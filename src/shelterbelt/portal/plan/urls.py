"""Addresses of the plan inside the portal. What stands in them is seen by nobody (portal/ways.py)."""

from django.urls import path

from shelterbelt.portal.plan import parts, views

urlpatterns = [
    path("", views.home, name="plan-home"),
    path("new/", views.begin, name="plan-begin"),
    path("<str:ref>/", views.one, name="plan-one"),
    path("<str:ref>/c/", views.choose, name="plan-choose"),
    path("<str:ref>/a/", views.whole, name="plan-all"),
    path("<str:ref>/l/", views.again, name="plan-again"),
    path("<str:ref>/w/", views.overview, name="plan-overview"),
    path("<str:ref>/t/", views.trusted, name="plan-trusted"),
    path("<str:ref>/x/", views.end, name="plan-end"),
    path("<str:ref>/p/<str:code>/", parts.part, name="plan-part"),
    path("<str:ref>/p/<str:code>/b/", parts.before, name="plan-before"),
    path("<str:ref>/p/<str:code>/r/", parts.readers, name="plan-readers"),
]
