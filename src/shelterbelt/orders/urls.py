"""Addresses of the pages of orders."""

from django.urls import path

from shelterbelt.orders import case_views, papers, views, write_views

urlpatterns = [
    path("orders/", views.orders, name="orders"),
    path("orders/find/", views.find, name="orders_find"),
    path("orders/new/", write_views.new, name="order_new"),
    path("orders/shared/", views.shared, name="orders_shared"),
    path("orders/shared/<str:ref>/end/", views.end_shared, name="orders_shared_end"),
    path("orders/<str:ref>/", views.order, name="order"),
    path("orders/<str:ref>/change/", write_views.change, name="order_change"),
    path("orders/<str:ref>/happened/", write_views.happened, name="order_happened"),
    path("orders/<str:ref>/places/", write_views.place, name="order_place"),
    path("orders/<str:ref>/terms/", write_views.term, name="order_term"),
    path("orders/<str:ref>/hearings/", write_views.hearing, name="order_hearing"),
    path("orders/<str:ref>/weapons/", write_views.weapons, name="order_weapons"),
    path("orders/<str:ref>/weapons/<str:line>/", write_views.surrendered, name="order_surrendered"),
    path("orders/<str:ref>/lines/<str:what>/<str:line>/", write_views.strike, name="order_strike"),
    path("orders/<str:ref>/paper/", papers.paper, name="order_paper"),
    path("orders/<str:ref>/data/", papers.data, name="order_data"),
    path("orders/<str:ref>/date/<str:line>/", papers.date, name="order_date"),
    path("cases/<str:ref>/orders/", case_views.orders, name="case_orders"),
    path("cases/<str:ref>/places/", case_views.places, name="case_places"),
]
