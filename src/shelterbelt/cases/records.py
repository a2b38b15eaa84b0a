"""What an incident says, in words for a page; and whether it is complete enough to be recorded. Saves nothing."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any

from django.conf import settings
from django.urls import reverse
from django.utils.module_loading import import_string
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from shelterbelt.access.models import Worker
from shelterbelt.access.queries import names_of
from shelterbelt.access.rules import may
from shelterbelt.cases.evidence import words_of
from shelterbelt.cases.forms import STEPS, Account, People, bound
from shelterbelt.cases.models import Evidence, Incident
from shelterbelt.cases.policy import CORRECT_ROLES, SEE_EVIDENCE
from shelterbelt.cases.queries import steps
from shelterbelt.library import shelf
from shelterbelt.people.queries import details

ORDER = ("scene", "people", "events", "harm", "account", "evidence", "explained", "check")
LISTS = {
    "abuse_types": "abuse_types",
    "injuries": "injuries",
    "weapons": "weapons",
    "history": "history",
    "explained": "rights_explained",
    "self_defence": "self_defence_prompts",
    "relationship": "relationships",
}
FEED = {
    "offence": gettext_lazy("Offence"),
    "offence_code": gettext_lazy("Offence code"),
    "location_kind": gettext_lazy("Kind of place"),
    "arrest": gettext_lazy("Arrest"),
    "reference": gettext_lazy("Number in the other system"),
    "survivor_phone": gettext_lazy("Survivor's telephone in the export"),
    "perpetrator_phone": gettext_lazy("Other person's telephone in the export"),
    "note": gettext_lazy("Note"),
}


@dataclass
class Judged:
    """A draft looked at as a whole: what it says, and what is still missing (step, words)."""

    content: dict[str, dict[str, Any]] = field(default_factory=dict)
    parties: list[dict[str, Any]] = field(default_factory=list)
    happened_at: datetime | None = None
    missing: list[dict[str, Any]] = field(default_factory=list)


def judged(typed: Mapping[str, Mapping[str, Any]], *, at: datetime, zone: str) -> Judged:
    """Read every step of a draft; incomplete answers are fine, unreadable and contradictory ones are named."""
    found = Judged()
    for name, (title, _form) in STEPS.items():
        form = bound(name, typed.get(name, {}), at=at, zone=zone)
        if not form.is_valid():
            found.missing += [
                {"step": name, "title": title, "text": " ".join(str(e) for e in errors)}
                for errors in form.errors.values()
            ]
            continue
        found.content[name] = stored(name, form)
        if isinstance(form, People):
            found.parties = form.parties()
        if name == "events":
            found.happened_at = form.cleaned_data["happened_at"]
    if not found.parties:
        found.missing.append(
            {
                "step": "people",
                "title": STEPS["people"][0],
                "text": _("Write down at least one person. “Not determined yet” is a role."),
            }
        )
    return found


def stored(step: str, form: Any) -> dict[str, Any]:
    """A step as it is kept once it is recorded: codes and texts; people are kept as people, not here."""
    data = {
        k: plain_value(v) for k, v in form.cleaned_data.items() if v not in ("", None, []) and "-" not in k
    }
    if isinstance(form, Account):
        data["witnesses"] = form.witnesses()
    return data


def plain_value(value: Any) -> Any:
    """A form's value as JSON carries it."""
    return value.isoformat() if isinstance(value, date | datetime) else value


def steps_of(incident: Incident, *, now: str) -> list[dict[str, Any]]:
    """The steps of the record with where each leads and whether something stands there."""
    written = steps(incident)
    has_files = incident.evidence.exists()
    titles = {name: title for name, (title, _form) in STEPS.items()} | {
        "evidence": _("Evidence"),
        "check": _("Check and record"),
    }
    return [
        {
            "name": name,
            "title": titles[name],
            "url": url_of(name, incident.ref),
            "current": name == now,
            "begun": bool(written.get(name)) or (name == "evidence" and has_files),
        }
        for name in ORDER
    ]


def url_of(step: str, ref: str) -> str:
    """The address of a step."""
    if step in ("evidence", "check"):
        return reverse(f"incident_{step}", args=[ref])
    return reverse("incident_step", args=[ref, step])


def next_of(step: str, ref: str) -> str:
    """The address of the step after this one."""
    return url_of(ORDER[ORDER.index(step) + 1], ref)


def before(step: str, ref: str) -> str:
    """The address of the step before this one; empty for the first."""
    place = ORDER.index(step)
    return url_of(ORDER[place - 1], ref) if place else ""


def in_words(step: str, typed: Mapping[str, Any], *, at: datetime, zone: str) -> list[dict[str, Any]]:
    """What a step says as pairs of question and answer, for somebody who must compare two versions."""
    form = bound(step, typed, at=at, zone=zone)
    return [
        {"key": str(f.label), "value": ", ".join(v) if isinstance(v, list) else str(v)}
        for name, f in form.fields.items()
        if (v := typed.get(name))
    ]


def sections(incident: Incident, *, at: datetime) -> list[dict[str, Any]]:
    """A recorded incident for reading: titled lists of question and answer."""
    content = steps(incident)
    made = []
    for name, (title, form_class) in STEPS.items():
        step = content.get(name, {})
        labels = {n: str(f.label) for n, f in form_class().fields.items()} if step else {}
        rows = [row for field_name, value in step.items() if (row := _row(labels, field_name, value))]
        if rows:
            made.append({"title": title, "rows": rows})
    extra = {k: v for k, v in content.items() if k not in STEPS and k != "corrections" and v}
    for step in extra.values():
        made.append(
            {
                "title": _("As it came in"),
                "rows": [{"key": str(FEED.get(k, k)), "value": said(v)} for k, v in step.items()],
            }
        )
    return made


def said(value: Any) -> str:
    """A value of an export in words."""
    if isinstance(value, bool):
        return _("Yes") if value else _("No")
    return ", ".join(str(v) for v in value) if isinstance(value, list) else str(value)


def _row(labels: Mapping[str, str], name: str, value: Any) -> dict[str, Any] | None:
    if name in ("blocks", "happened_at") or not value:
        return None
    if name == "witnesses":
        statements = [f"{w['name'] or _('Witness')}: {w['statement']}" for w in value]
        return {"key": _("What witnesses said"), "list": statements}
    label = labels.get(name, name)
    if name in LISTS and isinstance(value, list):
        return {"key": label, "list": [_(shelf.label_of(LISTS[name], code)) for code in value]}
    if name in LISTS:
        return {"key": label, "value": _(shelf.label_of(LISTS[name], value))}
    if value in shelf.codes("scene_answers"):
        return {"key": label, "value": _(shelf.label_of("scene_answers", value))}
    return {"key": label, "value": str(value), "story": len(str(value)) > 80}


def people_of(incident: Incident) -> list[dict[str, Any]]:
    """Who was in an incident and in which role, with roles that were said before and corrected."""
    rows = incident.involvements.select_related("person").order_by("since_at", "id")
    return [
        {
            "id": str(row.person_id),
            "name": details(row.person).get("name", ""),
            "born_on": details(row.person).get("born_on", ""),
            "role": row.role,
            "role_label": _(shelf.label_of("party_roles", row.role)),
            "until_at": row.until_at,
        }
        for row in rows
    ]


def evidence_of(incident: Incident) -> list[dict[str, Any]]:
    """The files of an incident, with their custody."""
    rows = Evidence.objects.filter(incident=incident).select_related("incident").order_by("taken_in_at")
    made = []
    for row in rows:
        words = words_of(row)
        custody = list(row.custody.order_by("at"))
        who = names_of([c.by for c in custody])
        made.append(
            {
                "ref": row.ref,
                "name": words["name"],
                "kind": _(shelf.label_of("evidence_kinds", words["kind"])) if words.get("kind") else "",
                "about": words.get("about", ""),
                "size": row.size,
                "sha256": bytes(row.sha256).hex(),
                "picture": row.has_derivative,
                "custody": [{"kind": c.kind, "at": c.at, "by": who.get(c.by, "")} for c in custody],
            }
        )
    return made


def may_correct(incident: Incident, *, by: Worker, at: datetime) -> bool:
    """Whether this worker may say anew who did what."""
    return may(by, CORRECT_ROLES, incident, at=at)


def may_see_files(incident: Incident, *, by: Worker, at: datetime) -> bool:
    """Whether this worker may open the files."""
    return may(by, SEE_EVIDENCE, incident, at=at)


def links_from_above(incident: Incident, *, by: Worker, at: datetime) -> list[tuple[str, str]]:
    """What apps above this one may do with an incident: found through the one name in the settings."""
    found = (import_string(place)(incident, by=by, at=at) for place in settings.INCIDENT_LINKS)
    return [link for link in found if link]
