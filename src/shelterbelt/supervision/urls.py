"""Addresses of the pages of supervision: who is detained, what survivors are to be told, how conditions are kept."""

from django.urls import path

from shelterbelt.supervision import keeping_views, views

urlpatterns = [
    path("detained/", views.detained_list, name="detained"),
    path("detained/news/", views.detained_news, name="detained_news"),
    path("detained/news/<str:ref>/", views.detained_news_one, name="detained_news_one"),
    path("detained/bookings/<str:ref>/", views.detained_booking, name="detained_booking"),
    path(
        "detained/bookings/<str:ref>/unlink/", views.detained_booking_unlink, name="detained_booking_unlink"
    ),
    path("detained/people/<str:ref>/", views.detained_person, name="detained_person"),
    path(
        "detained/lines/<str:ref>/take-back/", views.detained_line_take_back, name="detained_line_take_back"
    ),
    path("cases/<str:ref>/detained/", views.case_detained, name="case_detained"),
    path("supervision/", keeping_views.supervision_list, name="supervision_list"),
    path("supervision/new/", keeping_views.supervision_new, name="supervision_new"),
    path("supervision/<str:ref>/", keeping_views.supervision, name="supervision"),
    path("supervision/<str:ref>/end/", keeping_views.supervision_end, name="supervision_end"),
    path(
        "supervision/<str:ref>/conditions/new/",
        keeping_views.supervision_condition_new,
        name="supervision_condition_new",
    ),
    path("conditions/<str:ref>/", keeping_views.supervision_condition, name="supervision_condition"),
    path("conditions/<str:ref>/tap/", keeping_views.supervision_tap, name="supervision_tap"),
    path("conditions/<str:ref>/plan/", keeping_views.supervision_plan, name="supervision_plan"),
    path(
        "conditions/<str:ref>/end/", keeping_views.supervision_condition_end, name="supervision_condition_end"
    ),
]
