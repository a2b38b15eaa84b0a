"""When a case is erased the own file and all that lies in it go with it, in the database and in every backup of it."""

from pathlib import Path
from typing import Any

import pytest
from django.test import override_settings

from shelterbelt import sealing
from shelterbelt.ledger.models import Entry
from shelterbelt.safety.files import file_of
from shelterbelt.safety.models import OwnFile, PartShare, PartVersion, PlanPart, SafetyPlan, Trusted
from shelterbelt.sealing.errors import KeyDestroyed
from shelterbelt.store.asker import as_agency
from tests.apps.records.conftest import LATER, asking, erasing
from tests.apps.safety.conftest import PEOPLE, WORDS, Home
from tests.apps.safety.test_sharing import told
from tests.world import AT


def test_the_plan_goes_with_its_case_and_its_key_is_destroyed(
    home: Home, settle: Any, tmp_path: Path
) -> None:
    from shelterbelt.cases.actions import close_case

    told(home, home.wrote(PEOPLE, WORDS), home.town.advocates)
    settle(home.town.advocates)
    with as_agency(home.town.advocates.id, at=AT):
        file = file_of(home.survivor.id)
        ids = {row.id for table in (OwnFile, SafetyPlan, PlanPart) for row in table.objects.all()}
        # The file and the plan were begun, a part was written and shared.
        assert file and Entry.objects.filter(about__in=ids).count() == 4
    with home.asks(home.by):
        close_case(home.case, reason="Done", by=home.by, at=AT)
    with override_settings(JOURNAL=tmp_path / "journal"):
        asking(home.by, home.case, at=LATER)
        erasing(home.town.advocates_records, home.case, at=LATER)
    with as_agency(home.town.advocates.id, at=LATER):
        for table in (OwnFile, Trusted, SafetyPlan, PlanPart, PartVersion, PartShare):
            assert not table.objects.exists(), table
        assert not Entry.objects.filter(about__in=ids).exists()
    with pytest.raises(KeyDestroyed):
        sealing.keyring().open(bytes(file.key), file.agency_id, bytes(file.sealed), about=file.id)
