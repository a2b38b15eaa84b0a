"""The front page of a node: a signed-in worker is led to the page they work from."""

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import path

from shelterbelt.access.door import asker
from shelterbelt.config.menu import first_page


def front(request: HttpRequest) -> HttpResponse:
    """Send a worker to the first page of their menu; somebody without a role has none."""
    by, at = asker(request)
    page = first_page(by, at=at)
    if not page:
        raise Http404
    return redirect(page)


urlpatterns = [path("", front)]
