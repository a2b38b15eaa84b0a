"""A town of the test's own, its advocates' case and a complete draft."""

from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest
from django.test import Client

from shelterbelt.agencies.models import Agency
from shelterbelt.cases.actions import open_direct_case
from shelterbelt.cases.models import Case
from shelterbelt.consent.actions import take_release
from shelterbelt.consent.models import Release
from shelterbelt.rules.releases import EXPLAINED, Draft, Signer
from shelterbelt.store.asker import as_agency
from shelterbelt.store.ids import uuid7
from tests.world import AT, Town

NAME = "Ximena Ñandú Okafor"


@pytest.fixture
def here(place: Town) -> Town:
    return place


@pytest.fixture
def case(here: Town) -> Case:
    with as_agency(here.advocates.id, at=AT, worker=here.advocate.id):
        return open_direct_case(survivor={"name": NAME}, other=None, words={}, by=here.advocate, at=AT)


@pytest.fixture
def client(here: Town, signed_in: Any) -> Client:
    made: Client = signed_in(here.advocate)
    return made


def draft(**changed: Any) -> Draft:
    """A complete release signed on AT's day by a survivor who signs for themselves."""
    complete = Draft(
        subject=NAME,
        categories=("safety_needs",),
        purpose="safety",
        means=("on_screen",),
        starts_on=AT.date(),
        expires_on=AT.date() + timedelta(days=30),
        signers=(Signer(NAME, "survivor", False),),
        explained=EXPLAINED,
        language="es",
        interpreter="not_needed",
        witness="Robin Vance",
        signature=NAME,
        court_told=True,
    )
    return replace(complete, **changed)


def taken(here: Town, case: Case, to: Agency | None = None, **changed: Any) -> Release:
    """A release of the case that the advocate took."""
    options = {
        name: changed.pop(name)
        for name in ("token", "reference", "by", "long_confirmed", "at", "mark")
        if name in changed
    }
    settled: dict[str, Any] = {"token": uuid7(), "reference": "", "by": here.advocate, "at": AT} | options
    with as_agency(settled["by"].agency_id, at=settled["at"], worker=settled["by"].id):
        return take_release(
            case.id, recipient=to or here.police, draft=draft(**changed), case_ref=case.ref, **settled
        )
