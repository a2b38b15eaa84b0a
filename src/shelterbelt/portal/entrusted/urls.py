"""The address of the page of those who trust a worker."""

from django.urls import path

from shelterbelt.portal.entrusted import views

urlpatterns = [path("entrusted/", views.entrusted, name="entrusted")]
