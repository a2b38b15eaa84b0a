"""How a value looks on a page: fields, levels, moments, names. Decides nothing about who may see it."""

from datetime import date, datetime, timedelta
from functools import cache
from typing import Any
from zoneinfo import ZoneInfo

from babel.dates import format_date, format_datetime, format_time
from django import template
from django.forms.boundfield import BoundField
from django.forms.widgets import (
    CheckboxInput,
    CheckboxSelectMultiple,
    ClearableFileInput,
    Input,
    PasswordInput,
    RadioSelect,
    Select,
    Textarea,
)
from django.template.context import Context
from django.template.loader import render_to_string
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import get_language, gettext, ngettext, pgettext

from shelterbelt.rules.fields import clean_text
from shelterbelt.ui.forms import LONG, DayParts, Moment

register = template.Library()

LEVELS = ("low", "medium", "high", "extreme")
KINDS: tuple[tuple[type[Any], str], ...] = (
    (DayParts, "day"),
    (Moment, "moment"),
    (CheckboxSelectMultiple, "checkboxes"),
    (RadioSelect, "radios"),
    (CheckboxInput, "checkbox"),
    (Textarea, "textarea"),
    (Select, "select"),
    (ClearableFileInput, "file"),
    (PasswordInput, "password"),
    (Input, "input"),
)
CLASSES = {
    "textarea": "govuk-textarea",
    "select": "govuk-select",
    "file": "govuk-file-upload",
    "password": "govuk-input",
    "input": "govuk-input",
}


@register.inclusion_tag("ui/pages/parts/field.html")
def field(bound: BoundField, **options: Any) -> dict[str, Any]:
    """One field with label, hint, error. Options: heading, hint, rows, width, inline, small, big, label."""
    kind = kind_of(bound)
    name = bound.auto_id or bound.html_name
    errors = [str(error) for error in bound.errors]
    hint = options.get("hint", bound.help_text)
    described = " ".join(part for part, there in ((f"{name}-hint", hint), (f"{name}-error", errors)) if there)
    shown: dict[str, Any] = {
        "kind": kind,
        "id": name,
        "anchor": anchor(bound),
        "name": bound.html_name,
        "label": options.get("label") or bound.label,
        "hint": hint,
        "errors": errors,
        "described": described,
        "optional": _marked_optional(bound),
        "heading": options.get("heading", False),
        "inline": options.get("inline", False),
        "small": options.get("small", False),
        "big": options.get("big", False),
        "hidden": bound.is_hidden,
    }
    shown.update(_control(bound, kind, described, bool(errors), options))
    return shown


def kind_of(bound: BoundField) -> str:
    """Which of the controls a bound field is shown with."""
    widget = bound.field.widget
    return next((kind for form, kind in KINDS if isinstance(widget, form)), "input")


def anchor(bound: BoundField) -> str:
    """The id of the first control of a field: where a link in the error summary leads."""
    name = bound.auto_id or bound.html_name
    kind = kind_of(bound)
    if kind in ("radios", "checkboxes"):
        return f"{name}_0"
    return {"day": f"{name}-month", "moment": f"{name}-day"}.get(kind, name)


def _marked_optional(bound: BoundField) -> bool:
    """Optional is said only beside required fields; where nothing is required it would be noise."""
    if bound.field.required or bound.is_hidden or isinstance(bound.field.widget, CheckboxInput):
        return False
    return any(other.required for other in bound.form.fields.values())


def _control(
    bound: BoundField, kind: str, described: str, wrong: bool, options: dict[str, Any]
) -> dict[str, Any]:
    if kind in ("radios", "checkboxes"):
        return {"answers": _answers(bound)}
    if kind in ("day", "moment"):
        context = bound.field.widget.get_context(bound.html_name, bound.value(), {"id": bound.auto_id})
        return {"parts": context["widget"]["parts"]}
    if kind == "checkbox":
        return {"control": bound.as_widget(attrs=_attributes("govuk-checkboxes__input", described))}
    looks = [CLASSES[kind]]
    if wrong:
        looks.append(f"{CLASSES[kind]}--error")
    width = options.get("width") or getattr(bound.field, "width", "")
    if width and kind == "input":
        looks.append(f"govuk-input--width-{width}")
    attributes = _attributes(" ".join(looks), described)
    if kind == "textarea":
        attributes["rows"] = str(options.get("rows") or bound.field.widget.attrs.get("rows") or 5)
    return {"control": bound.as_widget(attrs=attributes)}


def _attributes(looks: str, described: str) -> dict[str, Any]:
    # A placeholder says again what the label says, and vanishes when it is needed.
    attributes: dict[str, Any] = {"class": looks, "placeholder": False}
    if described:
        attributes["aria-describedby"] = described
    return attributes


def _answers(bound: BoundField) -> list[dict[str, Any]]:
    hints = getattr(bound.field, "hints", {})
    answers = []
    for part in bound.subwidgets:
        data = part.data
        answers.append(
            {
                "id": data["attrs"]["id"],
                "value": data["value"],
                "label": data["label"],
                "chosen": data["selected"],
                "hint": hints.get(str(data["value"]), ""),
            }
        )
    return answers


@register.inclusion_tag("ui/pages/parts/errors.html")
def errors(*forms: Any) -> dict[str, Any]:
    """The summary of what needs another look, with a link to each field; nothing when all is well."""
    lines: list[dict[str, str]] = []
    for form in forms:
        if form is None or not form.is_bound:
            continue
        lines += [{"text": str(error), "anchor": ""} for error in form.non_field_errors()]
        for bound in form:
            lines += [{"text": str(error), "anchor": anchor(bound)} for error in bound.errors]
    return {"lines": lines}


@register.simple_tag
def level(code: str | None) -> SafeString:
    """The danger level in a word, with as many bars as it has steps; unknown never looks like low."""
    known = str(code or "").lower()
    return _level(known if known in LEVELS else "unknown", get_language() or "en")


@cache
def _level(code: str, _language: str) -> SafeString:
    """One of five, in a language: made once, as a list shows one in every line."""
    words = {
        "low": pgettext("danger level", "Low"),
        "medium": pgettext("danger level", "Medium"),
        "high": pgettext("danger level", "High"),
        "extreme": pgettext("danger level", "Extreme"),
    }
    steps = LEVELS.index(code) + 1 if code in LEVELS else 0
    shown = {
        "code": code,
        "word": words.get(code, pgettext("danger level", "Not known")),
        "bars": [step < steps for step in range(len(LEVELS))] if steps else [],
    }
    return render_to_string("ui/pages/parts/level.html", shown)


@register.simple_tag(takes_context=True)
def when(context: Context, moment: datetime | date | None, form: str = "") -> SafeString | str:
    """A moment in the agency's own time zone: the day and time, or with "day" or "time" only that."""
    return said_when(moment, form, _zone(context))


def said_when(moment: datetime | date | None, form: str, zone: ZoneInfo) -> SafeString | str:
    """The same, for whoever knows the zone."""
    if moment is None:
        return ""
    language = get_language() or "en"
    if not isinstance(moment, datetime):
        day = format_date(moment, "medium", locale=language)
        return format_html('<time datetime="{}">{}</time>', moment.isoformat(), day)
    local = moment.astimezone(zone)
    if form == "time":
        text = format_time(local, "short", tzinfo=local.tzinfo, locale=language)
    elif form == "day":
        text = format_date(local, "medium", locale=language)
    elif language == "en":
        text = format_datetime(local, "MMM d, y, h:mm a", locale=language)
    else:
        hour = format_time(local, "short", tzinfo=local.tzinfo, locale=language)
        text = f"{format_date(local, 'medium', locale=language)}, {hour}"
    return format_html('<time datetime="{}">{}</time>', local.isoformat(timespec="minutes"), text)


@register.simple_tag(takes_context=True)
def due(context: Context, moment: datetime | None, at: datetime | None = None) -> SafeString | str:
    """When something is due, said from now: "in 3 hours", or in plum "2 days late"."""
    now = at or getattr(context.get("request"), "at", None)
    return said_due(moment, now, _zone(context)) if moment and now else ""


def said_due(moment: datetime, now: datetime, zone: ZoneInfo) -> SafeString:
    """The same, for whoever knows the zone."""
    gap = moment - now
    local = moment.astimezone(zone).isoformat(timespec="minutes")
    text = gettext("%(span)s late") if gap < timedelta(0) else gettext("in %(span)s")
    looks = "sb-late" if gap < timedelta(0) else "sb-due"
    return format_html(
        '<time class="{}" datetime="{}">{}</time>', looks, local, text % {"span": _span(abs(gap))}
    )


def _span(gap: timedelta) -> str:
    minutes = int(gap.total_seconds() // 60)
    if minutes < 60:
        return ngettext("%(n)d minute", "%(n)d minutes", max(minutes, 1)) % {"n": max(minutes, 1)}
    if minutes < 48 * 60:
        return ngettext("%(n)d hour", "%(n)d hours", minutes // 60) % {"n": minutes // 60}
    return ngettext("%(n)d day", "%(n)d days", minutes // 1440) % {"n": minutes // 1440}


def _zone(context: Context) -> ZoneInfo:
    asker = context.get("asker") or {}
    return ZoneInfo(asker.get("time_zone") or "UTC")


@register.filter
def day(told: object) -> object:
    """A day that a record keeps as text, such as a birth date, as pages show days; what is none stays as it was told."""
    try:
        return said_when(date.fromisoformat(str(told or "")), "", ZoneInfo("UTC"))
    except ValueError:
        return told


@register.filter
def plain(typed: object) -> object:
    """What was typed, as it may stand on a page again: signs that cannot be stored are seen as such."""
    return clean_text(typed, LONG)[0] if isinstance(typed, str) else typed


@register.simple_tag
def isolate(name: object) -> SafeString | str:
    """A name in any script, kept from turning the direction of the words around it."""
    text = str(name or "")
    return format_html('<bdi class="sb-name" dir="auto">{}</bdi>', text) if text else ""


@register.simple_tag
def back(url: str, text: str = "") -> SafeString:
    """The link to the page before, above the heading."""
    words = text or pgettext("page before", "Back")
    return format_html(
        '<nav aria-label="{}"><a class="govuk-back-link" href="{}">{}</a></nav>', words, url, words
    )
