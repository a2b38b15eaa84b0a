"""Addresses of the pages of supervision: who is held, what survivors are to be told, how conditions are kept."""

from django.urls import path

from shelterbelt.supervision import keeping_views, views

urlpatterns = [
    path("held/", views.held_list, name="held"),
    path("held/news/", views.held_news, name="held_news"),
    path("held/news/<str:ref>/", views.held_news_one, name="held_news_one"),
    path("held/bookings/<str:ref>/", views.held_booking, name="held_booking"),
    path("held/bookings/<str:ref>/unlink/", views.held_booking_unlink, name="held_booking_unlink"),
    path("held/people/<str:ref>/", views.held_person, name="held_person"),
    path("held/lines/<str:ref>/take-back/", views.held_line_take_back, name="held_line_take_back"),
    path("cases/<str:ref>/held/", views.case_held, name="case_held"),
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
