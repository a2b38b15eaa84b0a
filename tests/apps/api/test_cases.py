"""Cases by the API: what the rules open to the program's roles, and for everything else one answer."""

from datetime import timedelta
from typing import Any

from shelterbelt.access.walls import raise_wall, restrict
from shelterbelt.cases.models import Case
from shelterbelt.consent.actions import open_agreement
from shelterbelt.ledger.models import Reading
from shelterbelt.store.asker import as_agency
from shelterbelt.store.ids import new_ref
from shelterbelt.ui.clock import now
from tests.apps.access.test_walls import an_incident
from tests.world import Town


def test_the_board_of_the_programs_agency(place: Town, program: Any) -> None:
    case = an_incident(place, place.officer).case
    assert case is not None
    one = program(place.police, "detective")
    told = one.get("/cases").json()["cases"]
    assert [(c["ref"], c["survivor"], c["other"], c["agency"]) for c in told] == [
        (case.ref, "Ines Calder", "Tomo Wern", place.police.name)
    ]
    assert one.get(f"/cases/{case.ref}").json() == told[0]
    with as_agency(place.police.id, at=now()):
        looks = set(Reading.objects.filter(by=one.client.worker_id).values_list("what", "about"))
    assert looks == {("board.cases", place.police.id), ("case", case.id)}


def test_pages_follow_each_other_without_gap(place: Town, program: Any) -> None:
    refs = {an_incident(place, place.officer).case.ref for _ in range(30)}  # type: ignore[union-attr]
    one = program(place.police, "detective")
    first = one.get("/cases").json()
    second = one.get(f"/cases?after={first['next']}").json()
    found = [c["ref"] for c in first["cases"] + second["cases"]]
    assert (len(first["cases"]), len(found), set(found)) == (25, 30, refs)


def everything_hidden(place: Town, one: Any) -> dict[str, str]:
    """References of cases that this program may not see, each for another reason."""
    walled, closed = (an_incident(place, place.officer).case for _ in range(2))
    assert walled and closed
    with as_agency(place.police.id, at=now()):
        raise_wall(
            walled.id, agency=place.police.id, worker=one.client.worker_id, basis="reviewer", reason="x", by=None, at=now()
        )  # fmt: skip
        restrict(closed.id, agency=place.police.id, team=[place.detective.id], reason="x", by=None, at=now())
    with as_agency(place.advocates.id, at=now(), worker=place.advocate.id):
        from shelterbelt.cases.actions import open_direct_case

        other = open_direct_case(survivor={"name": "Ama"}, other=None, words={}, by=place.advocate, at=now())
    return {
        "walled": walled.ref,
        "restricted": closed.ref,
        "of another agency": other.ref,
        "never": new_ref(),
    }


def test_whatever_may_not_be_seen_is_the_bytes_of_what_does_not_exist(place: Town, program: Any) -> None:
    one = program(place.police, "detective")
    hidden = everything_hidden(place, one)
    missing = one.get("/there-is-nothing-here")
    assert missing.status_code == 404 and missing["Content-Type"] == "application/problem+json"
    for why, ref in {**hidden, "no reference": "abc", "nul": "a%00b"}.items():
        answer = one.get(f"/cases/{ref}")
        assert (answer.status_code, answer.content) == (404, missing.content), why
        assert dict(answer.headers) == dict(missing.headers), why
    assert one.get("/cases").json() == {"cases": [], "next": ""}


def test_what_an_agreement_opens_is_seen_until_it_ends(place: Town, program: Any) -> None:
    case = an_incident(place, place.officer).case
    assert case is not None
    one = program(place.prosecutor, "prosecutor")
    missing = one.get("/nothing").content
    assert one.get(f"/cases/{case.ref}").content == missing
    at = now()
    with as_agency(place.police.id, at=at, worker=place.supervisor.id):
        grant = open_agreement(
            place.police, place.prosecutor, ["case_file"], None, "coordination", at - timedelta(days=1),
            at + timedelta(days=9), by=place.supervisor, at=at,
        )  # fmt: skip
    assert one.get(f"/cases/{case.ref}").status_code == 200
    shared = one.get(f"/cases?shared_by={place.police.ref}").json()
    assert [c["ref"] for c in shared["cases"]] == [case.ref]
    from shelterbelt.consent.actions import end_grant

    with as_agency(place.police.id, at=now(), worker=place.supervisor.id):
        end_grant(grant, by=place.supervisor, at=now())
    assert one.get(f"/cases/{case.ref}").content == missing
    assert one.get(f"/cases?shared_by={place.police.ref}").content == missing
    with as_agency(place.police.id, at=now()):
        readers = Reading.objects.filter(about=case.id, by=one.client.worker_id)
        assert list(readers.values_list("reader_agency_id", flat=True)) == [place.prosecutor.id]


def test_a_role_without_the_right_finds_nothing(place: Town, program: Any) -> None:
    case = an_incident(place, place.officer).case
    one = program(place.police, "records_officer")
    missing = one.get("/nothing").content
    for path in ("/cases", f"/cases/{case.ref}"):  # type: ignore[union-attr]
        assert one.get(path).content == missing


def test_a_scope_that_was_not_given_is_said(place: Town, program: Any) -> None:
    one = program(place.advocates, "advocate", scopes=("cases:read",))
    answer = one.post("/cases", {"survivor": {"name": "Ama"}})
    assert answer.status_code == 403
    assert answer["WWW-Authenticate"] == 'Bearer error="insufficient_scope", scope="cases:write"'


def test_a_case_is_opened_once(place: Town, program: Any) -> None:
    one = program(place.advocates, "advocate")
    body = {"survivor": {"name": "Ama Ruiz", "born_on": "1990-02-01"}, "other": "Sol", "once": "abc-1"}
    answers = [one.post("/cases", body) for _ in range(2)]
    assert [a.status_code for a in answers] == [201, 201]
    assert answers[0].json() == answers[1].json()
    assert answers[0].json()["survivor"] == "Ama Ruiz"
    with as_agency(place.advocates.id, at=now()):
        assert Case.objects.filter(agency=place.advocates).count() == 1


def test_a_nul_in_an_address_is_refused_in_json(place: Town, program: Any) -> None:
    one = program(place.police, "detective")
    for path in ("/cases?after=%00", "/cases?shared_by=%00", "/cases/%00", "/%00?%00", "/cases?level=%00"):
        answer = one.get(path)
        assert answer.status_code in (404, 422), path
        assert answer["Content-Type"] == "application/problem+json", path


def test_what_is_not_right_is_named_and_not_repeated(place: Town, program: Any) -> None:
    one = program(place.advocates, "advocate")
    for body in (
        {"survivor": {"name": ""}}, {"survivor": {"name": "A\u202eB"}}, {"survivor": {"name": "A\x00"}},
        {"survivor": {"name": "Canary"}, "else": 1}, {"survivor": {"name": "Canary" * 100}},
    ):  # fmt: skip
        answer = one.post("/cases", body)
        assert answer.status_code == 422, body
        assert b"Canary" not in answer.content and b"\\u202e" not in answer.content
    for raw in (
        '{"survivor": {"name": "a"}, "survivor": {"name": "b"}}',
        '{"survivor": NaN}',
        "{",
        "[" * 100_000,
        "\ud800".encode("utf-8", "surrogatepass"),
    ):
        answer = one.post("/cases", raw)
        assert answer.status_code == 400, raw
    assert one.post("/cases", '{"survivor": {"name": "\\ud800"}}').status_code == 422
    assert one.delete("/cases").status_code == 405


def test_the_day_of_a_program_has_an_end(place: Town, program: Any, settings: Any) -> None:
    for _ in range(4):
        an_incident(place, place.officer)
    settings.EXPORT_BUDGETS = {"rows": {"default": 3}, "files": {"default": 2}}
    one = program(place.police, "detective")
    answer = one.get("/cases")
    assert answer.status_code == 429 and answer["Content-Type"] == "application/problem+json"
    from shelterbelt.access.models import Alert, Look

    with as_agency(place.police.id, at=now()):
        assert Alert.objects.filter(worker_id=one.client.worker_id, kind="export_refused").count() == 1
        counted = Look.objects.filter(worker_id=one.client.worker_id)
        assert not counted.exists(), "undone with the answer"
