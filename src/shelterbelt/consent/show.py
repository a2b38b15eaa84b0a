"""A release as lines to read, in the order of the form. Leaves nothing out that was signed."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import date, datetime
from typing import Any
from zoneinfo import ZoneInfo

from babel.dates import format_date, format_datetime
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from shelterbelt.consent.words import AFTER_DEATH, COURT_TOLD, ENDED, HOW, SIGNED_AS, STATES, label
from shelterbelt.library import shelf

LISTS = {
    "categories": "release_categories",
    "later": "release_categories",
    "before_of": "release_categories",
    "means": "release_means",
    "explained": "release_explained",
}
Lines = Iterator[dict[str, Any]]


def lines_of(told: Mapping[str, Any], *, recipient: str, kind: str = "") -> list[dict[str, Any]]:
    """Rows for a summary list: {"key", "value"} or {"key", "list"}. `kind` is what kind of agency receives it."""
    return [
        *_who(told, recipient),
        *_what(told),
        *_when(told),
        *_how(told),
        *_told_before(told, kind),
        *_signed(told),
        *_ended(told),
    ]


def _who(told: Mapping[str, Any], recipient: str) -> Lines:
    yield _row(_("Whose information this is"), told["subject"])
    yield _row(_("Which agency may see it"), recipient)
    yield _row(_("A person or post there"), told["recipient_person"], none=_("Nobody in particular"))


def _what(told: Mapping[str, Any]) -> Lines:
    yield _several(_("What may be shared"), told, "categories")
    limits = limits_in(told["scope"], told.get("more_limits", []))
    yield _row(_("Limits, in their words"), limits, none=_("None said"), story=True)
    yield _row(_("What it is shared for"), label("release_purposes")(told["purpose"]))
    yield _several(_("How it may be shared"), told, "means")


def _when(told: Mapping[str, Any]) -> Lines:
    """Up to when what was written is shown; releases of before this was asked say nothing about it."""
    if "later" not in told:
        return
    if told["later"]:
        yield _several(_("Also what is written later"), told, "later")
    else:
        yield _row(_("Also what is written later"), _("No, only what is written when they sign"))
    if told["before_of"]:
        key = _("Only what was written before %(day)s") % {"day": day(told["before_on"])}
        yield _several(key, told, "before_of")


def limits_in(scope: str, more: Sequence[str]) -> str:
    """The limits as they stand above what a recipient reads: those that were signed, then those added since."""
    return "\n".join(part for part in (scope.strip(), *more) if part)


def _how(told: Mapping[str, Any]) -> Lines:
    yield _row(_("First day"), day(told["starts_on"]))
    yield _row(_("Last day"), day(told["expires_on"]))
    yield _several(_("Explained before signing"), told, "explained")
    yield _row(_("Language in which it was explained"), label("languages")(told["language"]))
    words = label("interpreter_use")(told["interpreter"])
    yield _row(_("Interpreter"), ", ".join(part for part in (words, told["interpreter_name"]) if part))


def _told_before(told: Mapping[str, Any], kind: str) -> Lines:
    if told.get("court_told"):
        yield _row(_("Told before signing"), str(COURT_TOLD))
    if kind:
        yield _row(_("What this agency must keep by law"), label("release_keeping")(kind))


def _signed(told: Mapping[str, Any]) -> Lines:
    signers = [f"{one['name']} – {label('signer_capacities')(one['capacity'])}" for one in told["signers"]]
    yield {"key": _("Who signs"), "list": signers}
    yield _row(_("Has who signs abused the survivor or a child of theirs?"), _("No"))
    yield from _capacity(told)
    yield _row(
        _("If they should die while it runs"),
        str(AFTER_DEATH.get(told["after_death"], "")),
        none=_("Not said"),
    )
    yield _row(_("Who was there and explained it"), told["witness"])
    yield from _signature(told)


def _capacity(told: Mapping[str, Any]) -> Lines:
    if told.get("minor_born_on"):
        yield _row(_("The minor was born on"), day(told["minor_born_on"]))
    if told["minor_may_sign_alone"]:
        ground = label("minor_grounds")(told.get("minor_ground", "")) or _("Yes")
        yield _row(_("The law lets this minor sign alone"), ground)
    if told.get("guardian_paper"):
        yield _row(_("The paper that names the guardian"), told["guardian_paper"])
    if told.get("not_the_other"):
        yield _row(_("A signer has the same name as the other person"), _("Looked at: not the same person"))


def _signature(told: Mapping[str, Any]) -> Lines:
    signed_as = told.get("signed_as", "typed")
    if signed_as != "typed":
        yield _row(_("Signature"), str(SIGNED_AS[signed_as]))
        return
    yield _row(_("Signature"), told["signature"])
    if told.get("second_signature"):
        yield _row(_("Second signature"), told["second_signature"])


def _ended(told: Mapping[str, Any]) -> Lines:
    ended = told.get("withdrawal")
    if ended and ended["channel"]:
        yield _row(_("How they ended it"), str(HOW.get(ended["channel"], "")))


def _several(key: str, told: Mapping[str, Any], name: str) -> dict[str, Any]:
    """The chosen codes in the order in which the form lists them."""
    listed = [choice.code for choice in shelf.choices(LISTS[name])]
    codes = sorted(told[name], key=lambda code: listed.index(code) if code in listed else len(listed))
    return {"key": key, "list": [label(LISTS[name])(code) for code in codes]}


def _row(key: str, value: str, *, none: str = "", story: bool = False) -> dict[str, Any]:
    return {"key": key, "value": value, "none": none, "story": story}


def day(text: str) -> str:
    """A day as it was kept (2026-11-03), in the reader's way of writing it."""
    return format_date(date.fromisoformat(text), "medium", locale=get_language() or "en") if text else ""


def state_of(face: Any) -> str:
    """How a release stands, in a word or two."""
    if face.state == "withdrawn" and face.ended_because:
        return str(ENDED[face.ended_because])
    return str(STATES[face.state])


def step_lines(steps: Iterable[tuple[datetime, Mapping[str, Any]]], zone: str) -> list[dict[str, Any]]:
    """Each step of narrowing as a line: when, how they told us, and what is less."""
    return [
        {
            "at": moment(at.isoformat(), zone),
            "how": str(HOW.get(step["channel"], "")),
            "less": _less(step),
        }
        for at, step in steps
    ]


def _less(step: Mapping[str, Any]) -> list[str]:
    before, after = step["categories"]
    gone = [
        _("No longer: %(what)s") % {"what": label("release_categories")(c)} for c in before if c not in after
    ]
    if step["expires_at"][0] != step["expires_at"][1]:
        gone.append(_("It ends earlier"))
    if step["limits"]:
        gone.append(_("Limit: %(words)s") % {"words": step["limits"]})
    return [*gone, *([_("Nothing that is written from then on")] if step["nothing_later"] else [])]


def disclosure_lines(shown: Iterable[Any], zone: str) -> list[dict[str, Any]]:
    """What was shown to others, as it can be read to a survivor: who, when, what; the digest is what was kept."""
    return [
        {
            "at": moment(one.at.isoformat(), zone),
            "reader": one.reader,
            "categories": [label("release_categories")(code) for code in one.categories],
            "digest": one.digest[:16],
        }
        for one in shown
    ]


def moment(text: str, zone: str) -> str:
    """An instant as it was kept, in a zone and in the reader's way of writing it."""
    local = datetime.fromisoformat(text).astimezone(ZoneInfo(zone))
    return format_datetime(local, "long", locale=get_language() or "en")
