"""Makes the file of proof of a breach: its order, terms, what was said of it, and each piece with its custody.

Leaves out who told of it, every word that somebody wrote, and the places of whoever is protected.
"""

import base64
from collections.abc import Iterator
from datetime import datetime
from typing import Any

from django.utils.translation import gettext as _

from shelterbelt import sealing
from shelterbelt.breaches.models import FIXES, Breach, BreachCustody, BreachEvidence
from shelterbelt.breaches.proof import FORMAT, KEY, LIST, SIGNATURE, fixes_of, packed, told
from shelterbelt.breaches.queries.pieces import hands_before
from shelterbelt.breaches.told import by_word, said_in, said_of
from shelterbelt.sealing.primitives import public_pem, sign

FILE_NAME = "pages.zip"


def export(breach: Breach, *, at: datetime) -> bytes:
    """The file, signed by this node now. The caller was asked, and noted that it leaves."""
    keys = sealing.keyring()
    pieces: dict[str, bytes] = {}
    evidence = [
        _piece(number, row, pieces) for number, row in enumerate(breach.breachevidences.order_by("id"), 1)
    ]
    public = keys.public_keys().sign
    listed = {
        "about": FORMAT,
        "made_at": at.isoformat(),
        "breach": _breach(breach),
        "order": _order(breach),
        "terms": list(_terms(breach)),
        "decisions": [
            {"state": one.state, "at": one.at.isoformat()}
            for one in breach.breachdecisions.order_by("at", "id")
        ],
        "keys": sorted({one["key"] for one in evidence} - {public.hex()}),
        "evidence": evidence,
    }
    signature = sign(keys.node_keys().sign, told(listed))
    return packed(listed, pieces, signature=signature, pem=public_pem(public), how=_how())


def _breach(breach: Breach) -> dict[str, Any]:
    said = said_of(breach)
    return {
        "id": str(breach.id),
        "source": breach.source,
        "act": said["act"],
        "certainty": said["certainty"],
        "happened_at": breach.happened_at.isoformat(),
        "recorded_at": breach.recorded_at.isoformat(),
    }


def _order(breach: Breach) -> dict[str, Any]:
    order: dict[str, Any] = said_of(breach)["order"]
    return order


def _terms(breach: Breach) -> Iterator[dict[str, Any]]:
    found = [(said_in(one)["number"], one) for one in breach.breachterms.order_by("id")]
    for number, one in sorted(found, key=lambda pair: int(pair[0])):
        yield {"number": number, "code": one.code, "kind": one.kind, "certainty": one.certainty}


def _piece(number: int, row: BreachEvidence, pieces: dict[str, bytes]) -> dict[str, Any]:
    data = base64.b64decode(said_in(row)["data"])
    name = f"files/{number:02d}.bin" if row.evidence_id is None else ""
    if name:
        pieces[name] = data
    return {
        "id": str(row.id),
        "kind": row.kind,
        "file": name,
        "fixes": fixes_of(data) if row.kind == FIXES else [],
        "statement": bytes(row.statement).decode(),
        "signature": bytes(row.signature).hex(),
        "key": bytes(row.signed_by).hex(),
        "before": _before(row),
        "custody": [_line(row, one) for one in BreachCustody.objects.filter(evidence=row).order_by("number")],
    }


def _before(row: BreachEvidence) -> list[dict[str, Any]]:
    """Of a file of evidence of the case: who had it in hand, as its incident's own lines say."""
    lines = hands_before([row.evidence_id]).get(row.evidence_id, []) if row.evidence_id else []
    return [
        {"kind": one.kind, "at": one.at.isoformat(), "by": str(one.by), "about": bytes(one.digest).hex()}
        for one in lines
    ]


def _line(row: BreachEvidence, line: BreachCustody) -> dict[str, Any]:
    return {
        "number": line.number,
        "kind": line.kind,
        "at": line.at.isoformat(),
        "by": by_word(line.by),
        "what": str(row.id),
        "about": bytes(row.sha256).hex(),
        "digest": bytes(line.digest).hex(),
    }


def _how() -> str:
    """How anybody checks it with programs that every computer can have."""
    return "\n".join(
        (
            _("How to check this file"),
            "",
            _("1. Is the list as it was signed? Ask whoever handed it over whether the key is theirs."),
            f"   openssl pkeyutl -verify -pubin -inkey {KEY} -rawin -in {LIST} -sigfile {SIGNATURE}",
            _("2. Each piece has a statement that was signed when it was taken in: SHA-256, size and hour."),
            "   sha256sum files/*",
            _(
                "3. Each line of custody hangs on the one before. The whole format is written in docs/breaches.md."
            ),
            "   shelterbelt breach verify FILE",
            "",
        )
    )
