"""The text of a release as it is signed, and what of it is kept. Leaves nothing out that was typed.

The text holds a random line, so that its digest in the ledger cannot be guessed from likely names.
"""

import secrets
from collections.abc import Mapping
from dataclasses import asdict
from datetime import datetime
from typing import Any
from uuid import UUID, uuid5

from shelterbelt.agencies.models import Agency
from shelterbelt.agencies.sealed import opened_under, seal
from shelterbelt.consent.models import Release
from shelterbelt.rules.releases import Draft
from shelterbelt.sealing.digests import digest

FORM = "release/2"


def plain(draft: Draft) -> dict[str, Any]:
    """The fields of a draft as they can be sealed: texts, lists and yes or no; days as texts, empty without one."""
    fields = {name: value for name, value in asdict(draft).items() if name != "marks"}
    fields["explained"] = sorted(draft.explained)
    fields["signers"] = [{n: _plain(n, v) for n, v in asdict(signer).items()} for signer in draft.signers]
    return {name: _plain(name, value) for name, value in fields.items()}


def _plain(name: str, value: Any) -> Any:
    if name.endswith("_on"):
        return value.isoformat() if value else ""
    return list(value) if isinstance(value, tuple) else value


def signed_text(
    fields: Mapping[str, Any], *, holder: Agency, recipient: Agency, at: datetime
) -> dict[str, Any]:
    """Exactly what was signed: every field, both agencies by name, the instant, and a line none can guess."""
    return {
        "form": FORM,
        "holder": holder.name,
        "recipient": recipient.name,
        "recipient_kind": recipient.kind,
        "zone": holder.time_zone,
        "signed_at": at.isoformat(),
        "fields": dict(fields),
        "random": secrets.token_hex(16),
    }


def sealed_document(text: Mapping[str, Any], key: bytes, agency_id: UUID, release_id: UUID) -> bytes:
    """The signed text under the release's key; it cannot take the place of the row's other sealed part."""
    return seal(key, agency_id, text, about=_about(release_id))


def document_of(release: Release) -> dict[str, Any]:
    """The signed text of a release, opened."""
    return opened_under(bytes(release.key), _about(release.id), release.agency_id, bytes(release.document))


def digest_of(text: Mapping[str, Any]) -> bytes:
    """The digest that the ledger keeps of a signed text."""
    return digest(text)


def _about(release_id: UUID) -> UUID:
    return uuid5(release_id, "document")
