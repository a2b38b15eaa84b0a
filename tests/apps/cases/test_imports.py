"""Taking a police export in: idempotent, sealed, one agency's own, and a refused row refuses only itself."""

import argparse
import csv
import io
import json
import os
from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import psycopg
import pytest
from django.db import connection
from psycopg import sql
from psycopg.conninfo import conninfo_to_dict
from tests.world import town

from shelterbelt.agencies.models import Agency
from shelterbelt.agencies.sealed import opened
from shelterbelt.cases import feed, imported, imports
from shelterbelt.cases.models import Case, CaseIncident, Incident, Involvement
from shelterbelt.cases.queries import face, steps
from shelterbelt.config.postgres import as_role
from shelterbelt.ledger.models import Entry
from shelterbelt.ledger.verify import verify
from shelterbelt.people.actions import change_person
from shelterbelt.people.models import Person
from shelterbelt.people.queries import details, persons_matching
from shelterbelt.rules.fields import clean_text
from shelterbelt.store.asker import as_agency

NOW = datetime(2026, 11, 21, 15, 0, tzinfo=UTC)
GENERIC = feed.shipped("generic")
HEADING = [
    *("report_number", "happened_at", "offence_code", "offence", "place", "location_kind", "arrest"),
    *("survivor_name", "survivor_born_on", "survivor_phone"),
    *("other_name", "other_born_on", "other_phone", "narrative"),
]
GOOD = {
    "happened_at": "2026-03-01 21:15",
    "offence_code": "13B",
    "offence": "Simple assault",
    "place": "100 block of Elm St",
    "location_kind": "home",
    "arrest": "yes",
    "survivor_name": "Maribel Okonjo",
    "survivor_born_on": "1990-02-28",
    "survivor_phone": "312-555-0144",
    "other_name": "Denis Varga",
    "other_born_on": "1988-07-01",
    "other_phone": "",
    "narrative": "A neighbour called.",
}


@pytest.fixture
def police(node: None) -> Agency:
    return town().police


@pytest.fixture
def server(police: Agency, postgres: str, database: str) -> Iterator[psycopg.Connection[Any]]:
    """The database as its owner sees it, and the agency's rows also where policies bind the owner."""
    address = as_role(postgres, database=conninfo_to_dict(database)["dbname"] or "")
    with psycopg.connect(address, autocommit=True) as link:
        link.execute("select set_config('app.agency', %s, false)", [str(police.id)])
        yield link


@pytest.fixture
def export(tmp_path: Path) -> Callable[..., Path]:
    def write(*rows: dict[str, str]) -> Path:
        out = io.StringIO(newline="")
        writer = csv.DictWriter(out, HEADING)
        writer.writeheader()
        writer.writerows({**GOOD, "report_number": f"R-{n}", **row} for n, row in enumerate(rows, 1))
        path = tmp_path / "export.csv"
        path.write_bytes(out.getvalue().encode("utf-8", "surrogatepass"))
        return path

    return write


@pytest.fixture
def oracles() -> Path:
    where = os.environ.get("SHELTERBELT_ORACLES")
    if not where:
        pytest.skip("SHELTERBELT_ORACLES names no folder")
    return Path(where)


def take(path: Path, into: Agency, by: feed.Mapping = GENERIC) -> imports.Summary:
    return imports.import_feed(path, by, agency=into, at=NOW, say=str)


def seen_by(agency: Agency, look: Callable[[], Any]) -> Any:
    with as_agency(agency.id, at=NOW):
        return look()


def test_chicago_file_is_taken_once_and_board_and_timeline_can_show_it(police: Agency, oracles: Path) -> None:
    path = oracles / "incidents" / "chicago_crimes_10k_2015.csv"
    first = take(path, police, feed.shipped("chicago"))
    assert (first.read, first.matched, first.taken, first.repeated, first.refused) == (
        9999,
        1523,
        1523,
        0,
        [],
    )
    again = take(path, police, feed.shipped("chicago"))
    assert (again.read, again.matched, again.taken, again.repeated, again.refused) == (
        9999,
        1523,
        0,
        1523,
        [],
    )
    with as_agency(police.id, at=NOW):
        assert Incident.objects.count() == 1523
        assert not Case.objects.exists()  # the file names nobody
        one = Incident.objects.get(happened_at=datetime(2015, 2, 9, 5, 41, 42, tzinfo=UTC), case_count=0)
        said = steps(one)
        assert (one.source, one.recorded_at, one.revision) == ("chicago", NOW, 1)
        assert said["events"] == {"place": "118XX S STATE ST"}
        assert said["feed"] == {
            "reference": "HY144838",
            "offence": "BATTERY: DOMESTIC BATTERY SIMPLE",
            "offence_code": "0486",
            "location_kind": "home",
            "arrest": "yes",
        }


def test_named_row_opens_a_case_of_two_people_found_by_name_birth_date_and_phone(
    police: Agency, export: Callable[..., Path]
) -> None:
    assert take(export({}), police).cases == 1
    with as_agency(police.id, at=NOW):
        case = Case.objects.select_related("survivor", "other", "unit", "agency").get()
        shown = face(case)
        assert (shown.survivor, shown.other, shown.level, shown.door) == (
            "Maribel Okonjo",
            "Denis Varga",
            "medium",
            "police",
        )
        assert case.level_rank == 2
        assert opened(case) == {}
        assert details(case.survivor) == {
            "name": "Maribel Okonjo",
            "born_on": "1990-02-28",
            "phones": ["312-555-0144"],
        }
        for asked in ("okonjo", "1990-02-28", "(312) 555-0144"):
            assert list(persons_matching(asked, agency=police.id)) == [case.survivor_id]
        incident = Incident.objects.get()
        assert incident.case_count == 1
        assert CaseIncident.objects.get().case_id == case.id
        assert set(Involvement.objects.values_list("person_id", "role")) == {
            (case.survivor_id, "survivor"),
            (case.other_id, "perpetrator"),
        }
        assert steps(incident)["events"]["narrative"] == "A neighbour called."


@pytest.mark.parametrize(
    ("change", "same"),
    [
        ({}, True),
        ({"survivor_name": "  maribel   OKONJO ", "survivor_phone": "312-555-0199"}, True),
        ({"survivor_born_on": "1990-03-28"}, False),
        ({"survivor_born_on": ""}, False),
        ({"other_born_on": ""}, False),
        ({"other_name": "Denis A Varga"}, False),
        ({"other_name": "", "other_born_on": ""}, False),
    ],
)
@pytest.mark.parametrize("together", [True, False], ids=["one batch", "two files"])
def test_second_incident_joins_a_case_only_for_exactly_the_same_two_people(
    police: Agency, export: Callable[..., Path], change: dict[str, str], same: bool, together: bool
) -> None:
    if together:
        take(export({}, change), police)
    else:
        take(export({}), police)
        take(export({"report_number": "S-1", **change}), police)
    with as_agency(police.id, at=NOW):
        assert Incident.objects.count() == 2
        assert (Case.objects.count() == 1) == same
        cases = set(CaseIncident.objects.values_list("case_id", flat=True))
        assert len(cases) == (1 if same else 2)


def test_known_people_are_not_added_to_and_their_new_phone_stays_with_the_incident(
    police: Agency, export: Callable[..., Path]
) -> None:
    take(export({}, {"survivor_phone": "312-555-0199"}), police)
    with as_agency(police.id, at=NOW):
        assert details(Case.objects.get().survivor)["phones"] == ["312-555-0144"]
        phones = {steps(i)["feed"].get("survivor_phone", "") for i in Incident.objects.all()}
        assert phones == {"", "312-555-0199"}


@pytest.mark.parametrize("corrected", ["survivor", "other"])
def test_a_corrected_person_is_no_longer_taken_for_the_one_an_export_names(
    place: Any, export: Callable[..., Path], corrected: str
) -> None:
    take(export({}), place.police)
    with as_agency(place.police.id, at=NOW):
        person = getattr(Case.objects.get(), corrected)
        change_person(person, {"name": "Somebody Else"}, by=place.detective.id, at=NOW)
    take(export({"report_number": "S-1"}), place.police)
    assert seen_by(place.police, Case.objects.count) == 2


def test_roles_turned_round_in_a_later_row_are_another_case(
    police: Agency, export: Callable[..., Path]
) -> None:
    turned = {
        "survivor_name": GOOD["other_name"],
        "survivor_born_on": GOOD["other_born_on"],
        "other_name": GOOD["survivor_name"],
        "other_born_on": GOOD["survivor_born_on"],
    }
    take(export({}, turned), police)
    assert seen_by(police, Case.objects.count) == 2


def test_a_survivor_without_a_name_is_written_down_and_opens_no_case(
    police: Agency, export: Callable[..., Path]
) -> None:
    take(export({"survivor_name": ""}), police)
    with as_agency(police.id, at=NOW):
        assert not Case.objects.exists()
        assert Incident.objects.get().case_count == 0
        assert Person.objects.count() == 2


def test_a_refused_row_refuses_only_itself_and_is_told_by_line_and_reason(
    police: Agency, export: Callable[..., Path]
) -> None:
    same = {"other_name": "MARIBEL okonjo", "other_born_on": "1990-02-28"}
    path = export({}, {"happened_at": "yesterday"}, {}, {"arrest": "perhaps"}, same, {})
    found = take(path, police)
    assert found.taken == 3
    assert [(r.line, r.column, r.code) for r in found.refused] == [
        (3, "happened_at", "date_format"),
        (5, "arrest", "value_unknown"),
        (6, "", "same_person"),
    ]
    out = io.StringIO()
    imports.tell(found, out)
    assert "line 3, column happened_at: This is not a date in the stated format." in out.getvalue()
    assert not any(secret in out.getvalue() for secret in ("yesterday", "perhaps", "Okonjo", "okonjo"))


def test_a_row_that_the_database_refuses_takes_nothing_else_with_it(
    police: Agency, export: Callable[..., Path], server: psycopg.Connection[Any]
) -> None:
    path = export(*[{} for _ in range(7)])
    doomed = imported.Batch(police, "generic", at=NOW).ring.index_token(police.id, "feed:generic:R-4").hex()
    rule = sql.SQL("alter table cases_incident add constraint planted check (source_key <> {}) not valid")
    server.execute(rule.format(sql.Literal(doomed)))
    try:
        found = take(path, police)
    finally:
        server.execute("alter table cases_incident drop constraint planted")
    assert found.taken == 6
    assert [(r.line, r.code) for r in found.refused] == [(5, "not_kept")]
    with as_agency(police.id, at=NOW):
        assert (Incident.objects.count(), Case.objects.count(), CaseIncident.objects.count()) == (6, 1, 6)
        assert Entry.objects.filter(kind="incident.imported").count() == 6
    assert (take(path, police).taken, seen_by(police, Incident.objects.count)) == (1, 7)


def test_an_import_cut_off_half_way_goes_on_without_duplicates(
    police: Agency, export: Callable[..., Path], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(imports, "BATCH", 10)
    path = export(*[{} for _ in range(35)])
    batches = imports._batches

    class Killed(BaseException):
        pass

    def cut(*args: Any) -> Any:
        for number, rows in enumerate(batches(*args)):
            if number == 2:
                raise Killed
            yield rows

    monkeypatch.setattr(imports, "_batches", cut)
    with pytest.raises(Killed):
        take(path, police)
    assert seen_by(police, Incident.objects.count) == 20
    monkeypatch.setattr(imports, "_batches", batches)
    found = take(path, police)
    assert (found.taken, found.repeated) == (15, 20)
    assert seen_by(police, Incident.objects.count) == 35
    assert seen_by(police, Case.objects.count) == 1


def test_what_one_agency_took_in_another_does_not_see(police: Agency, export: Callable[..., Path]) -> None:
    other = town().police
    take(export({}), police)
    with as_agency(other.id, at=NOW):
        for rows in (Incident, Case, Person, Involvement, CaseIncident):
            assert not rows.objects.exists()
    assert take(export({}), other).taken == 1  # the same export, in another agency's own files


def test_naughty_strings_come_back_as_they_were_or_are_refused_alone(
    police: Agency, export: Callable[..., Path], oracles: Path
) -> None:
    strings = [s for s in json.loads((oracles / "naughty" / "blns.json").read_text()) if isinstance(s, str)]
    fields = ("survivor_name", "other_name", "narrative", "place", "offence")
    path = export(*[{field: text for field in fields} | {"other_born_on": ""} for text in strings])
    found = take(path, police)
    refused = {r.line for r in found.refused}
    kept = [clean_text(s, 20_000)[0] for n, s in enumerate(strings, 2) if n not in refused]
    assert found.read >= len(strings)
    assert found.taken == len(kept) > 400
    with as_agency(police.id, at=NOW):
        said = [steps(i).get("events", {}).get("narrative", "") for i in Incident.objects.all()]
        assert sorted(said) == sorted(kept)
        names = [face(c).survivor for c in Case.objects.select_related("survivor", "other", "unit", "agency")]
        assert sorted(names) == sorted(k for k in kept if k)


@pytest.mark.parametrize("name", ["علی رضایی", "Þórunn Łuczak-Ødegård", "李", "א" * 300, "ა ბ გ"])
def test_names_of_any_script_are_found_again(police: Agency, export: Callable[..., Path], name: str) -> None:
    take(export({"survivor_name": name}), police)
    with as_agency(police.id, at=NOW):
        case = Case.objects.get()
        assert details(case.survivor)["name"] == name
        assert list(persons_matching(name, agency=police.id)) == [case.survivor_id]


def test_no_table_holds_a_name_a_number_or_a_word_of_what_was_taken_in(
    police: Agency, export: Callable[..., Path], server: psycopg.Connection[Any]
) -> None:
    canaries = {
        "report_number": "CANARY-KEY-7781",
        "survivor_name": "Quillon Zubrowka",
        "survivor_phone": "312-555-0187",
        "survivor_born_on": "1971-12-13",
        "other_name": "Xanthe Vrabel",
        "place": "4417 Kestrelmere Row",
        "offence": "Peculiar battery",
        "narrative": "The heron flew over the wall at dusk.",
    }
    take(export(canaries), police)
    hidden = ["CANARY-KEY", "Zubrowka", "quillon", "Vrabel", "5550187", "555-0187", "1971-12-13", "19711213"]
    hidden += ["Kestrelmere", "Peculiar", "heron flew"]
    found = list(_texts(server))
    assert any(str(police.id) in text for _, text in found)  # the scan reads what is there
    for where, text in found:
        for word in hidden:
            assert word.lower() not in text.lower(), f"{word} lies open in {where}"


def _texts(server: psycopg.Connection[Any]) -> Any:
    """Every value of every table as text, bytes as the letters they would be."""
    columns = server.execute(
        "select table_name, column_name, udt_name from information_schema.columns "
        "where table_name in (select tablename from pg_tables where schemaname = 'public') order by 1, 2"
    ).fetchall()
    for table, column, kind in columns:
        name, of = sql.Identifier(column), sql.Identifier(table)
        shown = sql.SQL("encode({}, 'escape')" if kind == "bytea" else "{}::text").format(name)
        for (text,) in server.execute(
            sql.SQL("select {} from {} where {} is not null").format(shown, of, name)
        ):
            yield f"{table}.{column}", text


def test_the_ledger_tells_each_row_and_wakes_its_followers_once_a_batch(
    police: Agency, export: Callable[..., Path], settle: Any
) -> None:
    with connection.cursor() as cursor:
        waiting = "select count(*) from procrastinate_jobs "
        waiting += "where task_name = 'ledger.chain' and args ->> 'agency' = %s"
        cursor.execute(waiting, [str(police.id)])
        (before,) = cursor.fetchone()
        take(export(*[{} for _ in range(9)]), police)
        cursor.execute(waiting, [str(police.id)])
        assert cursor.fetchone()[0] - before == 1
    settle(police)
    with as_agency(police.id, at=NOW):
        told = list(Entry.objects.filter(agency_id=police.id).values_list("kind", "about"))
        incidents = set(Incident.objects.values_list("id", flat=True))
        assert {about for kind, about in told if kind == "incident.imported"} == incidents
        assert [about for kind, about in told if kind == "case.imported"] == [Case.objects.get().id]
        verdict = verify(police.id)
        assert (verdict.faults, verdict.waiting) == ((), 0)


def test_an_import_opens_no_flood_of_actions(
    police: Agency, export: Callable[..., Path], settle: Any
) -> None:
    from shelterbelt.response.models import Action

    take(export(*[{"survivor_name": f"Ana Reyes {n}"} for n in range(5)]), police)
    settle(police)
    assert not seen_by(police, Action.objects.exists)


def test_the_command_says_what_became_of_the_file(
    police: Agency, export: Callable[..., Path], tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    given = argparse.Namespace(
        file=export({}, {"happened_at": ""}, {}),
        mapping=feed.mapping.__globals__["FOLDER"] / "generic.yaml",
        agency=police.name,
        report=tmp_path / "report.txt",
    )
    assert imports.command(given) == 0
    said = capsys.readouterr().out
    assert police.name in said
    assert "100 %" in said
    assert "rows/s" in said
    assert "line 3, column happened_at: The date and time are missing." in said
    assert "3 rows read, 3 matched, 2 taken in, 1 cases opened, 0 taken in before, 1 refused." in said
    assert "line 3" in given.report.read_text()


@pytest.mark.parametrize("wrong", ["file", "mapping", "agency", "heading"])
def test_a_file_that_cannot_be_used_is_said_in_one_line(
    police: Agency,
    export: Callable[..., Path],
    tmp_path: Path,
    capsys: pytest.CaptureFixture[str],
    wrong: str,
) -> None:
    shipped = feed.mapping.__globals__["FOLDER"] / "generic.yaml"
    given = argparse.Namespace(file=export({}), mapping=shipped, agency=police.ref)
    changes: dict[str, Any] = {
        "file": tmp_path / "none.csv",
        "mapping": tmp_path / "none.yaml",
        "agency": "Nobody",
    }
    if wrong == "heading":
        given.file.write_text("one,two\n1,2\n")
    else:
        setattr(given, wrong, changes[wrong])
    assert imports.command(given) == 2
    said = capsys.readouterr()
    assert said.err.startswith("shelterbelt: ")
    assert said.err.count("\n") == 1
