"""The household list: what the second passphrase opens. A plain list for a home, with notes that are kept."""

from functools import cache
from pathlib import Path
from typing import Any

import yaml
from django.http import Http404, HttpRequest, HttpResponse

from shelterbelt.agencies.sealed import opened_under
from shelterbelt.portal import shell, ways
from shelterbelt.portal.actions.accounts import write_household
from shelterbelt.portal.queries import household_of
from shelterbelt.portal.visitors import Visitor

SOURCE = Path(__file__).with_name("household.yaml")
LONGEST = 2000


@cache
def _read() -> tuple[dict[str, Any], ...]:
    return tuple(yaml.safe_load(SOURCE.read_text(encoding="utf-8")))


def lists(visitor: Visitor) -> list[dict[str, str]]:
    """The lists, as the first page shows them."""
    notes = notes_of(visitor)
    return [
        {
            "label": one["label"][visitor.language],
            "url": ways.way(visitor, "household", one["code"]),
            "note": notes.get(one["code"], ""),
        }
        for one in _read()
    ]


def notes_of(visitor: Visitor) -> dict[str, str]:
    """What was written beside the lists."""
    row = household_of(visitor.account)
    told = opened_under(visitor.account.key, row.id, row.agency_id, row.sealed)
    return dict(told["notes"])


def one_list(request: HttpRequest, visitor: Visitor, code: str) -> HttpResponse:
    """One list, and a note beside it."""
    found = next((one for one in _read() if one["code"] == code), None)
    if found is None:
        raise Http404
    notes = notes_of(visitor)
    if request.method == "POST":
        told = {**notes, code: request.POST.get("note", "")[:LONGEST]}
        write_household(visitor.account, told, by=visitor.survivor, at=visitor.at)
        return ways.to(visitor, "home")
    shown = {"label": found["label"][visitor.language], "lines": found["lines"][visitor.language]}
    return shell.page(
        visitor, "portal/pages/household_list.html", **shown, code=code, note=notes.get(code, "")
    )
