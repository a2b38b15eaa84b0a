"""A survivor has died: all releases close, except signed after-death instructions, which open now and not before.

It reaches every case that their agency holds about them, also those that whoever notes it may not see, and no message
goes out any more. Refuses a second death of one case. A mistake is corrected without opening anything to another agency
again; the survivor's own file is theirs as before.
"""

from datetime import datetime, timedelta
from uuid import UUID

from django.conf import settings
from django.utils.module_loading import import_string

from shelterbelt.access.models import Worker
from shelterbelt.access.rules import NotForYou, require
from shelterbelt.agencies.sealed import opened
from shelterbelt.consent.actions.bases import tell_of
from shelterbelt.consent.actions.ending import end_after_mistake, end_releases_of_case, locked
from shelterbelt.consent.files import cases_of_survivor
from shelterbelt.consent.models import Death, Grant, Release
from shelterbelt.consent.policy import RECORD_DEATH
from shelterbelt.consent.show import limits_in
from shelterbelt.ledger.actions import record
from shelterbelt.notices.actions import stop_for_death
from shelterbelt.notices.standing import Reached
from shelterbelt.rules.releases import LIMITS
from shelterbelt.store.asker import as_agency


def record_death(case_id: UUID, *, by: Worker, at: datetime) -> Death:
    """Note that the survivor has died, end every release but the after-death ones, and open those."""
    require(by, RECORD_DEATH, Reached(by.agency_id, case_id), at=at)
    with as_agency(by.agency_id, at=at):  # walls and restrictions hide rows from a worker, never from this
        for one in sorted({case_id, *cases_of_survivor(case_id)}):
            _died(one, by=by, at=at)
        return Death.objects.get(case_id=case_id, agency_id=by.agency_id)


def _died(case_id: UUID, *, by: Worker, at: datetime) -> None:
    death, made = Death.objects.get_or_create(
        case_id=case_id, defaults={"agency_id": by.agency_id, "recorded_at": at, "recorded_by": by.id}
    )
    if death.agency_id != by.agency_id:
        raise NotForYou
    if made or death.mistaken_at is not None:
        Death.objects.filter(id=death.id).update(
            recorded_at=at, recorded_by=by.id, mistaken_at=None, mistaken_by=None
        )
        record("case.survivor_died", about=case_id, by=by.id, agency=by.agency_id, at=at)
        end_releases_of_case(case_id, because="death", by=by, at=at)
        stop_for_death(case_id, agency=by.agency_id, by=by.id, at=at)
        for ends in settings.DEATH_ENDS:
            import_string(ends)(case_id, by.agency_id, by.id, at)
        _open_instructions(case_id, by=by, at=at)


def _open_instructions(case_id: UUID, *, by: Worker, at: datetime) -> None:
    rows = Release.objects.filter(
        agency_id=by.agency_id, case_id=case_id, after_death=True, withdrawn_at=None
    )
    for release_id in rows.filter(starts_at__lte=at, expires_at__gt=at).values_list("id", flat=True):
        row = locked(release_id)
        if row.withdrawn_at is None and not row.grants.filter(withdrawn_at=None).exists():
            _open_instruction(row, at=at)


def _open_instruction(row: Release, *, at: datetime) -> None:
    told = opened(row)
    grant = Grant.objects.create(
        agency=row.agency,
        case_id=row.case_id,
        recipient=row.recipient,
        categories=row.categories,
        purpose=told["purpose"],
        basis="release",
        release=row,
        from_at=at,
        until_at=at + timedelta(days=LIMITS.after_death_days),
        written_until={},
    )
    tell_of(
        grant,
        told.get("reference") or row.ref,
        limits=limits_in(told["scope"], told.get("more_limits", [])),
        at=at,
    )


def correct_death(case_id: UUID, *, by: Worker, at: datetime) -> Death:
    """Note that the death was recorded by mistake: what it opened closes, and what it closed stays closed."""
    require(by, RECORD_DEATH, Reached(by.agency_id, case_id), at=at)
    with as_agency(by.agency_id, at=at):
        rows = Death.objects.select_for_update().filter(agency_id=by.agency_id)
        found = {row.case_id: row for row in rows.filter(case_id__in={case_id, *cases_of_survivor(case_id)})}
        if case_id not in found:
            raise NotForYou
        for death in found.values():
            _was_mistaken(death, by=by, at=at)
    return found[case_id]


def _was_mistaken(death: Death, *, by: Worker, at: datetime) -> None:
    if death.mistaken_at is None:
        death.mistaken_at, death.mistaken_by = at, by.id
        death.save(update_fields=["mistaken_at", "mistaken_by"])
        end_after_mistake(death.case_id, by=by, at=at)
        for mends in settings.DEATH_WAS_MISTAKEN:
            import_string(mends)(death.case_id, by.agency_id, by.id, at)
        record("case.death_corrected", about=death.case_id, by=by.id, agency=by.agency_id, at=at)
