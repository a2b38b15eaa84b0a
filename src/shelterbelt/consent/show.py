"""A release as lines to read, in the order of the form. Leaves nothing out that was signed."""

from collections.abc import Iterator, Mapping
from datetime import date
from typing import Any

from babel.dates import format_date
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from shelterbelt.consent.words import AFTER_DEATH, CHANNELS, label
from shelterbelt.library import shelf

LISTS = {"categories": "release_categories", "means": "release_means", "explained": "release_explained"}


def lines_of(told: Mapping[str, Any], *, recipient: str) -> list[dict[str, Any]]:
    """Rows for a summary list: {"key", "value"} or {"key", "list"}."""
    return [*_who(told, recipient), *_what(told), *_how(told), *_signed(told), *_ended(told)]


def _who(told: Mapping[str, Any], recipient: str) -> Iterator[dict[str, Any]]:
    yield _row(_("Whose information this is"), told["subject"])
    yield _row(_("Which agency may see it"), recipient)
    yield _row(_("A person or post there"), told["recipient_person"], none=_("Nobody in particular"))


def _what(told: Mapping[str, Any]) -> Iterator[dict[str, Any]]:
    yield _several(_("What may be shared"), told, "categories")
    yield _row(_("Limits, in their words"), told["scope"], none=_("None said"), story=True)
    yield _row(_("What it is shared for"), label("release_purposes")(told["purpose"]))
    yield _several(_("How it may be shared"), told, "means")


def _how(told: Mapping[str, Any]) -> Iterator[dict[str, Any]]:
    yield _row(_("First day"), day(told["starts_on"]))
    yield _row(_("Last day"), day(told["expires_on"]))
    yield _several(_("Explained before signing"), told, "explained")
    yield _row(_("Language in which it was explained"), label("languages")(told["language"]))
    words = label("interpreter_use")(told["interpreter"])
    yield _row(_("Interpreter"), ", ".join(part for part in (words, told["interpreter_name"]) if part))


def _signed(told: Mapping[str, Any]) -> Iterator[dict[str, Any]]:
    signers = [f"{one['name']} – {label('signer_capacities')(one['capacity'])}" for one in told["signers"]]
    yield {"key": _("Who signs"), "list": signers}
    yield _row(_("Has who signs abused the survivor or a child of theirs?"), _("No"))
    if told["minor_may_sign_alone"]:
        yield _row(_("The law lets this minor sign alone"), _("Yes"))
    yield _row(
        _("If they should die while it runs"),
        str(AFTER_DEATH.get(told["after_death"], "")),
        none=_("Not said"),
    )
    yield _row(_("Who was there and explained it"), told["witness"])
    yield _row(_("Signature"), told["signature"])


def _ended(told: Mapping[str, Any]) -> Iterator[dict[str, Any]]:
    if ended := told.get("withdrawal"):
        yield _row(_("How they ended it"), str(CHANNELS.get(ended["channel"], "")))


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
