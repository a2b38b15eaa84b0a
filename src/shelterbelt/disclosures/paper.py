"""Who has looked, as a plain paper for the survivor: tagged PDF, neutral title, neutral file name, no author.

Refuses workers' names unless the agency's practice shows them, and any paper while roles are not determined.
"""

import re
from collections.abc import Iterable, Sequence
from datetime import datetime
from zoneinfo import ZoneInfo

import typst
from babel.dates import format_datetime
from django.conf import settings
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from shelterbelt.cases.models import Case
from shelterbelt.disclosures.seen import Look
from shelterbelt.people.queries import details

FILE_NAME = "list.pdf"
BOX = "\u25af"
# Marks that change the direction of what follows, or that no paper shows.
UNSEEN = dict.fromkeys(
    [*range(0x202A, 0x202F), *range(0x2066, 0x206A), *range(0xE000, 0xF900), 0xFEFF, 0xFFFC]
)
NO_FONT = re.compile(r'the text `?"(.*?)"`? could not be displayed', re.DOTALL)
MOST_TRIES = 60


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
    heads = (_("When"), _("Who"), _("What"), _("Why"))
    cells = [cell for row in rows for cell in row]
    title, heading, as_of = _("List"), _("Who has looked"), _("As of %(moment)s") % {"moment": made}
    source = "\n".join(
        [
            f"#set document(title: {_text(title)}, date: none)",
            f"#set text(lang: {_text(language)}, size: 10pt)",
            '#set page(margin: 2cm, numbering: "1")',
            f"#heading(level: 1, {_text(heading)})",
            f"#text({_text(as_of)})",
            "#table(columns: (auto, 1fr, 1fr, 1fr), stroke: 0.5pt + gray, inset: 5pt,",
            f"table.header({', '.join(f'strong({_text(head)})' for head in heads)}),",
            *(f"text({_text(cell)})," for cell in cells),
            ")",
        ]
    )
    return _drawn(source.translate(UNSEEN))


def _text(words: str) -> str:
    """A text as typst reads it between quotes: nothing in it is a command."""
    return '"' + words.replace("\\", "\\\\").replace('"', '\\"').replace("\n", " ") + '"'


def _drawn(source: str) -> bytes:
    """The PDF; a letter that no font here has becomes a visible box, and is never left out."""
    for _try in range(MOST_TRIES):
        try:
            return _compiled(source)
        except typst.TypstError as fault:
            found = NO_FONT.search(fault.message)
            if found is None:
                raise
            source = "".join(BOX if one in found[1] and one.strip() else one for one in source)
    return _compiled("".join(one if ord(one) < 0x250 or one == BOX else BOX for one in source))


def _compiled(source: str) -> bytes:
    made = typst.compile(source.encode(), format="pdf", pdf_standards=["ua-1"])
    if not isinstance(made, bytes):
        raise TypeError("one document was asked for")
    return made
