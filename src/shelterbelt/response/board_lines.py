"""The lines of a board as HTML, in one stroke: a template would look up every word again for every line."""

from collections.abc import Iterable
from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _

from shelterbelt.ui.templatetags.look import isolate, level, said_due, said_when

LINE = """\
<tr class="govuk-table__row">
<th class="govuk-table__header" scope="row"><a class="govuk-link" href="{url}">{survivor}</a></th>
<td class="govuk-table__cell" data-label="{other_person}">{other}</td>
<td class="govuk-table__cell">{level}</td>
<td class="govuk-table__cell" data-label="{next_due}">{due}</td>
<td class="govuk-table__cell" data-label="{opened}">{opened_at}</td>
<td class="govuk-table__cell" data-label="{unit_name}">{unit}</td>
</tr>
"""
NOTHING = '<span class="sb-optional">{}</span>'


def lines(rows: Iterable[dict[str, Any]], *, zone: ZoneInfo, at: datetime) -> SafeString:
    """One line for each case, with its words in the reader's language."""
    words = {
        "other_person": _("Other person"),
        "next_due": _("Next due"),
        "opened": _("Opened"),
        "unit_name": _("Unit"),
    }
    unnamed, nothing = (format_html(NOTHING, text) for text in (_("Not named"), _("Nothing open")))
    shown = (
        {
            **words,
            "url": row["url"],
            "survivor": isolate(row["survivor"]),
            "other": isolate(row["other"]) or unnamed,
            "level": level(row["level"]),
            "due": _due(row, nothing, zone=zone, at=at),
            "opened_at": said_when(row["opened_at"], "day", zone),
            "unit": row["unit"] or "–",
        }
        for row in rows
    )
    return format_html_join("", LINE, shown)


def _due(row: dict[str, Any], nothing: SafeString, *, zone: ZoneInfo, at: datetime) -> SafeString:
    if row["closed_at"]:
        return format_html("{} {}", _("Closed"), said_when(row["closed_at"], "day", zone))
    return said_due(row["due_at"], at, zone) if row["due_at"] else nothing
