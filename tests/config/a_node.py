"""What happens inside one node of a test, each in a process of its own: `python -m tests.config.a_node WORD`."""

import json
import sys
from datetime import timedelta
from pathlib import Path
from typing import Any
from uuid import UUID

AT_LATER = timedelta(hours=2)


def fill(state: Path) -> None:
    """Two towns in which everything that can be written is written, and a release each of the kinds that end."""
    from shelterbelt.cases.models import Case
    from shelterbelt.store.asker import as_agency
    from tests.apps.consent.conftest import taken
    from tests.apps.test_dump import Canaries, at_the_advocates, at_the_scene
    from tests.world import AT, town

    sung, places = Canaries(), []
    for number in range(4):
        place = town()
        own = Canaries()
        _made, choice = at_the_scene(place, lambda label, own=own, n=number: own(f"{label}{n}"))  # type: ignore[arg-type]
        at_the_advocates(place, lambda label, own=own, n=number: own(f"{label}{n}"), choice)  # type: ignore[arg-type]
        sung.sung += own.sung
        places.append(place)
    here = places[0]
    with as_agency(here.advocates.id, at=AT):
        case = Case.objects.filter(door="direct", closed_at=None).get()
        other = Case.objects.filter(door="direct").exclude(id=case.id).get()
    told = {
        "words": sung.sung,
        "agency": str(here.advocates.id),
        "shelter": str(here.shelter.id),
        "case": str(case.id),
        "other": str(other.id),
        "advocate": str(here.advocate.id),
        "records": str(here.advocates_records.id),
        "withdrawn": str(taken(here, other, here.shelter).id),
        "stays": str(taken(here, other, here.hospital).id),
    }
    state.write_text(json.dumps(told))


def worker_of(told: dict[str, Any], name: str) -> Any:
    from shelterbelt.access.models import Worker

    return Worker.objects.select_related("agency").get(id=told[name])


def act(state: Path) -> None:
    """After the backup: a release is withdrawn, a case is erased, an account is closed."""
    from shelterbelt.cases.models import Case
    from shelterbelt.consent.actions import withdraw_release
    from shelterbelt.consent.models import Release
    from shelterbelt.records.actions import ask_erasure, erase_case
    from shelterbelt.store import journal
    from shelterbelt.store.asker import as_agency
    from tests.world import AT

    told = json.loads(state.read_text())
    agency, at = UUID(told["agency"]), AT + AT_LATER
    with as_agency(agency, at=at):
        advocate, officer = worker_of(told, "advocate"), worker_of(told, "records")
    with as_agency(agency, at=at, worker=advocate.id):
        release = Release.objects.get(id=told["withdrawn"])
        withdraw_release(release, by=advocate, at=at, channel="phone")
        ask_erasure(Case.objects.get(id=told["case"]), basis="survivor", by=advocate, at=at)
    with as_agency(agency, at=at, worker=officer.id):
        erase_case(Case.objects.select_related("agency").get(id=told["case"]), by=officer, at=at)
    with as_agency(agency, at=at, worker=advocate.id):
        from shelterbelt.access.models import Worker
        from shelterbelt.ui.clock import now

        Worker.objects.filter(id=advocate.id).update(is_active=False)
        journal.note("account.closed", advocate.id, agency=agency, at=now())


def look(state: Path) -> None:
    """Say what stands in the database now, as the agency sees it and as its keys open it."""
    from shelterbelt import sealing
    from shelterbelt.access.models import Worker
    from shelterbelt.cases.models import Case, Note
    from shelterbelt.consent.models import Grant, Release
    from shelterbelt.sealing.errors import SealingError
    from shelterbelt.store.asker import as_agency
    from tests.world import AT

    told = json.loads(state.read_text())
    with as_agency(UUID(told["agency"]), at=AT + 2 * AT_LATER):
        case = Case.objects.filter(id=told["case"]).first()
        opens = []
        for row in (case, case and case.survivor, Case.objects.get(id=told["other"])):
            try:
                assert row
                sealing.keyring().open(bytes(row.key), row.agency_id, bytes(row.sealed), about=row.id)
                opens.append(True)
            except (SealingError, AssertionError):
                opens.append(False)
        found = {
            "case_is_seen": case is not None,
            "opens": opens,
            "notes": Note.objects.filter(case_id=told["case"]).count(),
            "withdrawn": Release.objects.get(id=told["withdrawn"]).withdrawn_at is not None,
            "grant_lives": Grant.objects.filter(release=told["withdrawn"], withdrawn_at=None).exists(),
            "other_grant_lives": Grant.objects.filter(release=told["stays"], withdrawn_at=None).exists(),
            "account_is_open": Worker.objects.get(id=told["advocate"]).is_active,
        }
    sys.stdout.write(json.dumps(found))


if __name__ == "__main__":
    import django

    django.setup()
    globals()[sys.argv[1]](Path(sys.argv[2]))
