"""Addresses of the pages of breaches."""

from django.urls import path

from shelterbelt.breaches import count_views, views

urlpatterns = [
    path("breaches/", views.breaches, name="breaches"),
    path("breaches/counts/", count_views.counted, name="breach_counts"),
    path("breaches/<str:ref>/", views.breach, name="breach"),
    path("breaches/<str:ref>/said/", views.breach_said, name="breach_said"),
    path("breaches/<str:ref>/order/", views.breach_order, name="breach_order"),
    path("breaches/<str:ref>/steps/", views.breach_step, name="breach_step"),
    path("breaches/<str:ref>/steps/<str:line>/strike/", views.breach_step_strike, name="breach_step_strike"),
    path("breaches/<str:ref>/papers/", views.breach_paper, name="breach_paper"),
    path("breaches/<str:ref>/papers/<str:line>/", views.breach_piece, name="breach_piece"),
    path("breaches/<str:ref>/files/", views.breach_file, name="breach_file"),
    path("breaches/<str:ref>/proof/", views.breach_proof, name="breach_proof"),
    path("orders/<str:ref>/breaches/", views.of_order, name="order_breaches"),
    path("orders/<str:ref>/breaches/new/", views.breach_new, name="breach_new"),
    path("cases/<str:ref>/breaches/", views.of_case, name="case_breaches"),
]
