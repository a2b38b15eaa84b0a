"""Opens whatever a node sealed, row by row and file by file, with the node's own keys: for tests that look for words."""

import contextlib
from collections.abc import Iterator
from pathlib import Path
from typing import Any
from uuid import UUID, uuid5

from django.apps import apps
from django.conf import settings
from django.db import models

from shelterbelt import sealing
from shelterbelt.agencies.models import Agency, Letter
from shelterbelt.sealing import letters
from shelterbelt.store.asker import as_agency
from tests.world import AT

COLUMNS = ("sealed", "document")
FILES = (".original", ".derivative", ".document")


def sealed_models() -> list[type[models.Model]]:
    """Every table of ours that has a sealed column."""
    ours = [model for model in apps.get_models() if model.__module__.startswith("shelterbelt.")]
    return [model for model in ours if any(field.name in COLUMNS for field in model._meta.concrete_fields)]


def everything(agencies: list[Agency]) -> Iterator[tuple[str, Any]]:
    """What these agencies sealed: where it lies (`consent.Release.sealed`), and the value or the bytes."""
    for agency in agencies:
        with as_agency(agency.id, at=AT):
            for model in sealed_models():
                if any(field.name == "agency" for field in model._meta.concrete_fields):
                    for row in model._default_manager.filter(agency=agency):
                        yield from opened_row(row)


def opened_row(row: Any) -> Iterator[tuple[str, Any]]:
    """Every sealed part of one row, and the files on the disk that bear its id."""
    for column in COLUMNS:
        if data := bytes(getattr(row, column, b"")):
            yield f"{row._meta.label}.{column}", _opened(row, data)
    for path in (Path(settings.FILES) / f"{row.pk}{end}" for end in FILES):
        if path.is_file():
            yield f"{row._meta.label}{path.suffix}", _bytes(row, path.read_bytes(), row.pk)


def _opened(row: Any, data: bytes) -> Any:
    if isinstance(row, Letter):
        return _letter(row, data)
    for about in _abouts(row):
        for key in keys_over(row):
            with contextlib.suppress(sealing.SealingError, ValueError):
                return sealing.keyring().open(key, row.agency_id, data, about=about)
    return _bytes(row, data, row.pk)


def _abouts(row: Any) -> Iterator[UUID]:
    """What a sealed part may be bound to: its row, the row's document, or the row that it is an older state of."""
    yield from (row.pk, uuid5(row.pk, "document"))
    for field in row._meta.concrete_fields:
        if isinstance(field, models.ForeignKey) and (above := getattr(row, field.attname)):
            yield above


def _bytes(row: Any, data: bytes, about: UUID) -> bytes:
    for key in keys_over(row):
        with contextlib.suppress(sealing.SealingError):
            return sealing.keyring().open_bytes(key, row.agency_id, data, about=about)
    raise AssertionError(f"nothing opens a row of {row._meta.label}")


def keys_over(row: Any) -> Iterator[bytes]:
    """The row's own key, or those of what it belongs to."""
    if key := bytes(getattr(row, "key", b"")):
        yield key
    for field in row._meta.concrete_fields:
        above = getattr(row, field.name) if isinstance(field, models.ForeignKey) else None
        if above is not None and not isinstance(above, Agency):
            yield from keys_over(above)


def _letter(row: Letter, data: bytes) -> Any:
    """What a letter says to the node that it is sealed to; the nodes of these tests are all this one."""
    node = row.to.node
    known = letters.PublicKeys(bytes(node.sign_key), bytes(node.seal_key))
    return letters.read(data, by=known, to=sealing.keyring().node_keys())


def leaves(value: Any, path: str = "") -> Iterator[tuple[str, str]]:
    """Every text in a value with the way to it; the places of a list are one way."""
    if isinstance(value, dict):
        for name, inner in value.items():
            yield from leaves(inner, f"{path}.{name}")
    elif isinstance(value, list | tuple):
        for inner in value:
            yield from leaves(inner, f"{path}[]")
    elif isinstance(value, bytes):
        yield path, value.decode("latin-1")
    elif isinstance(value, str):
        yield path, value
