"""What a node holds about a case is listed whole: the list is the same as a search of the database for its ids."""

import uuid
from datetime import UTC
from pathlib import Path
from typing import Any

import pytest
from django.conf import settings
from django.db import models
from procrastinate.contrib.django import app
from psycopg import sql

from shelterbelt.agencies.sealed import destroy
from shelterbelt.cases.models import Case, Incident
from shelterbelt.disclosures import holdings, preview
from shelterbelt.people.models import Person
from shelterbelt.store.asker import as_agency
from tests.apps.disclosures.conftest import Built
from tests.apps.test_dump import hits, unpacked
from tests.world import AT

# Columns of ids of workers, agencies, lines and other nodes' things: none of them is about a case.
NOT_THINGS = {
    "id", "grant_id", "root_id", "wall_id", "key_id", "letter_id", "release_id", "notice_id", "hold_id",
    "authority", "viewer_id", "second_id", "recipient_id", "handed_to",
    # Of what a page presses with: gone with its person, who stands beside it in every row.
    "button_id",
    # Who supervises; the order that a condition comes from, beside the person whom both name.
    "officer_id", "order_id",
    # What proves a happening, shows a breach, or is watched: each in a row that stands beside its own person.
    "evidence_id", "alarm_id", "source_id", "topic_id",
}  # fmt: skip
ENDINGS = ("_by", "worker_id", "agency_id", "by", "owner_id", "node_id")


def test_every_table_is_found_from_a_case_or_named_with_its_reason() -> None:
    found = {model._meta.label for model in holdings.covered()}
    found |= {model._meta.label for model in holdings.LEADS.values()}
    for model in holdings.ours():
        label = model._meta.label
        assert (label in found) != (label in holdings.NOT_ABOUT_A_CASE), (
            f"{label}: give it a column that says which case, incident or person it is about, or name it as not about one"
        )
    for model in holdings.covered():
        assert holdings.links(model), model._meta.label


def test_every_column_of_ids_is_known_to_the_list() -> None:
    for model in holdings.ours():
        for one in model._meta.concrete_fields:
            if not isinstance(one, models.UUIDField) or one.attname in holdings.LINKS:
                continue
            known = one.attname in NOT_THINGS or one.attname.endswith(ENDINGS)
            assert known, f"{model._meta.label}.{one.attname}: does it hold the id of a thing of a case?"


@pytest.mark.parametrize("whose", ["police", "advocates"])
def test_preview_is_what_a_search_of_the_whole_database_finds(built: Built, thief: Any, whose: str) -> None:
    case = getattr(built, whose)
    with as_agency(case.agency_id, at=AT):
        found = preview.of_case(case)
    ids = {str(one) for one in found.things.ids}
    assert len(ids) > 10
    for held in found.tables:
        assert held.rows > 0
    counted = {held.table: held.rows for held in found.tables}
    assert _searched(thief, ids, found.things.refs) == counted


def _searched(cursor: Any, ids: set[str], refs: set[str]) -> dict[str, int]:
    """How many rows of each table name one of these ids in any column, as whoever has the database finds them."""
    cursor.execute("select tablename from pg_tables where schemaname = 'public'")
    found = {}
    for (table,) in cursor.fetchall():
        if table.startswith(("procrastinate_", "django_")):
            continue
        cursor.execute(sql.SQL("select t::text from {} t").format(sql.Identifier(table)))
        named = sum(any(one in text for one in ids) for (text,) in cursor.fetchall())
        if named:
            found[table] = named
    return found


def test_search_sees_a_row_that_the_list_would_miss(
    built: Built, thief: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(holdings, "LINKS", frozenset({"case_id"}))
    holdings.links.cache_clear()
    holdings._covered.cache_clear()
    try:
        with as_agency(built.police.agency_id, at=AT):
            found = preview.of_case(built.police)
        counted = {held.table: held.rows for held in found.tables}
        assert _searched(thief, {str(one) for one in found.things.ids}, found.things.refs) != counted
    finally:
        holdings.links.cache_clear()
        holdings._covered.cache_clear()


def test_people_incidents_and_cases_of_somebody_else_are_not_in_it(built: Built) -> None:
    with as_agency(built.town.police.id, at=AT):
        ids = holdings.found_about(built.police).ids
        others = Case.objects.exclude(id=built.police.id)
        assert not set(ids) & set(others.values_list("id", flat=True))
        for model in (Person, Incident):
            for row in model.objects.filter(id__in=ids):
                assert row.agency_id == built.town.police.id


def test_what_the_list_calls_open_holds_no_word_that_was_typed(built: Built) -> None:
    assert len(built.sung.sung) >= 40
    for case in (built.police, built.advocates):
        with as_agency(case.agency_id, at=AT):
            found = preview.of_case(case)
            for held in found.tables:
                for row in holdings.open_values(held):
                    assert hits(unpacked(repr(row))) == [], held.table


def test_what_the_list_calls_sealed_is_sealed_and_opens_here(built: Built) -> None:
    with as_agency(built.police.agency_id, at=AT):
        found = preview.of_case(built.police)
    sealed = [held for held in found.tables if held.sealed]
    assert {"cases_case", "cases_note", "cases_evidence", "people_person"} <= {held.table for held in sealed}
    for held in sealed:
        assert held.opens + held.elsewhere == held.sealed, held.table
    letters = next(held for held in found.tables if held.table == "agencies_letter")
    assert (letters.opens, letters.elsewhere) == (0, letters.rows)


def test_a_destroyed_key_shows_at_once_as_nothing_to_take(built: Built) -> None:
    with as_agency(built.police.agency_id, at=AT):
        row = Case.objects.get(id=built.police.id)
        destroy(row.key)
        found = preview.of_case(row)
    counted = {held.table: held for held in found.tables}
    for table in ("cases_case", "cases_note"):
        assert (counted[table].opens, counted[table].destroyed) == (0, counted[table].sealed), table
    assert counted["people_person"].opens > 0


def test_files_journal_and_logs_of_the_case_are_counted(built: Built, tmp_path: Path, settings: Any) -> None:
    from shelterbelt.store import journal

    settings.JOURNAL, settings.LOGS = tmp_path / "journal", tmp_path / "logs"
    settings.LOGS.mkdir()
    (settings.LOGS / "worker.log").write_text(f"about {built.police.id}\nabout {uuid.uuid4()}\n")
    journal.note("grant.ended", built.police.id, agency=built.police.agency_id, at=AT.astimezone(UTC))
    journal.note("grant.ended", uuid.uuid4(), agency=built.police.agency_id, at=AT.astimezone(UTC))
    with as_agency(built.police.agency_id, at=AT):
        found = preview.of_case(built.police)
    here = [p for p in Path(settings.FILES).iterdir() if p.name.split(".")[0] in map(str, found.things.ids)]
    assert here
    assert (found.files.found, found.files.opens) == (len(here), len(here))
    assert found.files.size == sum(path.stat().st_size for path in here)
    assert (found.journal.found, found.logs.found) == (1, 1)
    for path in here:
        assert hits(path.read_bytes()) == []


def test_jobs_that_name_the_case_are_counted(built: Built, thief: Any) -> None:
    with as_agency(built.police.agency_id, at=AT):
        app.configure_task("ledger.chain").defer(agency=str(built.police.id))
        found = preview.of_case(built.police)
    thief.execute("select args::text from procrastinate_jobs")
    named = sum(any(str(one) in text for one in found.things.ids) for (text,) in thief.fetchall())
    assert found.jobs.found == named > 0


def test_settings_name_no_file_that_is_not_there() -> None:
    assert settings.DISCLOSURE_NOTICE
