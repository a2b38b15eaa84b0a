"""Files, letters and tables that nobody means well, at every import: a clear refusal, and nothing half-written."""

import contextlib
import copy
import gzip
import io
import json
import struct
import zipfile
import zlib
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from django.conf import settings
from PIL import Image

from shelterbelt.agencies import trust
from shelterbelt.agencies.models import Agency
from shelterbelt.agencies.trust import NotTrusted
from shelterbelt.cases import feed, imports
from shelterbelt.cases.evidence import derivative
from shelterbelt.cases.models import Case, Evidence, Incident
from shelterbelt.consent.marks import NotUsable, scanned
from shelterbelt.disclosures.papers import NotAPaper, kind_of
from shelterbelt.exchange.actions import Post, take_in
from shelterbelt.exchange.kinds import SHAPES, TAKERS, Content
from shelterbelt.library.files import LibraryError, parse
from shelterbelt.people.queries import details
from shelterbelt.referrals.hsds import DirectoryError, Refusal, read
from shelterbelt.rules.fields import DIRECTION_OVERRIDES
from shelterbelt.sealing import SealingError, keyring
from shelterbelt.sealing.digests import canonical
from shelterbelt.sealing.keyring import Keyring
from shelterbelt.sealing.primitives import sign
from shelterbelt.store.asker import as_agency
from shelterbelt.store.ids import uuid7
from tests.apps.referrals.cast import a_case, a_release, an_incident, body_of, content, said_yes
from tests.apps.test_hostile_input import browser
from tests.world import AT, HOUR, Town

NOW = datetime(2026, 11, 21, 15, 0, tzinfo=UTC)


def picture(kind: str = "PNG", size: tuple[int, int] = (40, 30), mode: str = "RGB", **more: Any) -> bytes:
    out = io.BytesIO()
    Image.new(mode, size, 0).save(out, kind, **more)
    return out.getvalue()


def chunk(name: bytes, data: bytes) -> bytes:
    return struct.pack(">I", len(data)) + name + data + struct.pack(">I", zlib.crc32(name + data))


def a_png(width: int, height: int, *extra: bytes) -> bytes:
    """A PNG that says to be so large, of almost no bytes."""
    head = struct.pack(">IIBBBBB", width, height, 1, 0, 0, 0, 0)
    rows = zlib.compress(b"\0" * min((width // 8 + 2) * height, 11_000_000), 9)
    parts = [chunk(b"IHDR", head), *extra, chunk(b"IDAT", rows), chunk(b"IEND", b"")]
    return b"\x89PNG\r\n\x1a\n" + b"".join(parts)


def a_zip_bomb() -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as packed:
        packed.writestr("a", b"\0" * 20_000_000)
        packed.writestr("../../outside", b"x")
    return out.getvalue()


def a_pdf(inside: bytes = b"", after: bytes = b"") -> bytes:
    return (
        b"%PDF-1.7\n1 0 obj\n<< /Type /Catalog "
        + inside
        + b" >>\nendobj\n"
        + after
        + b"trailer << >>\n%%EOF\n"
    )


def packed(inside: bytes, filters: bytes = b"/FlateDecode") -> bytes:
    """Objects of a PDF packed into one stream, where a plain search does not look."""
    data = zlib.compress(inside, 9)
    told = b"<< /Type /ObjStm /N 1 /First 4 /Filter " + filters + b" /Length %d >>" % len(data)
    return b"2 0 obj\n" + told + b"\nstream\n" + data + b"\nendstream\nendobj\n"


# What looks like a picture and is none, or is one that would take the machine's memory.
PICTURES = {
    "a bomb of pixels": a_png(60_000, 60_000),
    "a bomb that unpacks": a_png(10_000, 8_000),
    "a thin bomb": a_png(1_000_000_000, 1),
    "a bomb of words": a_png(8, 8, chunk(b"zTXt", b"c\0\0" + zlib.compress(b"a" * 80_000_000, 9))),
    "a bomb of colours": a_png(8, 8, chunk(b"iCCP", b"c\0\0" + zlib.compress(b"a" * 80_000_000, 9))),
    "many frames": picture(
        "GIF", save_all=True, append_images=[Image.new("RGB", (40, 30), n) for n in range(60)]
    ),
    "cut off": picture("JPEG", (900, 900))[:700],
    "only its beginning": b"\xff\xd8\xff",
    "postscript": b"%!PS-Adobe-3.0 EPSF-3.0\n%%BoundingBox: 0 0 9 9\n(/etc/passwd) (r) file\nshowpage\n",
    "drawing": b'<svg xmlns="http://www.w3.org/2000/svg"><script>alert(1)</script></svg>',
    "xml bomb": b'<!DOCTYPE a [<!ENTITY a "aaaa"><!ENTITY b "&a;&a;&a;">]><a>&b;</a>',
    "zip": a_zip_bomb(),
    "gzip": gzip.compress(b"\0" * 20_000_000),
    "picture in front of a page": picture("PNG") + b"<script>alert(1)</script>",
    "nothing": b"",
    "nul": b"\0" * 5000,
}
ALIVE = {
    "program": a_pdf(b"/OpenAction << /S /JavaScript /JS (app.alert(1)) >>"),
    "hidden name": a_pdf(b"/Open#41ction << /S /J#61vaScript >>"),
    "packed program": a_pdf(after=packed(b"3 0 << /S /JavaScript /JS (app.alert(1)) >>")),
    "packed twice": a_pdf(
        after=packed(zlib.compress(b"3 0 << /S /Launch >>"), b"[/FlateDecode /FlateDecode]")
    ),
    "packed bomb": a_pdf(after=packed(b"\0" * 80_000_000)),
    "attachment": a_pdf(b"/Names << /EmbeddedFiles 3 0 R >>"),
    "no end": b"%PDF-1.7\n1 0 obj\n<< >>\nendobj\n",
}


@pytest.mark.parametrize("kind", sorted(PICTURES))
def test_picture_that_is_none_or_too_much_is_never_drawn(kind: str) -> None:
    data = PICTURES[kind]
    view = derivative(io.BytesIO(data))
    if kind in ("many frames", "picture in front of a page"):
        assert view is not None and view.startswith(b"\xff\xd8\xff") and b"<script" not in view
    elif kind != "cut off":
        assert view is None
    refused = contextlib.nullcontext() if kind == "picture in front of a page" else pytest.raises(NotUsable)
    with refused:
        scanned(data)


@pytest.mark.parametrize("kind", sorted(ALIVE))
def test_paper_that_could_run_is_refused_wherever_papers_come_in(kind: str) -> None:
    with pytest.raises(NotUsable):
        scanned(ALIVE[kind])
    with pytest.raises(NotAPaper):
        kind_of(io.BytesIO(ALIVE[kind]))


def test_harmless_paper_that_is_packed_comes_in() -> None:
    told = a_pdf(after=packed(b"3 0 << /Type /Font /BaseFont /Nothing >>"))
    assert scanned(told).media == "application/pdf" and kind_of(io.BytesIO(told)) == "pdf"


@pytest.mark.parametrize("seed", range(12))
def test_damaged_picture_is_drawn_or_not_and_never_a_fault(seed: int) -> None:
    import random

    chance = random.Random(seed)
    for kind in ("PNG", "JPEG", "GIF", "TIFF", "WEBP", "BMP"):
        data = bytearray(picture(kind, (64, 48)))
        for _bit in range(8):
            data[chance.randrange(len(data))] ^= 1 << chance.randrange(8)
        derivative(io.BytesIO(bytes(data)))
        with contextlib.suppress(NotUsable):
            scanned(bytes(data))


def test_upload_that_is_refused_leaves_no_row_and_no_file(place: Town) -> None:
    client = browser(place.officer)
    page = client.post("/incidents/new/")["Location"].replace("/scene/", "/files/")
    before = {path.name for path in Path(settings.FILES).iterdir()}
    large = io.BytesIO(b"x" * (51 * 1024 * 1024))
    for name, file in (("large.bin", large), ("empty.bin", io.BytesIO(b""))):
        file.name = name
        answer = client.post(page, {"file": file, "kind": "photo", "about": "x"})
        assert answer.status_code == 422
        assert "too large" in answer.content.decode() or "empty" in answer.content.decode()
    huge = io.BytesIO(b"x" * (66 * 1024 * 1024))
    huge.name = "huge.bin"
    answer = client.post(page, {"file": huge, "kind": "photo"})
    assert answer.status_code in (413, 422) and "too large" in answer.content.decode()
    assert {path.name for path in Path(settings.FILES).iterdir()} == before
    with as_agency(place.police.id, at=AT):
        assert not Evidence.objects.filter(agency=place.police).exists()


@pytest.mark.parametrize(
    "name",
    ["../../etc/passwd", "a\x00.png", "\u202egnp.exe", "=cmd|'/c calc'!A1.csv", "W" * 4000, "<script>.png"],
)
def test_name_of_a_file_leads_nowhere_and_stays_sealed(place: Town, name: str) -> None:
    client = browser(place.officer)
    page = client.post("/incidents/new/")["Location"].replace("/scene/", "/files/")
    file = io.BytesIO(picture("JPEG"))
    file.name = name
    answer = client.post(page, {"file": file, "kind": "photo", "about": "x"})
    assert answer.status_code in (302, 400, 422)
    shown = client.get(page)
    assert "<script>.png" not in shown.content.decode() and not DIRECTION_OVERRIDES & set(
        shown.content.decode()
    )
    for path in Path(settings.FILES).iterdir():
        assert "etc" not in path.name and "script" not in path.name and len(path.name) < 60


# The police's own export, typed by somebody who means no good.
HEADING = "report_number,happened_at,offence_code,offence,place,location_kind,arrest,survivor_name,survivor_born_on," \
    "survivor_phone,other_name,other_born_on,other_phone,narrative\n"  # fmt: skip
ROW = "{n},2026-03-01 21:15,13B,Simple assault,{place},home,yes,{name},1990-02-28,312-555-0144,Denis Varga,1988-07-01,,{words}\n"


def taken(tmp_path: Path, police: Agency, *rows: dict[str, str], raw: bytes = b"") -> imports.Summary:
    path = tmp_path / "export.csv"
    lines = [
        ROW.format(**{"place": "Elm St", "name": f"Ana Reyes {n}", "words": "x", "n": f"R-{n}"} | row)
        for n, row in enumerate(rows)
    ]
    path.write_bytes(raw or (HEADING + "".join(lines)).encode("utf-8", "surrogatepass"))
    return imports.import_feed(path, feed.shipped("generic"), agency=police, at=NOW, say=str)


def test_import_turns_no_text_round_and_takes_no_control_sign(tmp_path: Path, place: Town) -> None:
    found = taken(
        tmp_path, place.police, {"name": "Maribel \u202eavraV\u202c Okonjo"}, {"name": "a\x07b"}, {"words": "x\x1b[31m"},
        {"place": "\u2066Elm\u2069 St"}, {"name": "=HYPERLINK(1)"},
    )  # fmt: skip
    assert [refusal.code for refusal in found.refused] == ["control", "control"]
    assert found.taken == 3
    with as_agency(place.police.id, at=NOW):
        said = [details(case.survivor)["name"] for case in Case.objects.filter(agency=place.police)]
        told = json.dumps(
            [said, [dict(words) for words in map(_steps, Incident.objects.filter(agency=place.police))]]
        )
    assert "Maribel avraV Okonjo" in said and "=HYPERLINK(1)" in said
    assert not DIRECTION_OVERRIDES & set(json.loads(f'"{json.dumps(told)[1:-1]}"'))


def _steps(incident: Incident) -> dict[str, Any]:
    from shelterbelt.cases.queries import steps

    return steps(incident)


@pytest.mark.parametrize(
    "raw",
    [
        a_zip_bomb(), gzip.compress(HEADING.encode()), HEADING.encode("utf-16"), b"\0" * 100_000, b"", b"\xff" * 5000,
        b"<?xml version='1.0'?><!DOCTYPE a [<!ENTITY a SYSTEM 'file:///etc/passwd'>]><a>&a;</a>",
        b'"' * 300_000, b"," * 300_000, b"PK\x03\x04", b"=cmd|'/c calc'!A1,b\n1,2\n",
    ],
)  # fmt: skip
def test_file_that_is_no_export_is_refused_whole(tmp_path: Path, place: Town, raw: bytes) -> None:
    with pytest.raises(feed.FeedError):
        taken(tmp_path, place.police, raw=raw or b" ")
    with as_agency(place.police.id, at=NOW):
        assert not Incident.objects.filter(agency=place.police).exists()


@pytest.mark.parametrize(
    "raw",
    [
        b"[" * 200_000, b'{"a":' * 200_000, b'{"id": ' + b"9" * 6000 + b"}", b'{"a": NaN}', b'{"a": 1, "a": 2}', b"\xff\xfe",
        b'"\\ud800"', b"null", b"[]", b"{}", b"<a/>", a_zip_bomb(), b"",
    ],
)  # fmt: skip
def test_directory_that_is_none_is_refused_whole(tmp_path: Path, raw: bytes) -> None:
    path = tmp_path / "directory.json"
    path.write_bytes(raw)
    try:
        found = list(read(path))
    except DirectoryError:
        return
    assert all(isinstance(one, Refusal) for one in found)


@pytest.mark.parametrize(
    "raw",
    [
        b"a: &a [x]\nb: &b [*a, *a]\nc: [*b, *b]\n", b"[" * 20_000, b"!!python/object/apply:os.system ['id']", b"a: 1\na: 2\n",
        b"\xff\xfe\x00", b"a: \x00", b"? [a]\n: b\n", b"", b"- a", b"name: " + b"9" * 6000,
    ],
)  # fmt: skip
def test_library_file_that_is_none_is_refused_by_name(raw: bytes) -> None:
    with pytest.raises(LibraryError, match=r"odd\.yaml|quote the key|stands twice"):
        parse(raw, "choices", "odd.yaml")


HOSTILE: list[Any] = [
    "a\x00b", "\u202eevil", "x" * 300_000, None, -1, 10**400, True, 1e308, [], {}, ["x"] * 5000, {"a": {"b": ["c"]}},
    "0001-01-01T00:00:00+23:59", "9999-12-31T23:59:59-23:59", "00000000-0000-0000-0000-000000000000", "=1+1", "<script>",
    ["a\x00"], [None], "1990-01-01", json.loads("[" * 300 + "]" * 300),
]  # fmt: skip


@pytest.fixture
def bodies(place: Town) -> dict[str, dict[str, Any]]:
    """A good body of each kind of letter."""
    from shelterbelt.referrals.actions import refer

    span = {"from": AT.isoformat(), "until": (AT + HOUR).isoformat()}
    grant = {
        "grant": str(uuid7()),
        "reference": "r",
        "categories": ["safety_needs"],
        "purpose": "safety",
        **span,
    }
    case = a_case(place)
    a_release(place, case)
    with as_agency(place.advocates.id, at=AT, worker=place.advocate.id):
        referral = refer(
            case, to=place.shelter, content=content(), answer_back=True, by=place.advocate, at=AT
        )
    return {
        "contact_request/1": body_of(said_yes(place, an_incident(place)).letter_id, place.police),
        "referral/1": body_of(referral.letter_id, place.advocates),
        "referral_answer/1": {"reference": referral.ref, "answer": "declined", "reason": "full"},
        "grant/1": grant,
        "grant/2": {**grant, "grant": str(uuid7()), "limits": "only this"},
        "narrowing/1": {
            "grant": grant["grant"],
            "categories": [],
            "until": span["from"],
            "limits": "",
            "at": span["from"],
        },
        "withdrawal/1": {"grant": grant["grant"], "at": span["from"]},
        "recipient_gone/1": {"grant": grant["grant"], "at": span["from"]},
        "moved/1": {"address": "http://localhost:9"},
        "experience/1": {
            "door": "open",
            "year": 2025,
            "first": 1,
            "last": 2,
            "count": 30,
            "said": {"believed": [15, 15, 0, 0], "again": [None, None, 19, 0]},
        },
        "help_call/1": {
            "reference": "r-1",
            "pressed_at": span["from"],
            "forced": False,
            "name": "Quill",
            "number": "+13125550142",
            "asks": "come",
            "place": {"lat": 41.88, "lon": -87.63, "metres": 12.0, "at": span["from"]},
        },
        "help_call_over/1": {"reference": "r-1", "because": "cancelled"},
        "help_call_taken/1": {"reference": "r-1"},
        "watch_request/1": {"reference": "r-1", "docket": "26-DV-1", "until": span["until"]},
        "watch_answer/1": {"reference": "r-1", "answer": "watched", "because": ""},
        "watch_end/1": {"reference": "r-1", "because": "withdrawn"},
        "fixes/1": {"reference": "r-1", "frames": "AAAA" * 16},
    }


def spoilt(body: Any) -> Iterator[Any]:
    """The body with one thing in it changed to something that nobody means well, and with things too few or many."""
    for name in body:
        for value in HOSTILE:
            yield {**body, name: value}
        if isinstance(body[name], dict):
            for inner in spoilt(body[name]):
                yield {**body, name: inner}
        yield {key: value for key, value in body.items() if key != name}
    yield {**body, "more": 1}


def test_every_kind_of_letter_is_spoilt_here() -> None:
    assert set(TAKERS) <= set(SHAPES)


@pytest.mark.parametrize("kind", sorted(TAKERS))
def test_spoilt_letter_is_refused_or_harmless_and_never_a_fault(
    place: Town, bodies: dict[str, dict[str, Any]], kind: str
) -> None:
    sender, to = (place.police, place.advocates) if kind != "referral/1" else (place.advocates, place.shelter)
    for epoch, body in enumerate(spoilt(copy.deepcopy(bodies[kind])), 1):
        told = Content(uuid7(), kind, sender.id, to.id, AT, body)
        answer = take_in(Post(told, "at_once", epoch, 1, sender, to), at=AT)
        assert answer, body
    worker = place.advocate if to == place.advocates else place.shelter_worker
    client = browser(worker)
    for path in ("/cases/", "/requests/", "/referrals/", "/work/"):
        shown = client.get(path)
        assert shown.status_code == 200, path
        assert (
            not DIRECTION_OVERRIDES & set(shown.content.decode()) and "<script>" not in shown.content.decode()
        )


def test_signed_description_with_odd_values_is_refused_in_one_line_and_nothing_is_kept(
    node: None, tmp_path: Path
) -> None:
    from shelterbelt.agencies.models import Node

    ring = Keyring.create(tmp_path / "theirs")
    keys = ring.public_keys()
    one = {
        "ref": "x" * 22, "name": "Theirs", "kind": "police", "protocol": "", "time_zone": "America/Chicago",
        "duty_phone": "", "fictional": False, "id": str(uuid7()), "units": [["a", "A"]],
    }  # fmt: skip
    good = {
        "name": "theirs", "address": "https://theirs.example", "sign_key": keys.sign.hex(), "seal_key": keys.seal.hex(),
        "agencies": [one],
    }  # fmt: skip
    nodes, agencies = Node.objects.count(), Agency.objects.count()
    for told in spoilt(good):
        _proposed(told, ring)
    for changed in spoilt(one):
        _proposed({**good, "agencies": [changed]}, ring)
    assert (Node.objects.count() - nodes, Agency.objects.count() - agencies) in {(0, 0), (1, 1)}
    assert keyring() is not ring


def _proposed(told: dict[str, Any], ring: Keyring) -> None:
    """Propose it and take it back; the only fault that may come is the one that says it in a line."""
    from django.db import transaction

    try:
        signature = sign(ring.node_keys().sign, trust.PURPOSE + canonical(told))
        text = json.dumps({"version": 1, "node": told, "signature": signature.hex()})
        with transaction.atomic():
            trust.propose_node(text, at=AT)
            transaction.set_rollback(True)
    except (NotTrusted, SealingError) as refusal:
        assert "\n" not in str(refusal)  # noqa: PT017
