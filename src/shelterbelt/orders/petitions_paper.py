"""A petition's draft on paper (PDF/UA-1): what is handed over, or the page for the court alone. Never both in one file."""

from pathlib import Path

from django.utils import translation
from django.utils.translation import gettext as _

from shelterbelt.library.petitions import Petitions
from shelterbelt.orders.petitions import SERVED, Apart, Draft, for_court, served
from shelterbelt.ui.paper import drawn

FILE_NAME = "page.pdf"
PAGE = (Path(__file__).parent / "pages" / "petition.typ").read_bytes()


def pdf(paper: str, draft: Draft, file: Petitions, apart: Apart) -> bytes:
    """One of the two papers; a letter that no font has is shown as a box, and the paper says so."""
    with translation.override(draft.language):
        parts = served(draft, file, apart) if paper == SERVED else for_court(draft, apart)
        told = {
            "lang": draft.language,
            "title": _("Page"),
            "heading": _("Draft of a petition") if paper == SERVED else _("Page kept apart"),
            "note": _("A draft to copy from. The court has its own form.") if paper == SERVED else "",
            "parts": parts,
        }
        said = _("%(box)s stands for a letter that this paper cannot show.")
        return drawn(PAGE, told, said=said)
