"""Work, grants, referrals and proofs by the API: what pages allow, with the same lines in the ledger, and nothing more."""

from datetime import timedelta
from typing import Any

from shelterbelt.consent.actions import open_agreement
from shelterbelt.consent.models import Grant, Release
from shelterbelt.ledger.check import shown
from shelterbelt.ledger.checkpoints import make
from shelterbelt.ledger.logs import one as log_of
from shelterbelt.ledger.models import Entry
from shelterbelt.referrals.actions import refer
from shelterbelt.response.models import Action
from shelterbelt.sealing.checkpoints import read
from shelterbelt.store.asker import as_agency
from shelterbelt.ui.clock import now
from tests.apps.access.test_walls import an_incident
from tests.apps.referrals.cast import a_case, a_release, content, taken_in
from tests.world import Town

DAY = timedelta(days=1)


def test_work_is_listed_taken_and_finished_once(place: Town, program: Any, settle: Any) -> None:
    case = an_incident(place, place.officer).case
    assert case is not None
    settle(place.police)
    one = program(place.police, "detective", "officer", "supervisor", unit=place.detectives)
    of_case = one.get(f"/cases/{case.ref}/actions").json()["actions"]
    assert of_case and all(work["case_ref"] == case.ref for work in of_case)
    ref = of_case[0]["ref"]
    assert one.post(f"/actions/{ref}/take").json()["mine"]
    assert ref in [work["ref"] for work in one.get("/actions").json()["actions"]]
    assert one.post(f"/actions/{ref}/finish", {"outcome": "nonsense"}).json()["code"] == "outcome"
    done = one.post(f"/actions/{ref}/finish", {"outcome": "done", "note": "Spoke to them."}).json()
    assert done["outcome"] == "Done" and done["done_at"]
    again = one.post(f"/actions/{ref}/finish", {"outcome": "not_safe"}).json()
    assert again["outcome"] == "Done", "the first answer stands"
    with as_agency(place.police.id, at=now()):
        action = Action.objects.get(ref=ref)
        kinds = Entry.objects.filter(about=action.id, by=one.client.worker_id).values_list("kind", flat=True)
        assert sorted(kinds) == ["action.done", "action.taken"]


def test_work_of_others_is_not_found(place: Town, program: Any, settle: Any) -> None:
    an_incident(place, place.officer)
    settle(place.police)
    with as_agency(place.police.id, at=now()):
        ref = Action.objects.filter(agency=place.police).values_list("ref", flat=True)[0]
    one = program(place.prosecutor, "prosecutor")
    missing = one.get("/nothing").content
    for answer in (one.get(f"/actions/{ref}"), one.post(f"/actions/{ref}/take"),
                   one.post(f"/actions/{ref}/finish", {"outcome": "done"})):  # fmt: skip
        assert (answer.status_code, answer.content) == (404, missing)


def test_an_agreement_is_listed_and_ended(place: Town, program: Any) -> None:
    at = now()
    with as_agency(place.police.id, at=at, worker=place.supervisor.id):
        open_agreement(
            place.police, place.prosecutor, ["case_file"], None, "coordination", at - DAY, at + DAY,
            by=place.supervisor, at=at,
        )  # fmt: skip
    one = program(place.police, "supervisor")
    (told,) = one.get("/grants").json()["grants"]
    assert (told["basis"], told["recipient"], told["case_ref"]) == ("agreement", place.prosecutor.name, "")
    lesser = program(place.police, "detective")
    assert lesser.post(f"/grants/{told['ref']}/end", {}).status_code == 404, "a detective ends no agreement"
    other = program(place.prosecutor, "supervisor")
    assert other.get("/grants").json()["grants"] == [], "what others opened to us is theirs to list"
    assert other.get(f"/grants/{told['ref']}").status_code == 404
    assert one.post(f"/grants/{told['ref']}/end", {}).json()["ended_at"]
    with as_agency(place.police.id, at=now()):
        assert Grant.objects.get(ref=told["ref"]).withdrawn_at is not None


def test_a_release_is_withdrawn_as_its_survivor_says_and_by_whom_may(place: Town, program: Any) -> None:
    at = now()
    release = a_release(place, a_case(place, at), at=at)
    one = program(place.advocates, "advocate")
    (told,) = one.get("/grants").json()["grants"]
    assert told["basis"] == "release"
    assert one.post(f"/grants/{told['ref']}/end", {}).json()["code"] == "channel"
    assert one.post(f"/grants/{told['ref']}/end", {"channel": "phone"}).json()["ended_at"]
    with as_agency(place.advocates.id, at=now()):
        assert Release.objects.get(id=release.id).withdrawn_at is not None
    lesser = program(place.advocates, "records_officer")
    assert lesser.get("/grants").json()["grants"] == [], "a release is for those who may see releases"
    assert lesser.post(f"/grants/{told['ref']}/end", {"channel": "phone"}).status_code == 404


def test_a_program_proves_that_its_own_acts_stand_in_the_ledger(place: Town, program: Any) -> None:
    case = an_incident(place, place.officer).case
    assert case is not None
    one = program(place.police, "detective", "records_officer")
    assert one.get("/ledger/checkpoint").json()["code"] == "no_checkpoint"
    one.get(f"/cases/{case.ref}")
    log = log_of(place.police.ref)
    first = make(log, at=now())
    one.get("/cases")
    assert make(log, at=now()).size > first.size  # type: ignore[union-attr]
    told = one.get("/ledger/checkpoint").json()
    head = read(told["note"].encode(), by=log.signer)
    assert told["key"] == str(log.signer)
    lines = one.get("/ledger/readings").json()["lines"]
    assert {"case", "board.cases"} <= {line["kind"] for line in lines}
    proof = one.get(f"/ledger/readings/{lines[0]['id']}").json()
    assert shown(proof, head).startswith("genuine")
    grown = one.get(f"/ledger/consistency?first={first.size}&second={head.size}")  # type: ignore[union-attr]
    assert grown.status_code == 200 and grown.json()["proof"]
    assert one.get("/ledger/consistency?first=0&second=99999999").json()["code"] == "no_proof"


def test_lines_that_others_caused_are_not_shown(place: Town, program: Any) -> None:
    an_incident(place, place.officer)
    one = program(place.police, "records_officer")
    make(log_of(place.police.ref), at=now())
    with as_agency(place.police.id, at=now()):
        theirs = Entry.objects.filter(by=place.officer.id).values_list("id", flat=True)[0]
    missing = one.get("/nothing").content
    answer = one.get(f"/ledger/entries/{theirs}")
    assert (answer.status_code, answer.content) == (404, missing)
    assert all(line["kind"] == "token.issued" for line in one.get("/ledger/entries").json()["lines"])
    lesser = program(place.police, "detective")
    for path in ("checkpoint", "consistency?first=1&second=1", "entries", "readings", f"entries/{theirs}"):
        assert lesser.get(f"/ledger/{path}").content == missing, path


def test_referrals_come_and_are_answered_once(place: Town, program: Any) -> None:
    at = now()
    case = a_case(place, at)
    a_release(place, case, at=at)
    with as_agency(place.advocates.id, at=at, worker=place.advocate.id):
        sent = refer(
            case, to=place.shelter, content=content(safety_needs="A quiet room"), by=place.advocate, at=at
        )
    came = taken_in(place, sent, at)
    one = program(place.shelter, "shelter_worker")
    assert [row["ref"] for row in one.get("/referrals").json()["referrals"]] == [came.ref]
    assert one.get(f"/referrals/{came.ref}").json()["words"] == {"safety_needs": "A quiet room"}
    assert (
        one.post(f"/referrals/{came.ref}/answer", {"answer": "declined", "reason": "no"}).json()["code"]
        == "reason"
    )
    answer = {"answer": "declined", "reason": "full", "words": "Next week."}
    assert one.post(f"/referrals/{came.ref}/answer", answer).json()["answer"] == "declined"
    assert one.post(f"/referrals/{came.ref}/answer", {"answer": "accepted"}).json()["answer"] == "declined"
    missing = one.get("/nothing").content
    assert one.get(f"/referrals/{sent.ref}").content == missing, "the sender's own row is the sender's"
    sender = program(place.advocates, "advocate")
    told = sender.get(f"/referrals/{sent.ref}").json()
    assert (told["answer"], told["reason"]) == ("", ""), "the survivor did not release the answer"
    assert sender.post(f"/referrals/{sent.ref}/answer", {"answer": "accepted"}).content == missing
