"""Makes the signed form as a PDF that a screen reader can read, and opens it again. Everything that was signed is on it.

Refuses to fail for a letter that no font here has: it is replaced by a visible box, and the form says so. The title is
neutral, there is no author, and nothing on disk: the file exists in memory until it is sealed.
"""

from collections.abc import Mapping
from datetime import datetime
from pathlib import Path
from typing import Any
from uuid import UUID

from django.conf import settings
from django.utils import translation
from django.utils.translation import gettext as _

from shelterbelt import sealing
from shelterbelt.consent.marks import Mark, picture_of
from shelterbelt.consent.models import Paper
from shelterbelt.consent.sheets import Sheet
from shelterbelt.consent.show import lines_of, moment
from shelterbelt.consent.words import label
from shelterbelt.ui.paper import drawn

FORM = (Path(__file__).parent / "pages" / "release.typ").read_bytes()


def made(text: Mapping[str, Any], mark: Mark | None) -> Sheet:
    """The form of a release in the language in which it was explained, or in English saying so."""
    spoken = str(text["fields"]["language"])
    language = spoken if spoken in dict(settings.LANGUAGES) else "en"
    with translation.override(language):
        told = _told(text, mark, spoken=spoken, language=language)
        said = _("%(box)s stands for a letter that this paper cannot show. The record keeps the words whole.")
    signed = datetime.fromisoformat(text["signed_at"])
    return Sheet("form", "application/pdf", drawn(FORM, told, said=said, at=signed))


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


def sealed_paper(key: bytes, agency_id: UUID, data: bytes, paper_id: UUID) -> bytes:
    """A paper under its release's key, in the format of files of evidence."""
    return sealing.keyring().seal_bytes(key, agency_id, data, about=paper_id)


def opened_paper(paper: Paper) -> bytes:
    """The bytes of a paper."""
    key = bytes(paper.release.key)
    return sealing.keyring().open_bytes(key, paper.agency_id, bytes(paper.sealed), about=paper.id)
