"""The steps of an incident record as forms. They parse; nothing here asks for immigration status, orientation,

or the survivor's mental health or substance use.
"""

from collections.abc import Callable, Mapping
from datetime import date, datetime
from typing import Any

from django.http import QueryDict
from django.utils.functional import lazy
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from shelterbelt.library import shelf
from shelterbelt.ui.forms import Day, File, Form, Line, Name, One, PastMoment, Phone, Pick, Several, Story

MOST_PARTIES = 8
MOST_WITNESSES = 6


def answers(name: str) -> list[tuple[str, Any, Any]]:
    """A list of the library as answers to choose from, translated when shown."""
    said = lazy(gettext, str)
    return [(c.code, said(c.label), said(c.hint) if c.hint else "") for c in shelf.choices(name)]


class Scene(Form):
    """What was done on arrival."""

    def __init__(self, *args: Any, **more: Any) -> None:
        super().__init__(*args, **more)
        for choice in shelf.choices("scene_checklist"):
            self.fields[choice.code] = One(
                answers("scene_answers"), label=gettext(choice.label), help_text=choice.hint, required=False
            )
        self.fields["words"] = Story(label=_("Anything to add about the scene"), rows=3, required=False)


class Events(Form):
    """When, where and what."""

    happened_at = PastMoment(label=_("When did it happen?"), help_text=_("The time may be a guess."))
    place = Line(label=_("Where?"), help_text=_("Street and number, or a place."), required=False)
    narrative = Story(
        label=_("What happened?"),
        help_text=_("What you saw and heard, in order. Facts, not judgements."),
        rows=10,
        missing=_("Write what happened."),
    )


class Harm(Form):
    """Kinds of abuse, injuries, weapons, what happened before."""

    abuse_types = Several(answers("abuse_types"), label=_("Kinds of abuse"), required=False)
    injuries = Several(answers("injuries"), label=_("Injuries"), required=False)
    injuries_words = Story(label=_("Where, and how they came about"), rows=3, required=False)
    weapons = Several(answers("weapons"), label=_("Weapons used, shown or in reach"), required=False)
    history = Several(answers("history"), label=_("What happened before"), required=False)
    history_words = Story(label=_("How often, how long, getting worse or not"), rows=3, required=False)


class Account(Form):
    """The survivor's own words and view, and what witnesses said."""

    account = Story(
        label=_("The survivor's own account"),
        help_text=_("As close to their own words as you can."),
        rows=8,
        required=False,
    )
    own_view = Story(
        label=_("Their own view of the danger"),
        help_text=_("Ask: what worries you most? What do you think may happen next?"),
        rows=4,
        required=False,
    )

    def __init__(self, *args: Any, blocks: int = 1, **more: Any) -> None:
        super().__init__(*args, **more)
        self.blocks = min(blocks, MOST_WITNESSES)
        for n in range(self.blocks):
            self.fields[f"w{n}-name"] = Name(label=_("Witness"), required=False)
            self.fields[f"w{n}-statement"] = Story(label=_("What they said"), rows=4, required=False)

    def witness_blocks(self) -> list[dict[str, Any]]:
        """Each witness's bound fields, for the page."""
        return [
            {"name": self[f"w{n}-name"], "statement": self[f"w{n}-statement"]} for n in range(self.blocks)
        ]

    def witnesses(self) -> list[dict[str, str]]:
        """The statements that were written."""
        found = [
            {
                "name": self.cleaned_data.get(f"w{n}-name", ""),
                "statement": self.cleaned_data.get(f"w{n}-statement", ""),
            }
            for n in range(MOST_WITNESSES)
        ]
        return [w for w in found if any(w.values())]


class People(Form):
    """Who was there, and the role each had in this incident; undetermined is an answer."""

    relationship = Pick(answers("relationships"), label=_("How do the two know each other?"), required=False)
    self_defence = Several(
        answers("self_defence_prompts"),
        label=_("Looked at before deciding who did what"),
        help_text=_("Both people may carry marks. If it is not clear, choose “not determined yet”."),
        required=False,
    )
    self_defence_words = Story(label=_("What this showed"), rows=3, required=False)

    def __init__(self, *args: Any, blocks: int = 2, **more: Any) -> None:
        super().__init__(*args, **more)
        self.blocks = min(blocks, MOST_PARTIES)
        for n in range(self.blocks):
            self._add_party(n, more.get("at"), more.get("zone", "UTC"))

    def _add_party(self, n: int, at: datetime | None, zone: str) -> None:
        made: dict[str, Any] = {
            "name": Name(label=_("Name"), help_text=_("One name is enough."), required=False),
            "role": One(answers("party_roles"), label=_("Role in this incident"), required=False),
            "born_on": Day(label=_("Birth date, if known"), past=True, required=False),
            "phone": Phone(label=_("Telephone, for this record"), required=False),
            "other_names": Line(label=_("Other names"), required=False),
            "address": Line(label=_("Address"), required=False),
            "language": Pick(answers("languages"), label=_("Language"), required=False),
        }
        made["born_on"].at, made["born_on"].zone = at, zone
        self.fields.update({f"p{n}-{name}": field for name, field in made.items()})

    def party_blocks(self) -> list[dict[str, Any]]:
        """Each person's bound fields, for the page."""
        blocks = []
        for n in range(self.blocks):
            fields = {name: self[f"p{n}-{name}"] for name in PARTY_FIELDS}
            shown = any(fields[name].errors or _something(fields[name].value()) for name in PARTY_FIELDS[2:])
            blocks.append({**fields, "number": n + 1, "shown": shown})
        return blocks

    def clean(self) -> dict[str, Any]:
        data = super().clean() or {}
        for n in range(self.blocks):
            said = [data.get(f"p{n}-{name}") for name in PARTY_FIELDS if name != "role"]
            if any(said) and not data.get(f"p{n}-role") and f"p{n}-role" not in self.errors:
                self.add_error(f"p{n}-role", _("Choose a role. “Not determined yet” is an answer."))
        for role in ("survivor", "perpetrator"):
            self._one_only(data, role)
        return data

    def _one_only(self, data: Mapping[str, Any], role: str) -> None:
        having = [n for n in range(self.blocks) if data.get(f"p{n}-role") == role]
        for n in having[1:]:
            self.add_error(
                f"p{n}-role",
                _(
                    "Two people have this role. If both may have done harm, choose “not determined yet” for both."
                ),
            )

    def parties(self) -> list[dict[str, Any]]:
        """The people that were written down: role and details as `people.actions` takes them."""
        return [party for n in range(self.blocks) if (party := self._party(n))["role"]]

    def _party(self, n: int) -> dict[str, Any]:
        data = {name: self.cleaned_data.get(f"p{n}-{name}") for name in PARTY_FIELDS}
        born = data["born_on"]
        other = data["other_names"]
        details = {
            "name": data["name"],
            "born_on": born.isoformat() if isinstance(born, date) else None,
            "phones": [data["phone"]] if data["phone"] else [],
            "other_names": [n.strip() for n in other.split(",")] if other else [],
            "address": data["address"],
            "language": data["language"],
        }
        return {"role": data["role"], "details": {k: v for k, v in details.items() if v}}


PARTY_FIELDS = ("name", "role", "born_on", "phone", "other_names", "address", "language")


class Explained(Form):
    """Rights, resources and next steps, ticked one by one as they were explained."""

    explained = Several(
        answers("rights_explained"),
        label=_("Explained to the survivor"),
        help_text=_("Tick each as you explain it."),
        required=False,
    )
    words = Story(label=_("Anything they asked, or what is left to explain"), rows=3, required=False)


class TakeIn(Form):
    """A file of evidence."""

    file = File(label=_("Photo, recording or document"), megabytes=50)
    kind = Pick(answers("evidence_kinds"), label=_("What is it?"))
    about = Story(label=_("What it shows, who made it and when"), rows=3, required=False)


STEPS: dict[str, tuple[Any, Callable[..., Form]]] = {
    "scene": (_("At the scene"), Scene),
    "people": (_("People and roles"), People),
    "events": (_("What happened"), Events),
    "harm": (_("Harm and history"), Harm),
    "account": (_("Their own account"), Account),
    "explained": (_("Rights and next steps"), Explained),
}


def _something(value: Any) -> bool:
    return any(value.values()) if isinstance(value, dict) else bool(value)


def bound(step: str, typed: Mapping[str, Any], *, at: datetime, zone: str, judged: bool = True) -> Form:
    """A step's form filled with what was typed, as it was typed; unjudged, it names no errors yet."""
    data = QueryDict(mutable=True)
    for name, value in typed.items():
        data.setlist(name, [str(v) for v in value] if isinstance(value, list) else [str(value)])
    form = STEPS[step][1](data, at=at, zone=zone, **block_count(step, typed))
    if not judged:
        form.unjudged()
    return form


def block_count(step: str, typed: Mapping[str, Any]) -> dict[str, int]:
    """How many people or witnesses the page shows: as many as were asked for or written."""
    first = {"people": ("p", 2), "account": ("w", 1)}.get(step)
    if first is None:
        return {}
    letter, fewest = first
    written = [int(name[1 : name.index("-")]) + 1 for name in typed if _is_block(name, letter)]
    wanted = str(typed.get("blocks", "")) if str(typed.get("blocks", "")).isdecimal() else "0"
    return {"blocks": max([fewest, min(int(wanted), MOST_PARTIES), *written])}


def _is_block(name: str, letter: str) -> bool:
    head, dash, _rest = name.partition("-")
    return bool(dash) and head[:1] == letter and head[1:].isdecimal() and len(head) <= 2
