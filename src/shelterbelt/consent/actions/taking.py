"""Take a release and open its grant; note each time that a grant showed something.

Refuses a release that is not complete and lawful, signed by the other person of the case, or for somebody who has died.
"""

from collections.abc import Collection, Sequence
from dataclasses import replace
from datetime import date, datetime
from typing import Any
from uuid import UUID
from zoneinfo import ZoneInfo

from django.db import IntegrityError, transaction

from shelterbelt.access.models import Bar, Worker
from shelterbelt.access.rules import NotForYou, require
from shelterbelt.agencies.models import Agency
from shelterbelt.agencies.queries import is_system
from shelterbelt.agencies.sealed import new_key, seal
from shelterbelt.consent.actions.bases import tell_of
from shelterbelt.consent.document import plain, sealed_document, signed_text
from shelterbelt.consent.files import CaseFile, file_of
from shelterbelt.consent.law import law_of
from shelterbelt.consent.marks import Mark
from shelterbelt.consent.models import Death, Grant, Paper, Release, Shown
from shelterbelt.consent.paper import made, sealed_paper
from shelterbelt.consent.policy import TAKE_RELEASE
from shelterbelt.consent.sheets import Sheet
from shelterbelt.ledger.actions import reading, record
from shelterbelt.library import shelf
from shelterbelt.rules import releases, signers
from shelterbelt.rules.reasons import Problem
from shelterbelt.rules.releases import Draft
from shelterbelt.store.ids import uuid7

LONG = "release.expiry_long"
REVIEWERS = ("council",)


class Incomplete(ValueError):
    """The release is not complete or not lawful; `problems` says which field and why."""

    def __init__(self, problems: Sequence[Problem]) -> None:
        self.problems = tuple(problems)
        super().__init__(f"The release is not complete: {', '.join(one.code for one in self.problems)}")


def take_release(
    case_id: UUID,
    *,
    token: UUID,
    reference: str,
    recipient: Agency,
    draft: Draft,
    by: Worker,
    at: datetime,
    case_ref: str = "",
    long_confirmed: bool = False,
    mark: Mark | None = None,
) -> Release:
    """Keep what was signed with its paper, open its grant and tell the recipient. The same `token` twice is one release.

    `reference` is the recipient's own word for the case; without one they get the release's reference. An
    after-death instruction opens nothing and tells nobody until the death is recorded.
    """
    require(by, TAKE_RELEASE, at=at)
    file = _file(case_ref, case_id, by=by, at=at)
    draft = replace(draft, recipients=(recipient.ref,), marks=mark.count if mark else 0)
    found = problems_of(
        draft, recipient=recipient, holder=by.agency, long_confirmed=long_confirmed, at=at, file=file
    )
    if problems := dict.fromkeys((*found, *_died(case_id), *_named(case_id, recipient))):
        raise Incomplete(tuple(problems))
    if before := Release.objects.filter(id=token).first():
        return _same(before, case_id, by)
    try:
        with transaction.atomic():
            return _kept(case_id, token, reference, recipient, draft, case_ref, mark, by=by, at=at)
    except IntegrityError:
        return _same(Release.objects.filter(id=token).first(), case_id, by)


def _file(case_ref: str, case_id: UUID, *, by: Worker, at: datetime) -> CaseFile | None:
    """The case as its own worker may write in it; a reference to another case than the id is refused."""
    file = file_of(case_ref, by=by, at=at) if case_ref else None
    if file is not None and file.id != case_id:
        raise NotForYou
    return file


def _died(case_id: UUID) -> tuple[Problem, ...]:
    died = Death.objects.filter(case_id=case_id, mistaken_at=None).exists()
    return (Problem("subject", "release.survivor_died"),) if died else ()


def _named(case_id: UUID, recipient: Agency) -> tuple[Problem, ...]:
    """Nothing is released to an agency that the survivor named as never to see."""
    barred = Bar.objects.filter(thing_id=case_id, viewer_id=recipient.id).exists()
    return (Problem("recipient", "release.recipient_kept_out"),) if barred else ()


def problems_of(
    draft: Draft,
    *,
    recipient: Agency,
    holder: Agency,
    long_confirmed: bool,
    at: datetime,
    file: CaseFile | None = None,
) -> tuple[Problem, ...]:
    """Everything that forbids this release now, on the holder's own calendar and by its law."""
    today = _today(holder, at)
    problems, warnings = releases.check(draft, on=today, law=law_of(holder))
    found = [*problems, *_of_recipient(draft, recipient, holder)]
    if any(warning.code == LONG for warning in warnings) and not long_confirmed:
        found.append(Problem("long_confirmed", LONG))
    if set(draft.categories) - shelf.codes("release_categories"):
        found.append(Problem("categories", "release.category_unknown"))
    found += _died(file.id) if file is not None else ()
    if file is not None and file.other:
        other = signers.Other(file.other, file.other_born_on)
        found += signers.against(draft, other)
    return tuple(found)


def _of_recipient(draft: Draft, recipient: Agency, holder: Agency) -> list[Problem]:
    found = []
    if recipient.id == holder.id:
        found.append(Problem("recipient", "release.own_agency"))
    if recipient.closed_at is not None or not _reached(recipient):
        found.append(Problem("recipient", "release.recipient_gone"))
    if is_system(recipient) and not draft.court_told:
        found.append(Problem("court_told", "release.court_not_told"))
    if draft.after_death == "review" and recipient.kind not in REVIEWERS:
        found.append(Problem("after_death", "release.review_needs_team"))
    return found


def _reached(recipient: Agency) -> bool:
    return recipient.node.is_self or recipient.node.state == "trusted"


def _kept(
    case_id: UUID,
    token: UUID,
    reference: str,
    recipient: Agency,
    draft: Draft,
    case_ref: str,
    mark: Mark | None,
    *,
    by: Worker,
    at: datetime,
) -> Release:
    if draft.starts_on is None or draft.expires_on is None:
        raise ValueError("a release without its days")
    holder, key, fields = by.agency, new_key(by.agency_id), plain(draft)
    from_at, until_at = releases.span(draft.starts_on, draft.expires_on, zone=holder.time_zone, signed_at=at)
    text = signed_text(fields, holder=holder, recipient=recipient, at=at)
    release = Release.objects.create(
        id=token,
        agency=holder,
        key=key,
        sealed=seal(key, holder.id, {**fields, "case_ref": case_ref, "reference": reference}, about=token),
        document=sealed_document(text, key, holder.id, token),
        case_id=case_id,
        recipient=recipient,
        categories=list(draft.categories),
        starts_at=from_at,
        expires_at=until_at,
        taken_at=at,
        taken_by=by.id,
        after_death=draft.after_death == "review",
    )
    form = _keep_papers(release, text, mark)
    record("release.taken", about=release.id, by=by.id, agency=holder.id, at=at, digest=bytes(form.sha256))
    if not release.after_death:
        _open_grant(release, draft, reference, at=at)
    return release


def _keep_papers(release: Release, text: dict[str, Any], mark: Mark | None) -> Paper:
    """Seal the signed form, and the scan of a paper that was signed by hand; returns the form."""
    form = _keep_paper(release, made(text, mark))
    for sheet in mark.sheets() if mark else ():
        _keep_paper(release, sheet)
    return form


def _keep_paper(release: Release, sheet: Sheet) -> Paper:
    paper_id = uuid7()
    return Paper.objects.create(
        id=paper_id,
        agency=release.agency,
        release=release,
        case_id=release.case_id,
        what=sheet.what,
        media=sheet.media,
        sealed=sealed_paper(bytes(release.key), release.agency_id, sheet.data, paper_id),
        sha256=sheet.sha256,
        size=len(sheet.data),
    )


def _open_grant(release: Release, draft: Draft, reference: str, *, at: datetime) -> None:
    until = releases.written_until(draft, zone=release.agency.time_zone, signed_at=at)
    grant = Grant.objects.create(
        agency=release.agency,
        case_id=release.case_id,
        recipient=release.recipient,
        categories=release.categories,
        purpose=draft.purpose,
        basis="release",
        release=release,
        from_at=release.starts_at,
        until_at=release.expires_at,
        written_until={code: instant.isoformat() for code, instant in sorted(until.items())},
    )
    tell_of(grant, reference or release.ref, limits=draft.scope, at=at)


def note_shown(
    grant: Grant, case_id: UUID, reader: Agency, categories: Collection[str], digest: bytes, *, at: datetime
) -> None:
    """Note one disclosure and write its reading: what a grant opened to whom, with the digest of what was shown."""
    Shown.objects.create(
        agency_id=grant.agency_id,
        grant=grant,
        case_id=case_id,
        reader=reader,
        categories=sorted(categories),
        at=at,
        digest=digest,
    )
    reading(
        "case.read_by_grant",
        about=case_id,
        by=None,
        agency=grant.agency_id,
        at=at,
        reader_agency=reader.id,
        grant=grant.id,
        digest=digest,
    )


def _same(found: Release | None, case_id: UUID, by: Worker) -> Release:
    """What the first click made; anything else under this token is not this worker's."""
    if found is None or found.agency_id != by.agency_id or found.case_id != case_id:
        raise NotForYou
    return found


def _today(holder: Agency, at: datetime) -> date:
    return at.astimezone(ZoneInfo(holder.time_zone)).date()
