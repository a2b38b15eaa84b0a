"""The words of chosen items as a tagged PDF to read: each text with its times, each file with its digest, and custody."""

from collections.abc import Iterator, Mapping, Sequence
from datetime import datetime
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

from babel.dates import format_datetime
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from shelterbelt.journal.words import CUSTODY, FILE_KINDS, KINDS, happened
from shelterbelt.ui.paper import drawn

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


def _item(item: Mapping[str, Any], moment: Any) -> dict[str, Any]:
    return {
        "title": str(item["number"]),
        "texts": [
            {
                "when": f"{_('Written')}: {moment(text['recorded_at'])} · {happened(text['told'])}",
                "kind": str(KINDS.get(text["told"].get("kind", ""), "")),
                "words": [part for part in str(text["told"]["text"]).split("\n") if part.strip()],
                "digest": text["sha256"],
            }
            for text in item["texts"]
        ],
        "files": [
            {
                "name": one["name"],
                "words": " · ".join(
                    part
                    for part in (
                        str(FILE_KINDS.get(one["told"].get("kind", ""), "")),
                        str(one["told"].get("words", "")),
                        moment(one["taken_in_at"]),
                    )
                    if part
                ),
                "digest": one["sha256"],
            }
            for one in item["files"]
        ],
        "custody": [
            cell
            for line in item["custody"]
            for cell in (
                moment(line["at"]),
                str(_("own hand") if line["own_hand"] else _("worker")),
                str(CUSTODY[line["kind"]]),
                line["digest"][:16],
            )
        ],
    }
