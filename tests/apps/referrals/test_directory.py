"""The directory: what an import takes, keeps and refuses, and what a search finds."""

import argparse
import json
import os
from collections.abc import Iterator
from dataclasses import asdict
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from shelterbelt.access.rules import NotForYou
from shelterbelt.referrals import hsds
from shelterbelt.referrals.hours import open_now
from shelterbelt.referrals.imports import command, take_in
from shelterbelt.referrals.models import Service
from shelterbelt.referrals.queries import found_services, service_by_ref
from shelterbelt.referrals.queries.directory import terms_offered
from shelterbelt.store.asker import as_agency
from shelterbelt.store.ids import uuid7
from tests.apps.referrals.emptying import empty_directory
from tests.world import AT, HOUR, Town

EXAMPLES = Path(os.environ.get("SHELTERBELT_ORACLES", "oracles")) / "hsds" / "examples"


@pytest.fixture(autouse=True)
def empty(node: None) -> Iterator[None]:
    """The directory is not anybody's: each test here begins and ends without one."""
    empty_directory()
    yield
    empty_directory()


def service(**changed: Any) -> dict[str, Any]:
    plain = {
        "id": str(uuid7()),
        "name": "Beratung für Frauen",
        "status": "active",
        "description": "Someone to talk to, day and night.",
        "organization": {"id": str(uuid7()), "name": "Haus Ñandú", "description": "A house"},
        "phones": [{"id": str(uuid7()), "number": "555-0101"}],
    }
    return {**plain, **changed}


def listed(tmp_path: Path, *services: Any) -> Path:
    place = tmp_path / "directory.json"
    place.write_text(json.dumps(list(services)), encoding="utf-8")
    return place


def names(place: Town, text: str = "", **more: Any) -> list[str]:
    by = place.advocate
    with as_agency(by.agency_id, at=AT, worker=by.id):
        return [found.name for found in found_services(text, by=by, at=more.pop("at", AT), **more)[0]]


@pytest.mark.parametrize(
    "sample", ["service_full.json", "service_list.json", "organization_full.json", "tabular.json", "csv"]
)
def test_the_published_sample_comes_in_and_is_found(place: Town, sample: str) -> None:
    done = take_in(EXAMPLES / sample, at=AT)
    assert done.taken >= 1
    kept = Service.objects.first()
    assert kept is not None
    first = kept.name.split()[0]
    assert kept.name in names(place, first) and kept.name in names(place, first[:4])


def test_a_second_import_changes_no_address_and_doubles_nothing(place: Town) -> None:
    take_in(EXAMPLES / "service_full.json", at=AT)
    before = dict(Service.objects.values_list("id", "ref"))
    Service.objects.update(agency=place.shelter)
    take_in(EXAMPLES / "service_full.json", at=AT + HOUR)
    assert dict(Service.objects.values_list("id", "ref")) == before
    assert set(Service.objects.values_list("agency_id", "imported_at")) == {(place.shelter.id, AT + HOUR)}


def test_a_refused_record_refuses_only_itself_and_is_reported(
    place: Town, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    path = listed(tmp_path, service(), service(id="7"), service(status="wonderful"), service(name="Second"))
    assert command(argparse.Namespace(path=path)) == 0
    told = capsys.readouterr()
    assert "2 services taken in, 2 refused" in told.out
    assert "item 2" in told.err and "item 3" in told.err
    assert Service.objects.count() == 2


def test_a_file_that_is_no_directory_is_said_in_one_line(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    path = tmp_path / "x.json"
    path.write_text("{", encoding="utf-8")
    assert command(argparse.Namespace(path=path)) == 1
    assert "Traceback" not in capsys.readouterr().err and not Service.objects.exists()


def test_a_search_wants_every_word_or_its_beginning(place: Town, tmp_path: Path) -> None:
    take_in(listed(tmp_path, service(), service(name="Legal desk", description="Law and orders")), at=AT)
    assert names(place, "beratung FUR frauen") == ["Beratung für Frauen"]
    assert names(place, "nandu berat") == ["Beratung für Frauen"]
    assert names(place, "eratung") == []
    assert names(place, "beratung legal") == []
    assert names(place, "100%_") == []
    assert len(names(place, "")) == 2


def test_whole_words_come_before_beginnings(place: Town, tmp_path: Path) -> None:
    take_in(
        listed(tmp_path, service(name="A lawn", description="x"), service(name="Law", description="x")), at=AT
    )
    assert names(place, "law") == ["Law", "A lawn"]


def test_filters_keep_language_kind_and_what_is_open(place: Town, tmp_path: Path) -> None:
    term = {"id": str(uuid7()), "name": "Shelter", "description": "A bed"}
    night = {"id": str(uuid7()), "freq": "WEEKLY", "byday": "WE", "opens_at": "20:00", "closes_at": "06:00"}
    one = service(
        name="Night house",
        languages=[{"id": str(uuid7()), "name": "Spanish", "code": "es"}],
        attributes=[{"id": str(uuid7()), "link_id": "x", "taxonomy_term": term}],
        schedules=[night],
    )
    take_in(listed(tmp_path, one, service()), at=AT)
    assert terms_offered() == ["Shelter"]
    assert (
        names(place, term="Shelter")
        == names(place, language="Spanish")
        == names(place, language="es")
        == ["Night house"]
    )
    # AT is Wednesday 9:30 in Chicago; twelve hours later the house is open, as it is at 1:30 on Thursday.
    assert names(place, open_only=True) == []
    assert names(place, open_only=True, at=AT + 12 * HOUR) == ["Night house"]
    assert names(place, open_only=True, at=AT + 16 * HOUR) == ["Night house"]
    assert names(place, open_only=True, at=AT + 21 * HOUR) == []


def test_hours_that_cannot_be_read_are_unknown_and_never_closed() -> None:
    at = datetime(2026, 3, 4, 15, 30, tzinfo=UTC)
    week = {"freq": "WEEKLY", "byday": "MO,TU,WE", "opens_at": "09:00", "closes_at": "17:00"}
    assert open_now([], at, "UTC") is None
    assert open_now([{"freq": "MONTHLY", "byday": "1WE"}], at, "UTC") is None
    assert open_now([week], at, "UTC") is True
    assert open_now([week], at, "Asia/Tokyo") is False
    assert open_now([{**week, "timezone": 9}], at, "UTC") is False
    assert open_now([{**week, "opens_at": "early"}], at, "UTC") is None
    assert open_now([{**week, "valid_to": "2026-03-03"}], at, "UTC") is False


def test_a_confidential_place_is_kept_without_its_address(place: Town, tmp_path: Path) -> None:
    address = {
        "id": str(uuid7()), "address_1": "17 Hiddenlane", "city": "Quietville", "state_province": "IL",
        "postal_code": "60699", "country": "US", "address_type": "physical",
    }  # fmt: skip
    site = {
        "id": str(uuid7()),
        "location_type": "physical",
        "latitude": 41.5,
        "longitude": -87.6,
        "addresses": [address],
    }
    term = {
        "id": str(uuid7()),
        "name": "Confidential location",
        "description": "x",
        "code": hsds.records.FLAG,
    }
    secret = service(
        description="Come to 17 Hiddenlane in Quietville",
        service_at_locations=[{"id": str(uuid7()), "location": site}],
        attributes=[{"id": str(uuid7()), "link_id": "x", "taxonomy_term": term}],
    )
    take_in(listed(tmp_path, secret), at=AT)
    kept = Service.objects.get()
    assert kept.confidential
    for word in ("hiddenlane", "quietville", "60699", "41.5"):
        assert word not in (str(kept.record) + kept.words).casefold()
    assert names(place, "hiddenlane") == []


def test_what_was_kept_can_be_written_as_a_valid_directory(place: Town) -> None:
    take_in(EXAMPLES / "service_full.json", at=AT)
    record = next(
        item for item in hsds.read(EXAMPLES / "service_full.json") if isinstance(item, hsds.ServiceRecord)
    )
    assert Service.objects.get(id=record.id).record == json.loads(json.dumps(asdict(record)))


def test_the_directory_is_for_workers_only(place: Town) -> None:
    take_in(EXAMPLES / "service_full.json", at=AT)
    kept = Service.objects.first()
    assert kept is not None
    with as_agency(place.police.id, at=AT), pytest.raises(NotForYou):
        found_services(by=place.uninvited, at=AT)
    with as_agency(place.police.id, at=AT), pytest.raises(NotForYou):
        service_by_ref(kept.ref, by=place.uninvited, at=AT)
