"""Is a drafted release of information complete and lawful? Names every field that is not.

It refuses a release without an end, to more than one agency, or signed by the abusive person; it saves
nothing.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from shelterbelt.rules.reasons import Problem

EXPLAINED = frozenset({"can_be_revoked", "not_a_condition", "risks", "report_limits", "passed_on"})
CAPACITIES = frozenset({"survivor", "minor", "parent", "guardian"})
INTERPRETER = frozenset({"not_needed", "used", "declined"})


@dataclass(frozen=True, slots=True)
class Limits:
    """How long a release may run, in days.

    The defaults are the product's policy (tag P); a county may narrow them.
    """

    default_days: int = 30
    warn_days: int = 90
    max_days: int = 365


LIMITS = Limits()


@dataclass(frozen=True, slots=True)
class Signer:
    """One who signs. `is_abuser` is None until somebody has asked."""

    name: str
    capacity: str
    is_abuser: bool | None


@dataclass(frozen=True, slots=True)
class Draft:
    """A release as typed so far.

    `expires_on` is its last day. Ticks and lists hold codes from the library.
    """

    subject: str = ""
    recipients: tuple[str, ...] = ()
    recipient_person: str = ""
    categories: tuple[str, ...] = ()
    scope: str = ""
    purpose: str = ""
    means: tuple[str, ...] = ()
    starts_on: date | None = None
    expires_on: date | None = None
    signers: tuple[Signer, ...] = ()
    minor_may_sign_alone: bool = False
    explained: frozenset[str] = frozenset()
    language: str = ""
    interpreter: str = ""
    interpreter_name: str = ""
    witness: str = ""
    signature: str = ""
    after_death: str = ""


def check(
    draft: Draft, *, on: date, limits: Limits = LIMITS
) -> tuple[tuple[Problem, ...], tuple[Problem, ...]]:
    """This function will return the problems that forbid the release, and the warnings that do not.

    `on` is the day of signing in the agency's own zone. Both are tuples of (field, code), empty when all is
    well. Source: what a release must be under VAWA, FVPSA and VOCA (34 USC 12291(b)(2), tag M; OVW FAQ
    2017, tag S).
    """
    problems = (
        *_blanks(draft),
        *_recipient(draft),
        *_span_problems(draft, on, limits),
        *_signer_problems(draft),
        *_explained(draft),
        *_interpreter(draft),
    )
    return tuple(dict.fromkeys(problems)), tuple(_warnings(draft, limits))


def default_expiry(starts_on: date, limits: Limits = LIMITS) -> date:
    """This function will return the last day of a release unless a person chooses another: 30 days on."""
    return starts_on + timedelta(days=limits.default_days)


def span(starts_on: date, expires_on: date, *, zone: str, signed_at: datetime) -> tuple[datetime, datetime]:
    """This function will return the instants [from, until) in UTC during which a release opens anything.

    It runs from the start of `starts_on`, and never from before the signature, to the end of `expires_on`,
    both in the agency's zone. Raises ValueError for a naive `signed_at`, ZoneInfoNotFoundError for an
    unknown zone.
    """
    if signed_at.utcoffset() is None:
        raise ValueError("an instant needs its zone")
    here = ZoneInfo(zone)
    from_at = datetime.combine(starts_on, time.min, here).astimezone(UTC)
    until_at = datetime.combine(expires_on + timedelta(days=1), time.min, here).astimezone(UTC)
    return max(from_at, signed_at.astimezone(UTC)), until_at


def _blanks(draft: Draft) -> Iterator[Problem]:
    texts = {
        "subject": draft.subject,
        "purpose": draft.purpose,
        "language": draft.language,
        "witness": draft.witness,
        "signature": draft.signature,
    }
    yield from (Problem(name, f"release.{name}_needed") for name, text in texts.items() if not text.strip())
    for name, codes in (("categories", draft.categories), ("means", draft.means)):
        if not any(code.strip() for code in codes):
            yield Problem(name, f"release.{name}_needed")


def _recipient(draft: Draft) -> Iterator[Problem]:
    named = {recipient.strip() for recipient in draft.recipients} - {""}
    if not named:
        yield Problem("recipient", "release.recipient_needed")
    elif len(named) > 1:
        yield Problem("recipient", "release.one_recipient")


def _span_problems(draft: Draft, on: date, limits: Limits) -> Iterator[Problem]:
    starts_on, expires_on = draft.starts_on, draft.expires_on
    if starts_on is None:
        yield Problem("starts_on", "release.start_needed")
    elif starts_on < on:
        # Nothing shared before the signature becomes lawful after it.
        yield Problem("starts_on", "release.start_past")
    if expires_on is None:
        yield Problem("expires_on", "release.expiry_needed")
        return
    if expires_on < on:
        yield Problem("expires_on", "release.expiry_past")
    elif starts_on is not None and expires_on < starts_on:
        yield Problem("expires_on", "release.expiry_before_start")
    if _days(draft, on) > limits.max_days:
        yield Problem("expires_on", "release.expiry_too_far")


def _days(draft: Draft, on: date) -> int:
    start = draft.starts_on or on
    return (draft.expires_on - start).days if draft.expires_on else 0


def _signer_problems(draft: Draft) -> Iterator[Problem]:
    if not draft.signers:
        yield Problem("signer", "release.signer_needed")
        return
    for signer in draft.signers:
        if not signer.name.strip():
            yield Problem("signer", "release.signer_name_needed")
        if signer.capacity not in CAPACITIES:
            yield Problem("signer_capacity", "release.capacity_needed")
        if signer.is_abuser is None:
            yield Problem("signer_is_abuser", "release.abuser_not_asked")
        elif signer.is_abuser:
            yield Problem("signer_is_abuser", "release.abuser_may_not_sign")
    yield from _together({signer.capacity for signer in draft.signers}, draft)


def _together(capacities: set[str], draft: Draft) -> Iterator[Problem]:
    if "parent" in capacities and "minor" not in capacities:
        yield Problem("signer", "release.minor_signs_too")
    if capacities == {"minor"} and not draft.minor_may_sign_alone:
        yield Problem("signer", "release.parent_signs_too")


def _explained(draft: Draft) -> Iterator[Problem]:
    for code in sorted(EXPLAINED - draft.explained):
        yield Problem("explained", f"release.explain_{code}")


def _interpreter(draft: Draft) -> Iterator[Problem]:
    if draft.interpreter not in INTERPRETER:
        yield Problem("interpreter", "release.interpreter_needed")
    elif draft.interpreter == "used" and not draft.interpreter_name.strip():
        yield Problem("interpreter_name", "release.interpreter_name_needed")


def _warnings(draft: Draft, limits: Limits) -> Iterator[Problem]:
    if draft.starts_on and draft.expires_on and _days(draft, draft.starts_on) > limits.warn_days:
        yield Problem("expires_on", "release.expiry_long")
    if draft.interpreter == "declined":
        yield Problem("interpreter", "release.interpreter_declined")
