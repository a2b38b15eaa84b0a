"""The address of what was said of agencies, for workers."""

from django.urls import path

from shelterbelt.feedback.views import feedback

urlpatterns = [path("feedback/", feedback, name="feedback")]
