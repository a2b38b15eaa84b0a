"""Holds, two people, and an erasure after which nothing is left to read: not here, and not in an older dump."""

import threading
from datetime import timedelta
from io import BytesIO
from pathlib import Path
from typing import Any

import pytest
from django.db import connection

from shelterbelt import sealing
from shelterbelt.access.models import Worker
from shelterbelt.access.rules import NotForYou
from shelterbelt.access.walls import restrict
from shelterbelt.agencies.models import Letter, Node
from shelterbelt.cases.actions import Party, open_direct_case, open_incident, record_incident, write_note
from shelterbelt.cases.evidence import take_in
from shelterbelt.cases.models import Case, CaseIncident, Evidence, Incident, Note
from shelterbelt.consent.models import Grant, HeldGrant, Release
from shelterbelt.ledger.models import Entry
from shelterbelt.ledger.verify import verify
from shelterbelt.people.models import Person, Token
from shelterbelt.records.actions import (
    NotErasable,
    SamePerson,
    call_off,
    hold_for_demand,
    lift_hold,
    place_hold,
    replay,
)
from shelterbelt.records.facts import ruling_of
from shelterbelt.records.models import Erasure, Hold
from shelterbelt.sealing.errors import KeyDestroyed
from shelterbelt.store import journal
from shelterbelt.store.asker import as_agency
from shelterbelt.store.ids import uuid7
from tests.apps.consent.conftest import taken
from tests.apps.records.conftest import LATER, asking, closing, erasing, files_of_the_node
from tests.apps.test_dump import Canaries, dumped, thief
from tests.world import AT, DAY, HOUR, Town

__all__ = ["thief"]


def holding(town: Town, case: Case, because: str = "litigation", at: Any = AT) -> Hold:
    with as_agency(town.advocates.id, at=at, worker=town.advocates_records.id):
        return place_hold(
            case.id, because=because, reason="Letter of 3 March", by=town.advocates_records, at=at
        )


# Who and when


def test_one_person_alone_erases_nothing(town: Town, file: Case) -> None:
    asking(town.advocates_records, file)
    with pytest.raises(SamePerson):
        erasing(town.advocates_records, file)
    assert Erasure.objects.filter(erased_at__isnull=False).count() == 0


def test_nothing_is_erased_that_nobody_asked_for(town: Town, file: Case) -> None:
    with pytest.raises(NotForYou):
        erasing(town.advocates_records, file)


def test_a_worker_of_another_agency_neither_asks_nor_confirms(town: Town, file: Case) -> None:
    with pytest.raises(NotForYou):
        asking(town.records_officer, file)
    asking(town.advocate, file)
    with pytest.raises(NotForYou):
        erasing(town.records_officer, file)


def test_whoever_does_casework_does_not_confirm(town: Town, file: Case) -> None:
    asking(town.advocates_records, file)
    with pytest.raises(NotForYou):
        erasing(town.advocate, file)


def test_asking_twice_is_asking_once(town: Town, file: Case) -> None:
    assert asking(town.advocate, file).id == asking(town.advocates_records, file).id


def test_what_was_called_off_is_not_erased(town: Town, file: Case) -> None:
    asked = asking(town.advocate, file)
    with as_agency(town.advocates.id, at=AT, worker=town.advocate.id):
        call_off(asked, by=town.advocate, at=AT)
    with pytest.raises(NotForYou):
        erasing(town.advocates_records, file)
    asking(town.advocate, file)
    erasing(town.advocates_records, file)


def test_an_open_case_goes_by_the_survivors_wish_and_not_by_schedule(town: Town, file: Case) -> None:
    with pytest.raises(NotErasable) as refused:
        asking(town.advocates_records, file, basis="schedule")
    assert "retention.open" in {reason.code for reason in refused.value.ruling.because}


def test_a_closed_case_goes_when_its_time_is_over_and_not_an_hour_sooner(town: Town, file: Case) -> None:
    closing(town.advocate, file)
    due = AT + HOUR + 365 * DAY  # its release ended an hour after the rest
    with pytest.raises(NotErasable):
        asking(town.advocates_records, file, at=due - timedelta(seconds=1), basis="schedule")
    asked = asking(town.advocates_records, file, at=due, basis="schedule")
    assert asked.schedule.startswith("demo_county/victim_service/1/")


def test_police_files_follow_evidence_law_and_no_wish(town: Town, words: Canaries) -> None:
    with as_agency(town.police.id, at=AT):
        case = Case.objects.select_related("agency").get()
    for basis in ("survivor", "schedule"):
        with pytest.raises(NotErasable) as refused:
            asking(town.records_officer, case, at=LATER, basis=basis)
    assert {reason.about for reason in refused.value.ruling.because} >= {"case_file"}


# Holds


def test_a_hold_outranks_the_wish_and_the_schedule_until_it_is_lifted(town: Town, file: Case) -> None:
    hold = holding(town, file)
    with pytest.raises(NotErasable):
        asking(town.advocate, file)
    with as_agency(town.advocates.id, at=AT, worker=town.advocates_records.id):
        lift_hold(hold, reason="The case is settled", by=town.advocates_records, at=AT)
    asking(town.advocate, file)


def test_a_hold_that_comes_after_the_request_still_stops_it(town: Town, file: Case) -> None:
    asking(town.advocate, file)
    holding(town, file, "demand")
    with pytest.raises(NotErasable) as refused:
        erasing(town.advocates_records, file)
    assert [reason.code for reason in refused.value.ruling.because][:1] == ["retention.demand"]


def test_a_demand_holds_the_case_whoever_enters_it(town: Town, file: Case) -> None:
    with as_agency(town.advocates.id, at=AT, worker=town.advocate.id):
        made = hold_for_demand(file.id, demand=uuid7(), kind="subpoena", by=town.advocate, at=AT)
        assert hold_for_demand(uuid7(), demand=uuid7(), kind="subpoena", by=town.advocate, at=AT) is None
        assert Hold.objects.get(id=made).because == "demand"
    with pytest.raises(NotErasable):
        asking(town.advocate, file)


def test_a_hold_counts_for_somebody_who_may_not_see_the_case(town: Town, file: Case) -> None:
    holding(town, file)
    with as_agency(town.advocates.id, at=AT):
        restrict(file.id, agency=town.advocates.id, team=[], reason="", by=None, at=AT)
    with as_agency(town.advocates.id, at=AT, worker=town.advocates_records.id):
        assert not Hold.objects.exists()
        assert ruling_of(file, asked=True, at=AT).state == "must_not_erase"


def test_why_somebody_holds_a_case_is_sealed(town: Town, file: Case, thief: Any) -> None:
    with as_agency(town.advocates.id, at=AT, worker=town.advocates_records.id):
        place_hold(
            file.id, because="court", reason="Quezzelvorphold", document=b"Quezzelvorppaper", name="Quezzelvorp.pdf",
            media="application/pdf", by=town.advocates_records, at=AT,
        )  # fmt: skip
    assert not [table for table, data in dumped(thief) if b"Quezzelvorp" in data]


@pytest.mark.parametrize("wrong", [{"because": "boredom"}, {"because": "court", "document": b"x" * 5242881}])
def test_a_hold_without_a_known_cause_or_with_a_huge_paper_is_refused(
    town: Town, file: Case, wrong: dict[str, Any]
) -> None:
    with pytest.raises(ValueError), as_agency(town.advocates.id, at=AT, worker=town.advocates_records.id):
        place_hold(file.id, by=town.advocates_records, at=AT, **wrong)


def test_a_hold_and_an_erasure_at_the_same_time_never_both_happen(town: Town, file: Case) -> None:
    asking(town.advocate, file)
    done: list[str] = []

    def one(what: Any, name: str) -> None:
        try:
            what()
            done.append(name)
        except (NotErasable, NotForYou):
            pass
        finally:
            connection.close()

    both = [
        threading.Thread(target=one, args=(lambda: erasing(town.advocates_records, file), "erased")),
        threading.Thread(target=one, args=(lambda: holding(town, file), "held")),
    ]
    for thread in both:
        thread.start()
    for thread in both:
        thread.join()
    assert len(done) == 1


# What is left


@pytest.fixture
def gone(town: Town, file: Case) -> None:
    """The advocates' case is erased."""
    asking(town.advocate, file)
    erasing(town.advocates_records, file)


def test_an_erased_case_is_not_found_by_anybody(town: Town, file: Case, gone: None, signed_in: Any) -> None:
    client = signed_in(town.advocate)
    missing = client.get("/there-is-no-such-page/")
    for page in (f"/cases/{file.ref}/", f"/cases/{file.ref}/releases/new/"):
        answer = client.get(page)
        assert (answer.status_code, answer.content) == (404, missing.content)
    assert file.ref.encode() not in client.get("/cases/").content


def test_no_row_of_the_case_is_seen_or_can_be_opened(town: Town, file: Case, gone: None) -> None:
    with as_agency(town.advocates.id, at=AT):
        assert not Case.objects.filter(id=file.id).exists()
        assert not Note.objects.exists() and not Release.objects.exists() and not Grant.objects.exists()
        assert not Person.objects.filter(id__in=[file.survivor_id, file.other_id]).exists()
    with pytest.raises(KeyDestroyed):
        sealing.keyring().open(bytes(file.key), file.agency_id, bytes(file.sealed), about=file.id)


def test_what_stays_is_an_empty_shell(town: Town, file: Case, gone: None, thief: Any) -> None:
    thief.execute(
        "select agency_id, ref, key, sealed, level, unit_id, opened_by, other_id from cases_case where id = %s",
        (file.id,),
    )
    assert thief.fetchone() == (town.advocates.id, file.ref, b"", b"", "medium", None, None, None)
    thief.execute("select key, sealed from people_person where id = %s", (file.survivor_id,))
    assert thief.fetchone() == (b"", b"")
    thief.execute("select count(*) from people_token where person_id = %s", (file.survivor_id,))
    assert thief.fetchone() == (0,)


def test_no_other_table_names_the_case_any_more(town: Town, file: Case, gone: None, thief: Any) -> None:
    may = {
        "cases_case",
        "records_erasure",
        "access_bar",
        "access_wall",
        "procrastinate_jobs",
        "procrastinate_events",
    }
    named = {table for table, data in dumped(thief) if str(file.id).encode() in data}
    assert {table for table in named if not table.startswith("ledger_")} <= may


def test_nobody_else_in_the_agency_loses_anything(town: Town, file: Case, gone: None) -> None:
    with as_agency(town.advocates.id, at=AT):
        other = Case.objects.get()
        assert other.id != file.id and other.closed_at
        sealing.keyring().open(bytes(other.key), other.agency_id, bytes(other.sealed), about=other.id)
    with as_agency(town.police.id, at=AT):
        assert Case.objects.count() == 1 and Token.objects.exists()


def test_the_ledger_and_the_journal_say_so(town: Town, file: Case, gone: None, journal_at: Path) -> None:
    with as_agency(town.advocates.id, at=AT):
        assert Entry.objects.filter(kind="case.erased", about=file.id).count() == 1
        assert Erasure.objects.get().confirmed_by == town.advocates_records.id
    noted = [line for line in journal.lines(journal_at) if line.kind == "erased"]
    assert noted[0].about == file.id and {line.agency for line in noted} == {town.advocates.id}
    assert file.survivor_id in {line.about for line in noted}


def test_whoever_read_through_a_release_is_told_that_it_ended(town: Town, file: Case) -> None:
    release = taken(town, file, town.shelter)
    with as_agency(town.advocates.id, at=AT):
        before = Letter.objects.filter(kind="withdrawal/1").count()
    asking(town.advocate, file)
    erasing(town.advocates_records, file)
    with as_agency(town.advocates.id, at=AT):
        assert Letter.objects.filter(kind="withdrawal/1").count() == before + 1
        assert not Release.objects.filter(id=release.id).exists()


def test_the_ledger_no_longer_says_whom_it_was_about_and_its_proofs_still_hold(
    town: Town, file: Case, settle: Any, thief: Any
) -> None:
    settle(town.advocates)
    with as_agency(town.advocates.id, at=AT):
        gone = {row.id for row in Note.objects.filter(case=file)} | {file.survivor_id}
        assert Entry.objects.filter(about__in=gone).exists()
    asking(town.advocate, file)
    erasing(town.advocates_records, file)
    settle(town.advocates)
    with as_agency(town.advocates.id, at=AT):
        assert not Entry.objects.filter(about__in=gone).exists()
        assert list(Entry.objects.filter(about=file.id).values_list("kind", flat=True)) == ["case.erased"]
        assert verify(town.advocates.id).faults == ()


def test_what_another_holder_opened_to_the_case_is_let_go(town: Town, file: Case) -> None:
    with as_agency(town.advocates.id, at=AT):
        for reference in (file.ref, "somebody else's"):
            HeldGrant.objects.create(
                agency=town.advocates, grant_id=uuid7(), holder=town.hospital, reference=reference,
                categories=[], from_at=AT, until_at=AT + DAY,
            )  # fmt: skip
    asking(town.advocate, file)
    erasing(town.advocates_records, file)
    with as_agency(town.advocates.id, at=AT):
        assert list(HeldGrant.objects.values_list("reference", flat=True)) == ["somebody else's"]


# What others need stays


def test_a_person_whom_another_case_needs_stays(town: Town) -> None:
    by = town.advocate
    with as_agency(town.advocates.id, at=AT, worker=by.id):
        case = open_direct_case(survivor={"name": "Ana"}, other=None, words={}, by=by, at=AT)
        other = open_direct_case(survivor={"name": "Bea"}, other=None, words={}, by=by, at=AT)
        Case.objects.filter(id=other.id).update(other=case.survivor_id)
        write_note(other, text="stays", category="", by=by, at=AT)
    asking(by, case)
    erasing(town.advocates_records, case)
    with as_agency(town.advocates.id, at=AT, worker=by.id):
        person = Person.objects.get(id=case.survivor_id)
        assert sealing.keyring().open(
            bytes(person.key), person.agency_id, bytes(person.sealed), about=person.id
        )
        assert Case.objects.get().id == other.id and Note.objects.count() == 1


def test_the_empty_row_no_longer_points_at_a_person_who_stays(town: Town, thief: Any) -> None:
    test_a_person_whom_another_case_needs_stays(town)
    thief.execute(
        "select count(*) from cases_case c join people_person p on p.id = c.survivor_id "
        "where c.agency_id = %s and octet_length(c.sealed) = 0 and octet_length(p.sealed) > 0",
        (town.advocates.id,),
    )
    assert thief.fetchone() == (0,)


def old_police_case(town: Town) -> tuple[Case, Incident]:
    """A police case so old that even its evidence may go."""
    by = town.officer
    long_ago = AT - 11000 * DAY
    with as_agency(town.police.id, at=long_ago, worker=by.id):
        incident = open_incident(by=by, at=long_ago)
        made = record_incident(
            incident, content={"events": {"narrative": "Quezzelvorp"}}, happened_at=long_ago, by=by, at=long_ago,
            parties=[Party("survivor", {"name": "Ana"}), Party("perpetrator", {"name": "Ben"})],
        )  # fmt: skip
        take_in(made.incident, BytesIO(b"x" * 900), name="a", kind="document", about="", by=by, at=long_ago)
    assert made.case
    closing(by, made.case, at=long_ago)
    return _fresh(town, made.case), made.incident


def _fresh(town: Town, case: Case) -> Case:
    with as_agency(town.police.id, at=AT):
        return Case.objects.select_related("agency").get(id=case.id)


def test_evidence_goes_with_its_file_and_its_incident(town: Town, thief: Any) -> None:
    before = files_of_the_node()
    case, incident = old_police_case(town)
    assert len(files_of_the_node() - before) == 1
    asking(town.records_officer, case, basis="schedule")
    erasing(town.supervisor, case)
    assert files_of_the_node() == before
    with as_agency(town.police.id, at=AT):
        assert not Evidence.objects.exists() and not Incident.objects.exists()
    thief.execute("select key, sealed, happened_at from cases_incident where id = %s", (incident.id,))
    assert thief.fetchone() == (b"", b"", None)


def test_an_incident_that_another_case_has_too_stays_whole(town: Town) -> None:
    case, incident = old_police_case(town)
    other, _ = old_police_case(town)
    with as_agency(town.police.id, at=AT):
        CaseIncident.objects.create(agency=town.police, case=other, incident=incident)
    asking(town.records_officer, case, basis="schedule")
    erasing(town.supervisor, case)
    with as_agency(town.police.id, at=AT, worker=town.officer.id):
        row = Incident.objects.get(id=incident.id)
        assert sealing.keyring().open(bytes(row.key), row.agency_id, bytes(row.sealed), about=row.id)
        assert Evidence.objects.filter(incident=row).exists()
        assert Case.objects.get().id == other.id


def test_a_fault_before_the_end_leaves_everything_readable(town: Town, file: Case, monkeypatch: Any) -> None:
    asking(town.advocate, file)
    from shelterbelt.records.actions import confirming

    def broken(*_: Any) -> None:
        raise OSError("the disk is full")

    monkeypatch.setattr(confirming, "_delete_files", broken)
    with pytest.raises(OSError):
        erasing(town.advocates_records, file)
    with as_agency(town.advocates.id, at=AT):
        row = Case.objects.get(id=file.id)
        assert (
            sealing.keyring().open(bytes(row.key), row.agency_id, bytes(row.sealed), about=row.id) is not None
        )
        assert Note.objects.exists()


# Once more, after a restore


def test_replaying_the_journal_twice_changes_nothing_the_second_time(
    town: Town, file: Case, gone: None, journal_at: Path
) -> None:
    lines = journal.lines(journal_at)
    assert replay(lines, since=AT, at=AT) == 0


def test_replaying_withdraws_narrows_ends_and_closes_again(town: Town, file: Case, journal_at: Path) -> None:
    release = taken(town, file, town.shelter, categories=("safety_needs", "services"))
    narrowed = taken(town, file, town.hospital, categories=("safety_needs", "services"))
    until = (AT + 3 * DAY).isoformat()
    stranger = Node.objects.create(
        name=f"n{release.ref[:6]}", address="http://localhost:2", sign_key=release.id.bytes * 2,
        seal_key=b"k" * 32, fictional=True, state="trusted",
    )  # fmt: skip
    for kind, about, left in (
        ("node.revoked", stranger.id, None),
        ("release.withdrawn", release.id, None),
        ("release.narrowed", narrowed.id, {"categories": ["services", "plans"], "until": until}),
        ("account.closed", town.shelter_worker.id, None),
        ("session.ended", town.advocate.id, None),
    ):
        agency = town.shelter.id if kind == "account.closed" else town.advocates.id
        journal.note(kind, about, agency=agency, at=AT + HOUR, left=left)
    assert replay(journal.lines(journal_at), since=AT, at=AT + DAY) >= 5
    assert Node.objects.get(id=stranger.id).state == "revoked"
    with as_agency(town.advocates.id, at=AT):
        assert Release.objects.get(id=release.id).withdrawn_at == AT + HOUR
        assert not Grant.objects.filter(release=release, withdrawn_at=None).exists()
        grant = Grant.objects.get(release=narrowed)
        assert (grant.categories, grant.until_at, grant.withdrawn_at) == (["services"], AT + 3 * DAY, None)
    with as_agency(town.shelter.id, at=AT):
        assert not Worker.objects.get(id=town.shelter_worker.id).is_active


def test_a_narrowing_of_which_nothing_is_known_leaves_nothing(
    town: Town, file: Case, journal_at: Path
) -> None:
    release = taken(town, file, town.shelter)
    journal.note("release.narrowed", release.id, agency=town.advocates.id, at=AT)
    replay(journal.lines(journal_at), since=AT, at=AT + DAY)
    with as_agency(town.advocates.id, at=AT):
        assert Release.objects.get(id=release.id).withdrawn_at == AT


def test_an_account_that_was_opened_again_since_is_not_closed_by_an_old_line(
    town: Town, journal_at: Path
) -> None:
    journal.note("account.closed", town.advocate.id, agency=town.advocates.id, at=AT)
    replay(journal.lines(journal_at), since=AT + DAY, at=AT + 2 * DAY)
    with as_agency(town.advocates.id, at=AT):
        assert Worker.objects.get(id=town.advocate.id).is_active
