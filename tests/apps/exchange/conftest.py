"""A town whose node answers over HTTP, and a release that its advocates took."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

import pytest

from shelterbelt.cases.actions import open_direct_case, write_note
from shelterbelt.cases.models import Case
from shelterbelt.consent.actions import take_release
from shelterbelt.consent.models import Grant, Release
from shelterbelt.rules.releases import EXPLAINED, Draft, Signer
from shelterbelt.store.asker import as_agency
from shelterbelt.store.ids import uuid7
from shelterbelt.ui.clock import now
from tests.apps.exchange.live import serving
from tests.world import Town, town


@dataclass
class Scene:
    """A town, the advocates' case in it, and the release to the police."""

    town: Town
    case: Case
    release: Release
    grant: Grant
    at: datetime


def draft(at: datetime, categories: tuple[str, ...], days: int = 30) -> Draft:
    """A complete release of a survivor who signs for themselves, from today where the town lies."""
    today = at.astimezone(ZoneInfo("America/Chicago")).date()
    return Draft(
        subject="Ximena Okafor",
        categories=categories,
        scope="Only what concerns the door",
        purpose="safety",
        means=("on_screen",),
        starts_on=today,
        expires_on=today + timedelta(days=days),
        signers=(Signer("Ximena Okafor", "survivor", False),),
        explained=EXPLAINED,
        language="es",
        interpreter="not_needed",
        witness="Robin Vance",
        signature="Ximena Okafor",
        court_told=True,
        later=categories,
    )


def release_to_police(
    here: Town,
    *,
    at: datetime,
    categories: tuple[str, ...] = ("safety_needs", "danger_level"),
    days: int = 30,
) -> Scene:
    """The advocates open a case, write two notes and take a release to the police."""
    with as_agency(here.advocates.id, at=at, worker=here.advocate.id):
        case = open_direct_case(
            survivor={"name": "Ximena Okafor"}, other=None, words={}, by=here.advocate, at=at
        )
        write_note(case, text="A new lock on the back door", category="safety_needs", by=here.advocate, at=at)
        write_note(case, text="Told in confidence: plum", category="", by=here.advocate, at=at)
        write_note(case, text="What happened: quince", category="incident_account", by=here.advocate, at=at)
        release = take_release(
            case.id,
            token=uuid7(),
            reference=f"ref-{case.ref[:10]}",
            recipient=here.police,
            draft=draft(at, categories, days),
            by=here.advocate,
            at=at,
            case_ref=case.ref,
            long_confirmed=True,
        )
        grant = Grant.objects.get(release=release)
    return Scene(here, case, release, grant, at)


@pytest.fixture
def here(node: None) -> Town:
    return town()


@pytest.fixture
def up(node: None) -> Iterator[int]:
    """This node answers over HTTP."""
    with serving() as port:
        yield port


@pytest.fixture
def scene(up: int, here: Town) -> Scene:
    return release_to_police(here, at=now())
