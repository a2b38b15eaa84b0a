"""Makes the signed form as a PDF that a screen reader can read, and opens it again. Everything that was signed is on it.

Refuses to fail for a letter that no font here has: it is replaced by a visible box, and the form says so. The title is
neutral, there is no author, and nothing on disk: the file exists in memory until it is sealed.
"""

import json
import re
from collections.abc import Mapping
from datetime import datetime
from pathlib import Path
from typing import Any
from uuid import UUID

import typst
from django.conf import settings
from django.utils import translation
from django.utils.translation import gettext as _

from shelterbelt import sealing
from shelterbelt.consent.marks import Mark, picture_of
from shelterbelt.consent.models import Paper
from shelterbelt.consent.sheets import Sheet
from shelterbelt.consent.show import lines_of, moment
from shelterbelt.consent.words import label

FORM = (Path(__file__).parent / "pages" / "release.typ").read_bytes()
BOX = "\u25af"
# Marks that change the direction of what follows, or that no paper shows.
UNSEEN = dict.fromkeys(
    [*range(0x202A, 0x202F), *range(0x2066, 0x206A), *range(0xE000, 0xF900), 0xFEFF, 0xFFFC]
)
NO_FONT = re.compile(r'the text `?"(.*?)"`? could not be displayed', re.DOTALL)
MOST_TRIES = 60


def made(text: Mapping[str, Any], mark: Mark | None) -> Sheet:
    """The form of a release in the language in which it was explained, or in English saying so."""
    spoken = str(text["fields"]["language"])
    language = spoken if spoken in dict(settings.LANGUAGES) else "en"
    with translation.override(language):
        told = _told(text, mark, spoken=spoken, language=language)
    return Sheet("form", "application/pdf", _drawn(told, datetime.fromisoformat(text["signed_at"])))


def _told(text: Mapping[str, Any], mark: Mark | None, *, spoken: str, language: str) -> dict[str, Any]:
    fields = text["fields"]
    held = {"key": _("Who holds the information"), "value": text["holder"]}
    lines = [held, *lines_of(fields, recipient=text["recipient"], kind=text["recipient_kind"])]
    return {
        "lang": language,
        "title": _("Form"),
        "heading": _("Release of information"),
        "before": _before(spoken, language),
        "rows": [_row(line) for line in lines],
        "sentence": _(
            "I have read this, or it was read to me, and I agree to it. I may end it at any moment."
        ),
        "signed": _("Signed") + " " + moment(text["signed_at"], str(text["zone"])),
        "number": _("Number of this form") + ": " + str(text["random"]),
        "boxes": "",
        "page": _("Page"),
        "alt": _("Signature drawn by hand"),
        "scan_alt": _("Picture of the paper that was signed by hand"),
        "drawings": [picture_of(one) for one in mark.drawings] if mark else [],
        "scan": list(mark.scan.view) if mark and mark.scan and mark.scan.view else [],
    }


def _before(spoken: str, language: str) -> str:
    if spoken == language:
        return ""
    return _("This form is in English. It was explained in this language: %(language)s.") % {
        "language": label("languages")(spoken)
    }


def _row(line: Mapping[str, Any]) -> dict[str, Any]:
    listed = line.get("list")
    return {
        "key": str(line["key"]),
        "values": [str(v) for v in listed] if listed is not None else _paragraphs(line),
    }


def _paragraphs(line: Mapping[str, Any]) -> list[str]:
    shown = str(line.get("value") or line.get("none") or "–")
    return [part for part in shown.split("\n") if part.strip()]


def _drawn(told: dict[str, Any], at: datetime) -> bytes:
    """The PDF; a letter that no font has becomes a box, and then the form says what a box stands for."""
    data = _cleaned(told)
    for _try in range(MOST_TRIES):
        try:
            return _compiled(data, at)
        except typst.TypstError as fault:
            found = NO_FONT.search(fault.message)
            if found is None:
                raise
            data = _boxed(data, set(found[1]))
    return _compiled(_boxed(data, None), at)


def _compiled(data: str, at: datetime) -> bytes:
    pdf = typst.compile(
        FORM, format="pdf", sys_inputs={"told": data}, pdf_standards="ua-1", timestamp=int(at.timestamp())
    )
    assert isinstance(pdf, bytes)
    return pdf


def _cleaned(told: dict[str, Any]) -> str:
    return json.dumps(told, ensure_ascii=False).translate(UNSEEN)


def _boxed(data: str, letters: set[str] | None) -> str:
    """The same with boxes for these letters; with boxes for all that are not Latin when none are named."""
    told = json.loads(data)
    said = _("%(box)s stands for a letter that this paper cannot show. The record keeps the words whole.")
    told["boxes"] = said % {"box": BOX}

    def plain(value: Any) -> Any:
        if isinstance(value, str):
            return "".join(BOX if _has(letter, letters) else letter for letter in value)
        if isinstance(value, list):
            return [plain(one) for one in value]
        return {name: plain(one) for name, one in value.items()} if isinstance(value, dict) else value

    return json.dumps(plain(told), ensure_ascii=False)


def _has(letter: str, letters: set[str] | None) -> bool:
    if letter == BOX or letter.isspace():
        return False
    return ord(letter) > 0x24F and letter not in "–—’“”…" if letters is None else letter in letters


def sealed_paper(key: bytes, agency_id: UUID, data: bytes, paper_id: UUID) -> bytes:
    """A paper under its release's key, in the format of files of evidence."""
    return sealing.keyring().seal_bytes(key, agency_id, data, about=paper_id)


def opened_paper(paper: Paper) -> bytes:
    """The bytes of a paper."""
    key = bytes(paper.release.key)
    return sealing.keyring().open_bytes(key, paper.agency_id, bytes(paper.sealed), about=paper.id)
