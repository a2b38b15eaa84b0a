"""The words of chosen items as a tagged PDF to read: each text with its times, each file with its digest, and custody."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from datetime import datetime
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

from babel.dates import format_datetime
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from shelterbelt.journal.words import CUSTODY, FILE_KINDS, KINDS, happened
from shelterbelt.ui.paper import drawn

# An instant as the bundle has it, in ISO 8601, to how the paper says it.
Moment = Callable[[str], str]
PAGE = (Path(__file__).parent / "pages" / "items.typ").read_bytes()


def words_on_paper(
    items: Sequence[Mapping[str, Any]], given: Mapping[str, Any], *, zone: str, at: datetime
) -> bytes:
    """The items as the bundle lists them, in the language in force."""
    language = (get_language() or "en").split("-")[0]

    def moment(text: str) -> str:
        return format_datetime(
            datetime.fromisoformat(text).astimezone(ZoneInfo(zone)), "medium", locale=language
        )

    told = {
        "lang": language,
        "title": _("Page"),
        "heading": _("What I wrote down"),
        "top": list(_top(given, made=moment(at.isoformat()))),
        "items": [_item(one, moment) for one in items],
        "heads": [_("When"), _("Who"), _("What"), "SHA-256"],
        "texts": _("In their own words"),
        "files": _("Files"),
        "custody": _("Who had it, and when"),
    }
    said = _(
        "%(box)s stands for a letter that this paper cannot show. The list beside it has the words whole."
    )
    return drawn(PAGE, told, said=said)


def _top(given: Mapping[str, Any], *, made: str) -> Iterator[str]:
    yield _("Made: %(moment)s") % {"moment": made}
    for code, label in (("holder", _("Handed over by")), ("recipient", _("For")), ("release", _("Release"))):
        if given.get(code):
            yield f"{label}: {given[code]}"


def _item(item: Mapping[str, Any], moment: Moment) -> dict[str, Any]:
    return {
        "title": str(item["number"]),
        "texts": [_text(one, moment) for one in item["texts"]],
        "files": [_file(one, moment) for one in item["files"]],
        "custody": [cell for line in item["custody"] for cell in _cells(line, moment)],
    }


def _text(text: Mapping[str, Any], moment: Moment) -> dict[str, Any]:
    told = text["told"]
    return {
        "when": f"{_('Written')}: {moment(text['recorded_at'])} · {happened(told)}",
        "kind": str(KINDS.get(told.get("kind", ""), "")),
        "words": [line for line in str(told["text"]).split("\n") if line.strip()],
        "digest": text["sha256"],
    }


def _file(file: Mapping[str, Any], moment: Moment) -> dict[str, Any]:
    kind = str(FILE_KINDS.get(file["told"].get("kind", ""), ""))
    parts = (kind, str(file["told"].get("words", "")), moment(file["taken_in_at"]))
    return {
        "name": file["name"],
        "words": " · ".join(part for part in parts if part),
        "digest": file["sha256"],
    }


def _cells(line: Mapping[str, Any], moment: Moment) -> tuple[str, ...]:
    """A line of custody as the table's columns have it; of a digest the beginning, the list has it whole."""
    who = _("own hand") if line["own_hand"] else _("worker")
    return moment(line["at"]), who, str(CUSTODY[line["kind"]]), line["digest"][:16]
