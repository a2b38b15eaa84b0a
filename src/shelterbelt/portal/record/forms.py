"""Reads what somebody writes into their own record. Nothing but some words or a file is asked for."""

from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

from shelterbelt.journal.words import KINDS, SURE
from shelterbelt.portal.shell import LANGUAGES
from shelterbelt.ui.forms import Day, File, Form, Line, One, Several, Story, Tick

MEGABYTES = 50
# What the phone is asked for: its camera, its microphone, or whatever lies on it.
TAKES = {
    "photo": (_("Take a photo"), "photo", {"accept": "image/*", "capture": "environment"}),
    "voice": (_("Record your voice"), "voice", {"accept": "audio/*", "capture": "user"}),
    "chosen": (
        _("Choose a file from this device"),
        "",
        {"accept": "image/*,audio/*,video/*,application/pdf"},
    ),
}


class FilesForm(Form):
    """Files that belong to an item. They may all be left out."""

    about = Line(label=_("What the file shows"), required=False)

    def __init__(self, *args: Any, needed: bool = False, **more: Any) -> None:
        super().__init__(*args, **more)
        self.needed = needed
        for name, (label, _kind, look) in TAKES.items():
            widget = forms.ClearableFileInput(attrs=look)
            self.fields[name] = File(label=label, megabytes=MEGABYTES, required=False, widget=widget)
        self.order_fields([*TAKES, "about"])

    def clean(self) -> dict[str, Any]:
        told: dict[str, Any] = super().clean() or {}
        if self.needed and not self.errors and not self.files_taken():
            raise ValidationError(_("Choose a file."), code="required")
        return told

    def files_taken(self) -> list[dict[str, Any]]:
        """The files that came, each with its kind."""
        return [
            {
                "file": found.file,
                "name": str(found.name)[:200],
                "kind": kind or _kind_of(str(found.content_type)),
                "words": self.cleaned_data.get("about", ""),
            }
            for name, (_label, kind, _look) in TAKES.items()
            if (found := self.cleaned_data.get(name))
        ]


class WordsForm(Form):
    """What happened, when, and how sure that is."""

    kind = One(tuple(KINDS.items()), label=_("What is it about?"), required=False)
    text = Story(label=_("What happened, in your own words"), rows=8, required=False)
    on = Day(label=_("On which day?"), required=False, past=True)
    time = Line(label=_("At what time?"), required=False, limit=40, width="10")
    sure = One(tuple(SURE.items()), label=_("How sure are you of the day and the time?"), required=False)

    def told(self) -> dict[str, Any]:
        """What is sealed."""
        on = self.cleaned_data.get("on")
        plain = {name: self.cleaned_data.get(name) or "" for name in ("kind", "text", "time", "sure")}
        return {**plain, "on": on.isoformat() if on else ""}


def words_of(told: Mapping[str, Any]) -> dict[str, Any]:
    """A text as the form shows it again."""
    return {**told, "on": date.fromisoformat(told["on"]) if told.get("on") else None}


class NewForm(WordsForm, FilesForm):
    """An item: words, files, or both."""

    def __init__(self, *args: Any, **more: Any) -> None:
        super().__init__(*args, **more)
        self.order_fields(["kind", "text", "on", "time", "sure", *TAKES, "about"])

    def clean(self) -> dict[str, Any]:
        told = super().clean()
        if not self.errors and not told.get("text") and not self.files_taken():
            raise ValidationError(_("Write some words, or add a file."), code="required")
        return told


class _Chosen(Form):
    """Which items."""

    items = Several((), label=_("What goes with it?"), missing=_("Choose at least one."))

    def __init__(self, *args: Any, items: Sequence[tuple[str, Any]], **more: Any) -> None:
        super().__init__(*args, **more)
        self.fields["items"].choices = list(items)  # type: ignore[attr-defined]


class OutForm(_Chosen):
    """What to take along."""

    language = One(tuple(LANGUAGES.items()), label=_("In which language?"))


class GiveForm(_Chosen):
    """What to give away for good."""

    known = Tick(label=_("I know that I cannot take this back"))


class ShowForm(Form):
    """To whom an item is shown."""

    worker = One((), label=_("Who may read it?"))

    def __init__(self, *args: Any, workers: Sequence[tuple[str, Any]], **more: Any) -> None:
        super().__init__(*args, **more)
        self.fields["worker"].choices = list(workers)  # type: ignore[attr-defined]


def _kind_of(media: str) -> str:
    begins = media.split("/")[0]
    return {"image": "photo", "audio": "voice", "video": "video"}.get(begins, "document")
