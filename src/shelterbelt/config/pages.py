"""Pages of the installation itself, and what every page is surrounded by. Decides nothing about people."""

from typing import Any

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render


def surroundings(request: HttpRequest) -> dict[str, Any]:
    """What the base page shows: agency, worker's name and the pages this worker may open."""
    worker = getattr(request, "worker", None)
    if worker is None:
        return {"asker": None, "demo": settings.DEMO}
    from shelterbelt.access.queries import name_of
    from shelterbelt.config.menu import menu

    return {
        "demo": settings.DEMO,
        "asker": {
            "name": name_of(worker),
            "agency": worker.agency.name,
            "unit": worker.unit.name if worker.unit else "",
            "time_zone": worker.agency.time_zone,
        },
        "menu": menu(worker, request.path, at=request.at),  # type: ignore[attr-defined]
    }


def health(request: HttpRequest) -> HttpResponse:
    """Says that this node answers, and nothing else."""
    return HttpResponse("ok\n", content_type="text/plain")


def form_expired(request: HttpRequest, reason: str = "") -> HttpResponse:
    """The form was open too long or came from elsewhere: nothing was saved, go back and send it again."""
    return render(request, "ui/pages/403_csrf.html", status=403)


def missing(request: HttpRequest, exception: Exception | None = None) -> HttpResponse:
    """The one not-found page."""
    from shelterbelt.access.door import not_found

    return not_found()


def bad_request(request: HttpRequest, exception: Exception | None = None) -> HttpResponse:
    """The request could not be read; nothing was saved."""
    from shelterbelt.access.door import refused

    # What could not be read has ended the request's transaction: the page asks the database nothing.
    return refused(request, 400)


def fault(request: HttpRequest) -> HttpResponse:
    """Something failed here; nothing was half saved."""
    from shelterbelt.access.door import refused

    return refused(request, 500)
