"""The draft of a petition: what it asks for and why, as it is handed over, and apart from it what the court alone is told.

Refuses to let an address or a number that must stay apart into what the other person is handed.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

from django.utils.translation import gettext as _

from shelterbelt.cases.models import Case, CaseIncident
from shelterbelt.cases.queries import steps
from shelterbelt.library import petitions as library
from shelterbelt.library import shelf
from shelterbelt.people.queries import details
from shelterbelt.rules.kept_back import kept_back
from shelterbelt.rules.petition import Parts, parts

SERVED, COURT = "served", "court"
PAPERS = (SERVED, COURT)
MOST_INCIDENTS = 50


@dataclass(frozen=True, slots=True)
class Apart:
    """What the other person must not learn: where somebody lives, and how they are reached."""

    addresses: tuple[str, ...] = ()
    phones: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Happened:
    """One incident of the record as a draft may name it: its day and what kind of harm, never the words of a report."""

    ref: str
    day: str
    what: str


@dataclass(frozen=True, slots=True)
class Draft:
    """What somebody chose for a petition. `apart` is kept out of what is handed over; `known`: the other person knows it."""

    kind: str
    language: str
    name: str
    other: str
    asks: tuple[str, ...]
    evidence: tuple[str, ...] = ()
    happened: tuple[Happened, ...] = ()
    words: str = ""
    places: str = ""
    address: str = ""
    phone: str = ""
    known: bool = False


def file_of(place: str) -> library.Petitions:
    """What petitions ask for in a place: the place's own file, or the general one."""
    return library.petitions(place or library.GENERAL)


def place_of(case: Case) -> str:
    """The place whose file counts for a case."""
    return str(case.agency.protocol).partition("/")[0]


def fitting(file: library.Petitions, kind: str, answers: Mapping[str, bool], held: Sequence[str]) -> Parts:
    """What a petition of a kind may ask for by these answers, where it goes, and what is still open."""
    return parts(file.kinds[kind].rule, answers, held=frozenset(held))


def apart_of(case: Case) -> Apart:
    """What the record knows of where the survivor lives and how they are reached."""
    known = details(case.survivor)
    address = str(known.get("address") or "")
    return Apart((address,) if address else (), tuple(known.get("phones", ())))


def happened_in(case: Case) -> list[Happened]:
    """The incidents of a case, the newest first."""
    rows = CaseIncident.objects.filter(case=case, incident__recorded_at__isnull=False)
    found = rows.select_related("incident").order_by("-incident__happened_at")[:MOST_INCIDENTS]
    zone = ZoneInfo(case.agency.time_zone)
    return [_happened(row.incident, zone) for row in found]


def _happened(incident: Any, zone: ZoneInfo) -> Happened:
    chosen = steps(incident).get("harm", {}).get("abuse_types", [])
    codes = [chosen] if isinstance(chosen, str) else chosen
    kinds = ", ".join(_(shelf.label_of("abuse_types", code)) for code in codes)
    day = incident.happened_at.astimezone(zone).date().isoformat() if incident.happened_at else ""
    return Happened(incident.ref, day, kinds)


def served(draft: Draft, file: library.Petitions, apart: Apart) -> list[dict[str, Any]]:
    """What is handed to the other person: who asks, for what, what happened, what bears it out. Nothing that stays apart."""
    kind, language = file.kinds[draft.kind], draft.language
    asks = [kind.asks[ask].text.by(language) for ask in draft.asks if ask in kind.asks]
    happened = [" · ".join(part for part in (one.day, one.what) if part) for one in draft.happened]
    evidence = [file.evidence[one].text.by(language) for one in draft.evidence if one in file.evidence]
    parts_ = [
        _part(_("Who asks, and about whom"), [(_("Who asks"), [draft.name]), (_("The other person"), [draft.other])]),
        _part(_("What is asked for"), [(kind.title.by(language), asks)]),
        _part(_("Places to stay away from, which the other person knows"), [("", _lines(draft.places))]),
        _part(_("What happened"), [("", happened), (_("In their own words"), _lines(draft.words))]),
        _part(_("What bears it out"), [("", evidence)]),
        _part(_("Address"), [("", [_("Kept apart. The court has it on a page of its own.")])]),
    ]  # fmt: skip
    return [_without(part, _all_apart(draft, apart)) for part in parts_ if part["lines"]]


def for_court(draft: Draft, apart: Apart) -> list[dict[str, Any]]:
    """The page that the court alone is given."""
    address = [draft.address] if draft.address else list(apart.addresses)
    return [
        _part(_("Only for the court. Do not hand this page over."), [(_("Who asks"), [draft.name])]),
        _part(_("Where they live"), [("", _lines("\n".join(address)))]),
        _part(_("How they are reached"), [("", [draft.phone] if draft.phone else list(apart.phones))]),
    ]


def taken_out(draft: Draft, file: library.Petitions, apart: Apart) -> int:
    """How many pieces of what was typed do not stand on the paper that is handed over."""
    hidden = _all_apart(draft, apart)
    typed = (draft.name, draft.other, draft.places, draft.words)
    return sum(kept_back(text, hidden.addresses, hidden.phones).pieces for text in typed)


def _all_apart(draft: Draft, apart: Apart) -> Apart:
    """All that stays apart; where the other person knows the address, the numbers alone."""
    phones = (*apart.phones, *([draft.phone] if draft.phone else []))
    if draft.known:
        return Apart((), phones)
    return Apart((*apart.addresses, *([draft.address] if draft.address else [])), phones)


def _part(title: str, lines: Sequence[tuple[str, Sequence[str]]]) -> dict[str, Any]:
    said = [{"question": question, "answers": list(answers)} for question, answers in lines if answers]
    return {"title": title, "lines": said}


def _lines(text: str) -> list[str]:
    return [line.strip() for line in text.splitlines() if line.strip()]


def _without(part: dict[str, Any], apart: Apart) -> dict[str, Any]:
    def clean(text: str) -> str:
        return kept_back(text, apart.addresses, apart.phones).text

    lines = [
        {"question": one["question"], "answers": [clean(a) for a in one["answers"]]} for one in part["lines"]
    ]
    return {"title": part["title"], "lines": lines}


def today(case: Case, *, at: datetime) -> Any:
    """The day at the agency."""
    return at.astimezone(ZoneInfo(case.agency.time_zone)).date()
