"""The services directory: published samples come in and go out valid; confidential places are hidden."""

import json
import os
import re
from collections.abc import Callable
from pathlib import Path
from typing import Any
from uuid import NAMESPACE_URL, uuid5

import jsonschema
import pytest
from hypothesis import given
from hypothesis import strategies as st

from shelterbelt.referrals import hsds


def ident(text: str) -> str:
    return str(uuid5(NAMESPACE_URL, text))


def service(**change: Any) -> dict[str, Any]:
    owner = {
        "id": ident("owner"),
        "name": "Alder Helping Hands",
        "description": "Help for anybody in Alder County.",
    }
    return {"id": ident("one"), "name": "Talking", "status": "active", "organization": owner, **change}


def place(**change: Any) -> dict[str, Any]:
    address = {
        "id": ident("address"),
        "address_1": "417 Wexbury Street",
        "city": "Quillton",
        "postal_code": "60699",
    }
    address |= {"state_province": "IL", "country": "US", "address_type": "physical"}
    where = {"id": ident("place"), "location_type": "physical", "latitude": 41.53177, "longitude": -88.10234}
    return {"id": ident("link"), "location": {**where, "addresses": [address], **change}}


def kept(tmp_path: Path, raw: object) -> Path:
    path = tmp_path / "directory.json"
    path.write_text(raw if isinstance(raw, str) else json.dumps(raw), encoding="utf-8")
    return path


def parted(path: Path) -> tuple[list[hsds.ServiceRecord], list[hsds.Refusal]]:
    found = list(hsds.read(path))
    return [r for r in found if isinstance(r, hsds.ServiceRecord)], [
        r for r in found if isinstance(r, hsds.Refusal)
    ]


@pytest.fixture(scope="module")
def oracles() -> Path:
    where = os.environ.get("SHELTERBELT_ORACLES")
    if not where:
        pytest.skip("SHELTERBELT_ORACLES names no folder")
    return Path(where) / "hsds"


@pytest.fixture(scope="module")
def validators(oracles: Path) -> list[Any]:
    schemas = [
        json.loads((oracles / "schema" / name).read_text()) for name in ("service.json", "service_list.json")
    ]
    return [jsonschema.Draft202012Validator(s, format_checker=jsonschema.FormatChecker()) for s in schemas]


SAMPLES = [
    "service_full.json",
    "service_list.json",
    "organization_full.json",
    "service_at_location_full.json",
]
SAMPLES += ["service_at_location_list.json", "tabular.json", "csv"]


@pytest.mark.parametrize("name", SAMPLES)
def test_every_published_sample_comes_in_and_goes_out_without_a_schema_error(
    oracles: Path, validators: list[Any], name: str
) -> None:
    records, refusals = parted(oracles / "examples" / name)
    assert refusals == []
    assert [r.name for r in records] == ["Community Counselling"]
    assert records[0].organization.name == "Example Organization Inc."
    written = hsds.write(records)
    assert [e.message for v in validators for d in written for e in v.iter_errors(d)] == []


def test_the_sample_as_tables_and_as_json_say_the_same(oracles: Path) -> None:
    first, second = (parted(oracles / "examples" / name)[0][0] for name in ("csv", "tabular.json"))
    assert first == second
    assert first.phones[0].number == "+44 1234 234567"
    assert first.minimum_age == 12
    assert first.addresses[0].city == "MyCity"
    assert first.languages[0].name == "Urdu"
    assert first.schedules[0].byday == "TH,FR"


@pytest.mark.parametrize("name", SAMPLES)
def test_what_was_written_reads_back_as_the_same_records(oracles: Path, tmp_path: Path, name: str) -> None:
    records, _ = parted(oracles / "examples" / name)
    again, refusals = parted(kept(tmp_path, hsds.write(records)))
    assert refusals == []
    assert hsds.write(again) == hsds.write(records)


@pytest.mark.parametrize("wrap", [lambda s: s, lambda s: [s], lambda s: {"contents": [s], "total_items": 1}])
def test_one_service_a_list_and_a_page_are_read_alike(tmp_path: Path, wrap: Callable[[Any], Any]) -> None:
    assert parted(kept(tmp_path, wrap(service())))[0][0].name == "Talking"


@pytest.mark.parametrize(
    ("change", "code", "words"),
    [
        ({"id": "not-a-uuid"}, "wrong", "id"),
        ({"id": 7}, "wrong", "id"),
        ({"name": " "}, "missing", "name"),
        ({"name": ["a"]}, "wrong", "name"),
        ({"name": "a\0b"}, "wrong", "name"),
        ({"name": "x" * 20_001}, "wrong", "name"),
        ({"status": "open"}, "wrong", "status"),
        ({"organization": None}, "orphan", "organization"),
        ({"organization": {"id": ident("o"), "name": "O"}}, "missing", "description"),
    ],
)
def test_a_service_it_cannot_trust_refuses_only_itself(
    tmp_path: Path, change: dict[str, Any], code: str, words: str
) -> None:
    records, refusals = parted(kept(tmp_path, [service(**change), service(id=ident("two"))]))
    assert [r.id for r in records] == [ident("two")]
    assert [(r.place, r.code) for r in refusals] == [("item 1", code)]
    assert words in refusals[0].message


def test_a_service_that_only_names_an_organization_elsewhere_is_an_orphan(tmp_path: Path) -> None:
    raw = service(organization_id=ident("gone"))
    del raw["organization"]
    assert [r.code for r in parted(kept(tmp_path, [raw]))[1]] == ["orphan"]


def test_an_orphan_in_the_tables_is_refused_with_its_row(tmp_path: Path) -> None:
    (tmp_path / "organizations.csv").write_text(f"id,name,description\n{ident('o')},Oak,Trees\n")
    rows = [f"{ident('1')},{ident('o')},First,active", f"{ident('2')},{ident('gone')},=HYPERLINK(1),active"]
    rows.append(f"{ident('3')},{ident('o')},=HYPERLINK(1),active")
    (tmp_path / "services.csv").write_text(
        "\ufeffid,organization_id,name,status\n" + "\n".join(rows), encoding="utf-8"
    )
    records, refusals = parted(tmp_path)
    assert [r.name for r in records] == ["First", "=HYPERLINK(1)"]
    assert [(r.place, r.code) for r in refusals] == [("services row 2", "orphan")]


@pytest.mark.parametrize(
    ("change", "note"),
    [
        ({"url": "www.example.com"}, "url"),
        ({"url": "javascript:alert(1)"}, "url"),
        ({"email": "nobody"}, "email"),
        ({"minimum_age": "twelve"}, "minimum_age"),
        ({"minimum_age": -1}, "minimum_age"),
        ({"minimum_age": True}, "minimum_age"),
        ({"last_modified": "yesterday"}, "last_modified"),
        ({"phones": [{"id": ident("p")}]}, "phone"),
        ({"schedules": [{"id": ident("s"), "freq": "DAILY"}]}, "freq"),
        ({"service_at_locations": [place(latitude=100)]}, "latitude"),
    ],
)
def test_a_wrong_optional_value_is_left_out_with_a_note(
    tmp_path: Path, validators: list[Any], change: dict[str, Any], note: str
) -> None:
    records, refusals = parted(kept(tmp_path, [service(**change)]))
    assert refusals == []
    assert note in " ".join(records[0].notes)
    assert [e.message for v in validators for d in hsds.write(records) for e in v.iter_errors(d)] == []


def test_a_service_met_twice_is_taken_once(tmp_path: Path) -> None:
    records, refusals = parted(kept(tmp_path, [service(), service(id=ident("one").upper())]))
    assert len(records) == 1
    assert [r.code for r in refusals] == ["repeated"]


@pytest.mark.parametrize(
    ("raw", "words"),
    [
        ("[" * 200_000, "deep"),
        ('{"a":' * 40 + "1" + "}" * 40, "deep"),
        ('[{"id": "a", "id": "b"}]', "twice"),
        ("{", "JSON"),
        ("", "JSON"),
        ("[NaN]", "number"),
        ("[" + "9" * 5000 + "]", "JSON"),
        ("[1, 2]", "list"),
        ('"text"', "list"),
    ],
)
def test_a_hostile_file_is_refused_as_a_whole(tmp_path: Path, raw: str, words: str) -> None:
    with pytest.raises(hsds.DirectoryError, match=words):
        list(hsds.read(kept(tmp_path, raw)))


def test_a_file_that_is_too_big_not_text_or_not_there_is_refused(tmp_path: Path) -> None:
    big, odd = tmp_path / "big.json", tmp_path / "odd.json"
    with big.open("wb") as file:
        file.truncate(50 * 1024 * 1024 + 1)
    odd.write_bytes(b"\xff\xfe\x00")
    for path, words in (
        (big, "50 MB"),
        (odd, "UTF-8"),
        (tmp_path / "none.json", "opened"),
        (tmp_path, "services.csv"),
    ):
        with pytest.raises(hsds.DirectoryError, match=words):
            list(hsds.read(path))


SECRET = ["417", "wexbury", "quillton", "60699", "41.53", "88.10"]


def traces(written: object) -> list[str]:
    """Parts of the secret address to be found in the export, ids apart."""
    text = re.sub(
        r"[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}", "", json.dumps(written, ensure_ascii=False).casefold()
    )
    return [part for part in SECRET if part in text]


def telling(**change: Any) -> dict[str, Any]:
    about = "Ring at 417 Wexbury Street, Quillton 60699 (41.5318, -88.1023)."
    raw = service(
        name="Wexbury house", description=about, alert=about, url="https://wexbury.example/417", **change
    )
    raw["organization"] = {
        **raw["organization"],
        "description": about,
        "website": "https://QuilltonHelp.example",
    }
    raw["phones"] = [{"id": ident("p"), "number": "555-0144", "description": about}]
    raw["schedules"] = [{"id": ident("s"), "opens_at": "10:00", "notes": about}]
    raw["service_areas"] = [
        {"id": ident("a"), "name": "Alder County"},
        {"id": ident("b"), "name": "Quillton centre"},
    ]
    return raw


FLAGGED = [{"id": ident("f"), "taxonomy_term": {"id": ident("t"), "name": "x", "description": "x"}}]
FLAGGED[0]["taxonomy_term"]["code"] = "confidential-location"  # type: ignore[index]


@pytest.mark.parametrize(
    "raw",
    [
        telling(service_at_locations=[place(location_type="redacted")]),
        telling(service_at_locations=[place()], attributes=FLAGGED),
    ],
)
def test_a_confidential_place_leaves_no_trace_in_record_or_export(
    tmp_path: Path, validators: list[Any], raw: dict[str, Any]
) -> None:
    records, _ = parted(kept(tmp_path, [raw]))
    record, written = records[0], hsds.write(records)
    assert record.confidential
    assert record.addresses == ()
    assert traces(written) == []
    assert traces(repr(record)) == []
    assert written[0]["phones"][0]["number"] == "555-0144"
    assert {s["location"]["location_type"] for s in written[0]["service_at_locations"]} == {"virtual"}
    assert [a["name"] for a in written[0]["service_areas"]] == ["Alder County"]
    assert [e.message for v in validators for d in written for e in v.iter_errors(d)] == []


def test_the_trace_search_finds_an_address_that_is_not_hidden(tmp_path: Path) -> None:
    records, _ = parted(kept(tmp_path, [telling(service_at_locations=[place()])]))
    assert set(traces(hsds.write(records))) == set(SECRET)


def test_a_neighbouring_service_at_the_same_place_is_hidden_with_it(tmp_path: Path) -> None:
    other = service(id=ident("two"), service_at_locations=[place(id=ident("other place"))])
    secret = service(service_at_locations=[place(location_type="redacted")])
    assert traces(hsds.write(parted(kept(tmp_path, [other, secret]))[0])) == []


def test_a_malformed_confidential_place_refuses_its_service_and_is_told_by_no_other(tmp_path: Path) -> None:
    secret = service(service_at_locations=[place(location_type="redacted", id="x")])
    other = service(id=ident("two"), description="Next to 417 Wexbury Street.")
    records, refusals = parted(kept(tmp_path, [secret, other]))
    assert [r.code for r in refusals] == ["wrong"]
    assert [r.description for r in records] == ["Next to …."]


def test_confidential_survives_a_round_trip(tmp_path: Path) -> None:
    records, _ = parted(kept(tmp_path, [telling(service_at_locations=[place(location_type="redacted")])]))
    again, _ = parted(kept(tmp_path, hsds.write(records)))
    assert again[0].confidential
    assert hsds.write(again) == hsds.write(records)


STEMS = st.text(alphabet="bcdfghjkqvwxz", min_size=5, max_size=9)


@given(
    street=STEMS,
    city=STEMS,
    code=st.integers(20_000, 99_999),
    latitude=st.floats(-80, 80).map(lambda n: round(n, 6)),
    said=st.lists(st.sampled_from(["street", "STREET", "city", "code", "latitude"]), max_size=6),
    where=st.sampled_from(
        ["name", "description", "alert", "application_process", "eligibility_description", "url"]
    ),
)
def test_no_word_of_a_hidden_address_is_ever_exported(
    street: str, city: str, code: int, latitude: float, said: list[str], where: str
) -> None:
    address = hsds.Address(ident("a"), f"9 {street} St", city, "IL", str(code), "US", "physical")
    words = {
        "street": street,
        "STREET": street.upper(),
        "city": f"({city})",
        "code": str(code),
        "latitude": str(latitude),
    }
    text = " ".join(words[name] for name in said) or "x"
    owner = hsds.Organization(ident("o"), "Owner", text)
    spot = hsds.Location(ident("l"), "physical", latitude=latitude, longitude=10.5, addresses=(address,))
    record = hsds.ServiceRecord(ident("s"), "Name", "active", owner, locations=(spot,))
    hidden = hsds.hide(hsds.ServiceRecord(**{**vars(record), where: text}))
    shown = json.dumps(hsds.write([hidden])).casefold()
    assert not [part for part in (street, city, f'"{code}', f" {code} ") if part in shown]
    assert abs(latitude) < 0.001 or str(abs(latitude)) not in shown
