"""The two doors of a feed: a program by the API, a file by the command. A refused line refuses only itself."""

import json
from argparse import Namespace
from pathlib import Path
from typing import Any
from urllib.parse import urlencode

import pytest
from django.test import Client

from shelterbelt.access.models import Worker
from shelterbelt.access.rules import NotForYou
from shelterbelt.api.actions import add_client
from shelterbelt.config.demo_detained import fill_detained
from shelterbelt.library import detained as module
from shelterbelt.library import files
from shelterbelt.library.files import LibraryError
from shelterbelt.store.asker import as_agency
from shelterbelt.supervision.actions import hear_lines
from shelterbelt.supervision.imports import NotAFeed, agency_of, command, import_file
from shelterbelt.supervision.kept import supervised
from shelterbelt.supervision.models import Booking, DetainedLine, Feed
from shelterbelt.supervision.told import told_line
from shelterbelt.ui.clock import now
from tests.apps.supervision.cast import Held, line, report
from tests.world import AT, HOUR, Town

FORM = "application/x-www-form-urlencoded"


def program(like: Worker, scope: str = "detained:write") -> dict[str, str]:
    """What a program of this worker's agency sends with each request."""
    with as_agency(like.agency_id, at=AT):
        client, secret = add_client(
            like.agency, name="Jail", roles=like.roles, scopes=[scope], by=None, at=AT
        )
    asked = {"grant_type": "client_credentials", "client_id": client.ref, "client_secret": secret}
    answer = Client(HTTP_HOST="localhost").post("/api/token", urlencode(asked), content_type=FORM)
    return {
        "HTTP_AUTHORIZATION": f"Bearer {answer.json()['access_token']}",
        "content_type": "application/json",
    }


def send(more: dict[str, str], *lines: Any, **body: Any) -> Any:
    told = {"source": "county_jail", "whole": True, "lines": list(lines), **body}
    return Client(HTTP_HOST="localhost").post("/api/v1/detained", json.dumps(told), **more)


def test_a_program_tells_lines_and_hears_only_counts(place: Town) -> None:
    one = report(place)
    more, at = program(place.officer), now()
    named = line("1", "arrested", at - HOUR, name="Sol Ender", born_on="1980-05-06")
    wrong = {**line("2", "moved", at), "happened_at": "noon, behind the Willow Inn"}
    answer = send(more, named, wrong, {"key": "9", "takes_back": "8"})
    assert answer.status_code == 200, answer.content
    assert answer.json() == {
        "taken": 1, "repeated": 0, "taken_back": 1, "refused": [{"line": 1, "code": "no_instant", "field": "happened_at"}],
    }  # fmt: skip
    assert b"Willow" not in answer.content
    again = send(more, named, line("1", "moved", at)).json()
    assert (again["taken"], again["repeated"]) == (0, 1)
    assert again["refused"] == [{"line": 1, "code": "key_reused", "field": "key"}]
    with as_agency(place.police.id, at=at):
        assert Feed.objects.get().heard_at is not None
        assert Booking.objects.get().person_id is None, (
            "the name and birth date of a person in the files join nothing"
        )
    one.linked(at=at)
    known = send(more, line("3", "moved", at)).json()
    stranger = send(more, {**line("4", "moved", at), "booking": "B-9"}).json()
    assert known == stranger, "whom the agency knows is not told"


def test_a_program_without_scope_or_right_and_a_body_that_is_none_do_nothing(place: Town) -> None:
    assert send(program(place.officer, "cases:read")).status_code == 403
    assert send(program(place.advocate)).status_code == 404
    more = program(place.officer)
    for body in (
        {"source": "County Jail"},
        {"whole": None},
        {"lines": [{}]},
        {"lines": [{"key": "1", "colour": "red"}]},
    ):
        assert send(more, **body).status_code == 422
    assert send(more, *[line(str(n), "moved") for n in range(501)]).status_code == 422
    with as_agency(place.police.id, at=AT):
        assert not DetainedLine.objects.exists()


def test_a_file_of_csv_or_json_lines_is_the_same_and_a_refused_line_is_not_whole(
    place: Town, tmp_path: Path
) -> None:
    table, text = tmp_path / "a.csv", tmp_path / "b.jsonl"
    table.write_text(
        "key,booking,kind,happened_at\n1,B-1,arrested,2026-03-04T10:00:00Z\n2,B-1,freed,2026-03-04T10:00:00Z\n3,B-1\n"
    )
    text.write_text(
        '{"key": "1", "booking": "B-1", "kind": "arrested", "happened_at": "2026-03-04T10:00:00+00:00"}\n\nnot json\n[]\n'
    )
    first = import_file(table, "jail", whole=True, agency=place.police, at=AT)
    assert (first.taken, first.refused) == (1, [(3, "kind_unknown", "kind"), (4, "columns", "")])
    with as_agency(place.police.id, at=AT):
        assert Feed.objects.get().heard_at is None, "what was refused may have been the release"
    second = import_file(text, "jail", whole=True, agency=place.police, at=AT)
    assert (second.taken, second.repeated) == (0, 1)
    assert second.refused == [(3, "no_json", ""), (4, "no_json", "")]
    # What would exhaust whoever reads it is refused unread, and the next line is taken all the same.
    good = '{"key": "7", "booking": "B-1", "kind": "moved", "happened_at": "2026-03-04T11:00:00+00:00"}'
    long = '{"key": "' + "x" * 20_000 + '"}'
    text.write_text("\n".join(('{"a": ' * 3000, long, good)))
    third = import_file(text, "jail", whole=True, agency=place.police, at=AT)
    assert (third.taken, third.refused) == (1, [(1, "no_json", ""), (2, "line_too_long", "")])
    text.write_text("")
    import_file(text, "jail", whole=True, agency=place.police, at=AT)
    with as_agency(place.police.id, at=AT):
        assert Feed.objects.get().heard_at == AT


def test_a_file_that_cannot_be_used_says_why(place: Town, tmp_path: Path, capsys: Any) -> None:
    table = tmp_path / "a.csv"
    for content in (b"", b"who,what\n", b"key\n\xff\xfe\n"):
        table.write_bytes(content)
        with pytest.raises(NotAFeed):
            import_file(table, "jail", whole=False, agency=place.police, at=AT)
    with pytest.raises(NotAFeed):
        import_file(tmp_path / "none.csv", "jail", whole=False, agency=place.police, at=AT)
    assert agency_of(place.court.name).id == place.court.id
    told = {"file": table, "whole": False, "agency": place.police.ref}
    assert command(Namespace(source="The Jail", **told)) == 2
    assert command(Namespace(source="jail", **told)) == 2
    table.write_text("key,booking,kind,happened_at\n1,B-1,arrested,2026-03-04T10:00:00Z\n2,B-7,freed,x\n")
    assert command(Namespace(source="jail", **told)) == 0
    said = capsys.readouterr().out
    assert "line 3: kind_unknown (kind)" in said
    assert "1 taken in" in said
    assert "B-7" not in said


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ("name: usual", "name: other"),
        ("  - {news: escaped, to: worker, within_minutes: 5}\n", ""),
        ("{news: escaped, to: worker, within_minutes: 5}", "{news: released, to: worker, within_minutes: 5}"),
        ("to: survivor, within_minutes: 360, after_minutes: 120", "to: survivor, within_minutes: 360"),
        (
            "{news: unknown, to: worker, within_minutes: 60}",
            "{news: unknown, to: worker, within_minutes: 60, after_minutes: 1}",
        ),
        ("get in touch with them as soon", "come to the shelter as soon"),
        ("arrested: arrest}", "jailed: arrest}"),
        ("news: plan_off", "news: nonsense"),
    ],
)
def test_numbers_that_cannot_be_are_refused(old: str, new: str, monkeypatch: Any) -> None:
    text = files.raw("detained/usual.yaml").decode()
    assert old in text
    monkeypatch.setattr(files, "raw", _with(text.replace(old, new, 1)))
    if new.endswith("360"):
        assert module.detained.__wrapped__("usual").waits == {}
        return
    with pytest.raises(LibraryError):
        module.detained.__wrapped__("usual")


def _with(text: str) -> Any:
    real = files.raw
    return lambda path: text.encode() if path == "detained/usual.yaml" else real(path)


def test_a_feed_of_another_agency_is_another_feed(place: Town) -> None:
    one: Held = report(place)
    one.said(line("1", "arrested"))
    send(program(place.court_clerk), line("1", "released"))
    by, told = place.court_clerk, [told_line(line("2", "released"))]
    with as_agency(by.agency_id, at=AT, worker=by.id), pytest.raises(NotForYou):
        hear_lines("county_jail", told, whole=True, agency=place.police, by=by, at=AT)
    with as_agency(place.police.id, at=AT):
        assert DetainedLine.objects.get().kind == "arrested"


def test_the_demonstration_has_somebody_of_whom_a_survivor_is_to_hear(place: Town) -> None:
    one = report(place)
    agencies = {"police": place.police, "probation": place.probation}
    fill_detained(agencies, [place.detective, place.probation_officer], at=AT)
    assert one.stand() == "out"
    assert "released" in one.news()[0].news
    with as_agency(place.probation.id, at=AT, worker=place.probation_officer.id):
        assert [(row.gravest, row.asks) for row in supervised(place.probation_officer, at=AT)] == [
            ("not_met", 1),
            ("met", 1),
        ]
