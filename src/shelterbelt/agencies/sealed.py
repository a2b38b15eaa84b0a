"""Seals and opens the content of rows for their holder. Refuses a row whose key is gone; decides nothing about who may look."""

from collections.abc import Mapping
from typing import Any
from uuid import UUID

from shelterbelt import sealing
from shelterbelt.sealing.digests import canonical
from shelterbelt.store.fields import SealedRow

Blob = bytes | memoryview


def new_key(agency_id: UUID) -> bytes:
    """A fresh content key, wrapped by the agency's key."""
    return sealing.keyring().new_key(agency_id)


def seal(key: Blob, agency_id: UUID, content: Mapping[str, Any], *, about: UUID) -> bytes:
    """Content under a wrapped key, bound to the row it is about."""
    return sealing.keyring().seal(bytes(key), agency_id, content, about=about)


def destroy(key: Blob, agency_id: UUID | None = None) -> None:
    """Everything under this content key is unreadable from now on, in every backup of the database too; twice is once."""
    sealing.keyring().destroy(bytes(key), agency_id)


def opened(row: SealedRow) -> dict[str, Any]:
    """The content of a row that has its own key."""
    return sealing.keyring().open(bytes(row.key), row.agency_id, bytes(row.sealed), about=row.id)


def opened_under(key: Blob, row_id: UUID, agency_id: UUID, sealed: Blob) -> dict[str, Any]:
    """The content of a row that lies under its file's key (a note under its case's)."""
    return sealing.keyring().open(bytes(key), agency_id, bytes(sealed), about=row_id)


def fingerprint(agency_id: UUID, content: Mapping[str, Any]) -> bytes:
    """A keyed digest of content for the ledger: it shows a change, and without the agency's key it tells no answer."""
    return sealing.keyring().index_token(agency_id, f"ledger:{canonical(content).decode()}")
