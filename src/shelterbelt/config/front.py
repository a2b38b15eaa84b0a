"""The front page of a node: help for visitors of a victim-service node, the worker's own first page for those signed in."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import path


def front(request: HttpRequest) -> HttpResponse:
    """Send a worker to the first page of their menu."""
    from shelterbelt.config.menu import menu

    pages = menu(request.worker, "/")  # type: ignore[attr-defined]
    return redirect(pages[0]["url"] if pages else "/account/2fa/")


urlpatterns = [path("", front)]
