"""What somebody without an account does: tell, come back with the words, write more, say what they wish, take it all back.

Nobody is signed in: the words, or the secret that a browser got for them, are the permission. Refuses to say whether a
report ever was: wrong words, words of a report that was taken back, and words that never were take as long and give nothing.
"""

import hashlib
import secrets
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from shelterbelt.agencies.models import Agency
from shelterbelt.agencies.sealed import destroy, new_key, opened, seal
from shelterbelt.hotline.codes import digest_of, drawn
from shelterbelt.hotline.models import Report, Return, Saying
from shelterbelt.ledger.actions import record
from shelterbelt.library import shelf
from shelterbelt.sealing.primitives import KEY_SIZE, NONCE_SIZE, Key, decrypt, derive, encrypt
from shelterbelt.store import journal
from shelterbelt.store.ids import uuid7

LASTS = timedelta(minutes=30)
BOUND = b"hotline.return"


class NothingSaid(Exception):
    """There is nothing to keep yet."""


@dataclass(frozen=True)
class Told:
    """A report that was taken in: the secret for the browser, behind which the words wait to be shown once."""

    report: Report
    secret: str


def tell(
    agency: Agency, *, words: str, name: str = "", language: str = "en", apart: bool = False, at: datetime
) -> Told:
    """Keep what somebody tells, under a key of its own. Nothing but some word is needed."""
    if not words.strip():
        raise NothingSaid
    code = drawn(language)
    report_id, key = uuid7(), new_key(agency.id)
    content = {"name": name, "language": language, "wishes": [], "may_copy": False, "instructions": None}
    report = Report.objects.create(
        id=report_id, agency_id=agency.id, key=key, sealed=seal(key, agency.id, content, about=report_id),
        digest=digest_of(code, agency.id), arrived_at=at, touched_at=at, apart=apart,
    )  # fmt: skip
    _say(report, words, by=None, at=at)
    record("report.told", about=report.id, by=None, agency=agency.id, at=at)
    return Told(report, _admitted(report, code, at=at))


def come_back(agency: Agency, typed: str, *, at: datetime) -> str:
    """The secret for a browser whose words are right; nothing otherwise. The slow digest is made for every try."""
    digest = digest_of(typed, agency.id)
    report = Report.objects.filter(agency_id=agency.id, digest=digest).first()
    if report is None:
        return ""
    record("report.opened", about=report.id, by=None, agency=agency.id, at=at)
    return _admitted(report, "", at=at)


def words_to_show(returned: Return, secret: str) -> str:
    """The words of a new report, until whoever told it has them; nothing ever after."""
    return _opened(secret, bytes(returned.sealed)) if returned.sealed else ""


def forget_words(returned: Return) -> None:
    """They have them: nobody can show them any more."""
    Return.objects.filter(digest=returned.digest).update(sealed=b"")


def tell_more(report: Report, words: str, *, at: datetime) -> None:
    """Write more to it."""
    if not words.strip():
        raise NothingSaid
    _say(report, words, by=None, at=at)
    Report.objects.filter(id=report.id).update(touched_at=at, waits=True)
    record("report.added", about=report.id, by=None, agency=report.agency_id, at=at)


def wish(
    report: Report,
    *,
    wishes: list[str],
    may_copy: bool,
    instructions: Mapping[str, Any] | None,
    at: datetime,
) -> None:
    """Say what they would like, and how they may be reached. What they said before is gone."""
    if not set(wishes) <= shelf.codes("report_wishes"):
        raise ValueError("a wish comes from the library")
    row = Report.objects.select_for_update().get(id=report.id)
    told = {
        "wishes": wishes,
        "may_copy": may_copy,
        "instructions": dict(instructions) if instructions else None,
    }
    row.sealed = seal(bytes(row.key), row.agency_id, {**opened(row), **told}, about=row.id)
    row.touched_at, row.waits = at, True
    row.save(update_fields=["sealed", "touched_at", "waits"])
    record("report.wished", about=row.id, by=None, agency=row.agency_id, at=at)


def take_back(report: Report, *, at: datetime) -> None:
    """All of it goes, at once and for good: the key first, then every row. A file that was opened since is not touched."""
    record("report.taken_back", about=report.id, by=None, agency=report.agency_id, at=at)
    let_report_go(report.id)
    journal.note("report.gone", report.id, agency=report.agency_id, at=at)


def let_report_go(report_id: UUID) -> bool:
    """Destroy its key, then its rows; whether there was one. A restore asks for it again."""
    report = Report.objects.filter(id=report_id).first()
    if report is None:
        return False
    destroy(bytes(report.key), report.agency_id)
    report.delete()
    return True


def leave(agency: Agency, secret: str) -> None:
    """Close it in this browser."""
    Return.objects.filter(agency_id=agency.id, digest=kept_of(secret)).delete()


def kept_of(secret: str) -> bytes:
    """Under what a browser's secret is kept."""
    return hashlib.sha256(secret.encode("utf-8", "replace")).digest()


def _admitted(report: Report, code: str, *, at: datetime) -> str:
    secret = secrets.token_urlsafe(32)
    sealed = encrypt(_key(secret), bytes(NONCE_SIZE), code.encode(), BOUND) if code else b""
    Return.objects.filter(agency_id=report.agency_id, until_at__lte=at).delete()
    Return.objects.create(
        digest=kept_of(secret), agency_id=report.agency_id, report=report, sealed=sealed, until_at=at + LASTS
    )
    return secret


def _opened(secret: str, sealed: bytes) -> str:
    return decrypt(_key(secret), bytes(NONCE_SIZE), sealed, BOUND).decode()


def _key(secret: str) -> Key:
    """Of one secret, for one text: its nonce may be what it is."""
    return Key(derive(secret.encode(), salt=b"", info=b"shelterbelt.return", size=KEY_SIZE))


def _say(report: Report, words: str, *, by: UUID | None, at: datetime, outcome: str = "") -> Saying:
    saying_id, content = uuid7(), {"words": words, **({"outcome": outcome} if outcome else {})}
    return Saying.objects.create(
        id=saying_id, agency_id=report.agency_id, report=report, at=at, by=by,
        sealed=seal(bytes(report.key), report.agency_id, content, about=saying_id),
    )  # fmt: skip
