"""Is a drafted release of information complete and lawful? Names every field that is not.

It refuses a release without an end, to more than one agency, or signed by the abusive person; it saves
nothing.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from shelterbelt.rules.instants import aware
from shelterbelt.rules.reasons import Problem

EXPLAINED = frozenset(
    {"can_be_revoked", "not_a_condition", "risks", "report_limits", "passed_on", "kept_by_law"}
)
CAPACITIES = frozenset({"survivor", "minor", "parent", "guardian"})
INTERPRETER = frozenset({"not_needed", "used", "declined"})
SIGNED = frozenset({"typed", "drawn", "scanned"})


@dataclass(frozen=True, slots=True)
class Limits:
    """How long a release may run, in days.

    The defaults are the product's policy (tag P); a county may narrow them.
    """

    default_days: int = 30
    warn_days: int = 90
    max_days: int = 365
    after_death_days: int = 365


LIMITS = Limits()


@dataclass(frozen=True, slots=True)
class MinorLaw:
    """What one jurisdiction's law says of minors; `grounds` are what lets a minor sign alone, from which age.

    Below `signs_from` a parent signs without the minor. With no law at hand nobody under age signs alone.
    """

    of_age: int = 18
    signs_from: int = 0
    grounds: Mapping[str, int] = field(default_factory=dict)


NO_LAW = MinorLaw()


@dataclass(frozen=True, slots=True)
class Signer:
    """One who signs. `is_abuser` is None until somebody has asked."""

    name: str
    capacity: str
    is_abuser: bool | None
    born_on: date | None = None


@dataclass(frozen=True, slots=True)
class Draft:
    """A release as typed so far.

    `expires_on` is its last day. Ticks and lists hold codes from the library. Under the categories of `later`
    what is written after the signature is opened too; under those of `before_of` only what was written before
    `before_on`. `marks` counts drawn signatures or scanned papers.
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
    minor_born_on: date | None = None
    minor_ground: str = ""
    guardian_paper: str = ""
    explained: frozenset[str] = frozenset()
    language: str = ""
    interpreter: str = ""
    interpreter_name: str = ""
    witness: str = ""
    signature: str = ""
    after_death: str = ""
    court_told: bool = False
    later: tuple[str, ...] = ()
    before_on: date | None = None
    before_of: tuple[str, ...] = ()
    signed_as: str = "typed"
    second_signature: str = ""
    marks: int = 0
    not_the_other: bool = False


def check(
    draft: Draft, *, on: date, limits: Limits = LIMITS, law: MinorLaw = NO_LAW
) -> tuple[tuple[Problem, ...], tuple[Problem, ...]]:
    """This function will return the problems that forbid the release, and the warnings that do not.

    `on` is the day of signing in the agency's own zone, `law` what it says of minors there. Both are tuples
    of (field, code), empty when all is well. Source: what a release must be under VAWA, FVPSA and VOCA
    (34 USC 12291(b)(2), tag M; OVW FAQ 2017, tag S).
    """
    problems = (
        *_blanks(draft),
        *_recipient(draft),
        *_span_problems(draft, on, limits),
        *_written_problems(draft),
        *_signer_problems(draft),
        *_together(draft, on, law),
        *_signed(draft),
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
    aware(signed_at)
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


def _written_problems(draft: Draft) -> Iterator[Problem]:
    """What is opened by when it was written: among what is released, and one or the other."""
    if not {*draft.later, *draft.before_of} <= set(draft.categories):
        yield Problem("later", "release.not_released")
    if set(draft.later) & set(draft.before_of):
        yield Problem("before_of", "release.later_and_before")
    if bool(draft.before_of) != (draft.before_on is not None):
        yield Problem("before_on" if draft.before_on is None else "before_of", "release.before_needed")


def written_until(draft: Draft, *, zone: str, signed_at: datetime) -> dict[str, datetime]:
    """This function will return up to which instant what was written under each category is opened.

    A category that is not in it has no such end. Nothing reaches past the signature but what was asked for.
    """
    signed_at = signed_at.astimezone(UTC)
    until = dict.fromkeys(set(draft.categories) - set(draft.later), signed_at)
    if draft.before_on is not None:
        midnight = datetime.combine(draft.before_on, time.min, ZoneInfo(zone)).astimezone(UTC)
        until |= dict.fromkeys(draft.before_of, min(midnight, signed_at))
    return until


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


def _together(draft: Draft, on: date, law: MinorLaw) -> Iterator[Problem]:
    """Who must sign beside whom: a minor and a parent, a minor alone on a ground of the law, a guardian with papers."""
    capacities = {signer.capacity for signer in draft.signers}
    names = [signer.name.strip().casefold() for signer in draft.signers]
    if len(set(names)) < len(names):
        yield Problem("signer2_name", "release.same_signer")
    if "guardian" in capacities and not draft.guardian_paper.strip():
        yield Problem("guardian_paper", "release.guardian_paper_needed")
    if capacities & {"minor", "parent"}:
        yield from _minor(draft, capacities, on, law)


def _minor(draft: Draft, capacities: set[str], on: date, law: MinorLaw) -> Iterator[Problem]:
    age = years(draft.minor_born_on, on) if draft.minor_born_on else None
    if age is None:
        yield Problem("minor_born_on", "release.minor_born_needed")
    elif not 0 <= age < law.of_age:
        yield Problem("minor_born_on", "release.not_a_minor")
    if "minor" not in capacities and (age is None or age >= law.signs_from):
        yield Problem("signer", "release.minor_signs_too")
    if capacities == {"minor"}:
        yield from _alone(draft, age or 0, law)


def _alone(draft: Draft, age: int, law: MinorLaw) -> Iterator[Problem]:
    if not draft.minor_may_sign_alone:
        yield Problem("signer", "release.parent_signs_too")
    elif draft.minor_ground not in law.grounds:
        yield Problem("minor_ground", "release.ground_needed")
    elif age < law.grounds[draft.minor_ground]:
        yield Problem("minor_ground", "release.ground_too_young")


def years(born_on: date, on: date) -> int:
    """This function will return the age in whole years; who was born on 29 February turns on 1 March."""
    return on.year - born_on.year - ((on.month, on.day) < (born_on.month, born_on.day))


def _signed(draft: Draft) -> Iterator[Problem]:
    """Each who signs has signed: by name, by hand on the screen, or all on one paper that was scanned."""
    two = len(draft.signers) > 1
    if draft.signed_as not in SIGNED:
        yield Problem("signed_as", "release.signed_as_needed")
    elif draft.signed_as == "typed":
        if not draft.signature.strip():
            yield Problem("signature", "release.signature_needed")
        if two and not draft.second_signature.strip():
            yield Problem("second_signature", "release.signature_needed")
    elif draft.signed_as == "drawn" and draft.marks < len(draft.signers):
        yield Problem("drawn2" if draft.marks and two else "drawn", "release.drawing_needed")
    elif draft.signed_as == "scanned" and not draft.marks:
        yield Problem("scan", "release.scan_needed")


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
