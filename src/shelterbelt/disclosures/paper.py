"""Who has looked, as a plain paper for the survivor: tagged PDF, neutral title, neutral file name, no author.

Refuses workers' names unless the agency's practice shows them, and any paper while roles are not determined.
"""

from collections.abc import Iterable, Sequence
from datetime import datetime
from pathlib import Path
from zoneinfo import ZoneInfo

from babel.dates import format_datetime
from django.conf import settings
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from shelterbelt.cases.models import Case
from shelterbelt.disclosures.seen import Look
from shelterbelt.people.queries import details
from shelterbelt.ui.paper import drawn

FILE_NAME = "list.pdf"
LIST = (Path(__file__).parent / "pages" / "list.typ").read_bytes()


def language_for(case: Case) -> str:
    """The survivor's language where this paper speaks it, else English."""
    spoken = str(details(case.survivor).get("language") or "")
    return spoken if spoken in dict(settings.LANGUAGES) else "en"


def rows_of(lines: Iterable[Look], *, zone: str, names: bool) -> list[tuple[str, str, str, str]]:
    """When, who, what and why of each look, as the paper shows them."""
    language = get_language() or "en"
    local = ZoneInfo(zone)
    made = []
    for line in lines:
        moment = format_datetime(line.at.astimezone(local), "medium", locale=language)
        who = line.name if names and line.name else line.who
        made.append((moment, who[:1].upper() + who[1:], line.what, line.why))
    return made


def pdf(rows: Sequence[Sequence[str]], *, at: datetime, zone: str) -> bytes:
    """The paper as PDF/UA-1; a character that no font has is shown as such, never left out."""
    language = (get_language() or "en").split("-")[0]
    made = format_datetime(at.astimezone(ZoneInfo(zone)), "medium", locale=language)
    told = {
        "lang": language,
        "title": _("List"),
        "heading": _("Who has looked"),
        "as_of": _("As of %(moment)s") % {"moment": made},
        "heads": [_("When"), _("Who"), _("What"), _("Why")],
        "cells": [cell for row in rows for cell in row],
    }
    said = _("%(box)s stands for a letter that this paper cannot show. The record keeps the words whole.")
    return drawn(LIST, told, said=said)
