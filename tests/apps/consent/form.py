"""The form of a release as a browser would fill and send it."""

import html
import re
from datetime import date, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from django.test import Client

from shelterbelt.cases.actions import open_direct_case
from shelterbelt.cases.models import Case
from shelterbelt.consent.models import Release
from shelterbelt.rules.releases import EXPLAINED
from shelterbelt.store.asker import as_agency
from shelterbelt.ui.clock import now
from tests.world import Town

NAME = "Ximena Ñandú Okafor"


def opened(here: Town) -> Case:
    """A case that the advocate opened just now."""
    at = now()
    with as_agency(here.advocates.id, at=at, worker=here.advocate.id):
        return open_direct_case(survivor={"name": NAME}, other=None, words={}, by=here.advocate, at=at)


def page_of(case: Case) -> str:
    return f"/cases/{case.ref}/releases/new/"


def day(name: str, day: date) -> dict[str, str]:
    return {f"{name}-month": str(day.month), f"{name}-day": str(day.day), f"{name}-year": str(day.year)}


def today(at: datetime | None = None) -> date:
    return (at or now()).astimezone(ZoneInfo("America/Chicago")).date()


def token_in(page: str) -> str:
    found = re.search(r'name="token" value="([0-9a-f-]{36})"', page)
    assert found
    return found[1]


def filled(client: Client, case: Case, here: Town, **changed: Any) -> dict[str, Any]:
    """A complete form as a browser would send it; None leaves a field out."""
    form: dict[str, Any] = {
        "token": token_in(client.get(page_of(case)).content.decode()),
        "subject": NAME,
        "recipient": here.police.ref,
        "recipient_person": "Detective desk",
        "categories": ["safety_needs", "danger_level"],
        "scope": "Only the door & the lock",
        "purpose": "safety",
        "means": ["on_screen"],
        **day("starts_on", today()),
        **day("expires_on", today() + timedelta(days=30)),
        "explained": sorted(EXPLAINED),
        "court_told": "on",
        "language": "es",
        "interpreter": "used",
        "interpreter_name": "Line 4, number 118",
        "signer_name": NAME,
        "signer_capacity": "survivor",
        "signer_is_abuser": "no",
        "after_death": "end",
        "witness": "Robin Vance",
        "signed_as": "typed",
        "signature": NAME,
    }
    form |= changed
    return {name: value for name, value in form.items() if value is not None}


def releases_of(here: Town) -> list[Release]:
    with as_agency(here.advocates.id, at=now()):
        return list(Release.objects.select_related("recipient"))


def text_of(answer: Any) -> str:
    return html.unescape(answer.content.decode())
