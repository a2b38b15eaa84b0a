"""Orders as plain values for their pages: words, tables, and the judge's places drawn. Decides nothing about who sees them."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from django.urls import reverse
from django.utils.translation import gettext as _

from shelterbelt.agencies.sealed import opened
from shelterbelt.library.court import words_of as code_words
from shelterbelt.orders import words
from shelterbelt.orders.models import (
    Hearing,
    Order,
    OrderHappening,
    OrderPlace,
    OrdersAgreement,
    OrderTerm,
    Surrender,
)
from shelterbelt.orders.queries.facts import standing, terms_of
from shelterbelt.orders.queries.finding import Answer, Sheet
from shelterbelt.orders.queries.pages import Face, lines_of, named, writers
from shelterbelt.orders.shapes import metres_of, points_of, zone_of
from shelterbelt.rules.order_terms import Ban, forbidden
from shelterbelt.rules.order_times import Lasts
from shelterbelt.rules.orders import BINDING, UNKNOWN, Standing
from shelterbelt.rules.zones import AREA, Zone
from shelterbelt.ui.ground import JUDGES, Ground, Patch, draw
from shelterbelt.ui.links import address


def line(one: Face) -> dict[str, Any]:
    """An order in a list."""
    return {
        "ref": one.ref,
        "kind": words.KINDS[one.kind],
        "docket": one.docket,
        "respondent": one.respondent,
        "protected": one.protected,
        **stands(one.standing, one.zone),
    }


def stands(how: Standing, zone: str) -> dict[str, Any]:
    """How an order stands, in words."""
    return {
        "state": words.STATES[how.state],
        "look": "" if how.state in BINDING else "late" if how.state == UNKNOWN else "done",
        "served": words.SERVED[how.served],
        "until": words.until_words(how, zone),
        "because": words.because_words(how),
    }


def answer(found: Answer) -> dict[str, Any]:
    """What is known here: in one line, then sheet by sheet."""
    return {
        "asked": True,
        "sheets": [_sheet(one) for one in found.sheets],
        "binding": any(one.standing.state in BINDING for one in found.sheets),
        "maybe": any(one.standing.state == UNKNOWN for one in found.sheets),
        "more": found.more,
    }


def _sheet(one: Sheet) -> dict[str, Any]:
    return {
        "url": reverse("order", args=[one.ref]) if one.own else "",
        "breaches": address("order_breaches", one.ref),
        "holder": "" if one.own else one.holder,
        "kind": words.KINDS[one.kind],
        "court": one.court,
        "docket": one.docket,
        "respondent": one.respondent,
        "protected": [told.get("name", "") for told in one.protected],
        "bans": [ban(each, text, one.zone) for each, text in one.bans],
        **stands(one.standing, one.zone),
    }


def ban(one: Ban, text: str, zone: str) -> dict[str, Any]:
    """One thing that is forbidden now, in the judge's words and ours, and until when it is."""
    return {
        "kind": words.TERMS[one.kind],
        "code": one.code,
        "ours": _(code_words(one.code)),
        "words": text,
        "metres": f"{one.metres:g}" if one.metres else "",
        "until": words.in_words(one.until_at, zone),
    }


def order(found: Order, *, at: datetime) -> dict[str, Any]:
    """One order with everything that its page shows."""
    told, how = opened(found), standing(found, at)
    places = lines_of(OrderPlace, found)
    numbers = {str(row.id): n for n, (row, _text) in enumerate(_standing(places), start=1)}
    people = named(found)
    return {
        "ref": found.ref,
        "kind": words.KINDS[found.kind],
        "facts": _facts(found, told),
        "respondents": [one for role, one in people if role == "respondent"],
        "protected": [one for role, one in people if role != "respondent"],
        "binds": how.state in (*BINDING, UNKNOWN),
        "bans": [one["number"] for one in _terms(found, numbers, at) if one["now"]],
        "terms": _terms(found, numbers, at),
        "places": [_place(numbers[str(row.id)], row, text) for row, text in _standing(places)],
        "drawn": drawn([(numbers[str(row.id)], zone_of(text["geojson"])) for row, text in _standing(places)]),
        "happened": _happened(found),
        "hearings": _hearings(found, at),
        "weapons": _weapons(found),
        "replaced": reverse("order", args=[found.replaced_by.ref]) if found.replaced_by else "",
        "case": reverse("case", args=[found.case.ref]) if found.case else "",
        **stands(how, found.zone),
    }


def _facts(found: Order, told: dict[str, Any]) -> list[dict[str, Any]]:
    lasts = Lasts(found.lasts_kind, found.lasts_on, found.lasts_clock, found.lasts_number)
    lines = [
        (_("Court"), told.get("court")),
        (_("The court’s ORI"), told.get("ori")),
        (_("Number of the court’s file"), told.get("docket")),
        (_("Judge"), told.get("judge")),
        (_("Issued elsewhere"), told.get("issued_in")),
        (_("From when does it bind?"), words.BINDS[found.effective]),
        (_("How long does it last?"), words.lasts_words(lasts)),
        (_("Time zone of the issuing place"), found.zone),
        (_("Their plates"), ", ".join(told.get("plates", ()))),
        (_("Firearms kept from them by federal law"), words.BRADY.get(told.get("brady", "unknown"))),
        (_("The words of the order"), told.get("words")),
    ]
    return [{"key": key, "value": value, "story": len(str(value)) > 80} for key, value in lines if value]


def _standing(rows: Sequence[tuple[Any, dict[str, Any]]]) -> list[tuple[Any, dict[str, Any]]]:
    return [(row, text) for row, text in rows if row.struck_at is None]


def _terms(found: Order, numbers: dict[str, int], at: datetime) -> list[dict[str, Any]]:
    texts = {row.id: text for row, text in lines_of(OrderTerm, found)}
    return [
        {
            "ref": row.ref,
            "number": row.number,
            "kind": words.TERMS[row.kind],
            "code": row.code,
            "ours": _(code_words(row.code)),
            "words": texts[row.id]["words"],
            "metres": f"{term.metres:g}" if term.metres else "",
            "places": [numbers[one] for one in term.places if one in numbers],
            "hours": [words.hours_words(one, found.zone) for one in term.windows],
            "free": [words.hours_words(one, found.zone) for one in term.exceptions],
            "now": bool(forbidden((term,), at=at)),
        }
        for row, term in terms_of(found)
    ]


def _place(number: int, row: OrderPlace, text: dict[str, Any]) -> dict[str, Any]:
    return {
        "ref": row.ref,
        "number": number,
        "label": text["label"],
        "said": text["said"],
        "address": text["address"],
        "shown": text["shown"],
        "shape": words.SHAPES[row.shape],
        "metres": f"{metres_of(text['geojson']):g}" if row.shape != AREA else "",
        "points": [f"{latitude:.6f}, {longitude:.6f}" for latitude, longitude in points_of(text["geojson"])],
    }


def drawn(places: Sequence[tuple[int, Zone]], *, whose: str = JUDGES, title: str = "", ours: str = "") -> Any:
    """The places as one picture; none where there is none. Those far from the first are left to the table."""
    if not places:
        return ""
    plane = places[0][1].plane
    patches = []
    for number, zone in places:
        east, north = plane.at(zone.plane.latitude, zone.plane.longitude)
        points = tuple((x + east, y + north) for x, y in zone.points)
        patches.append(Patch(number, points, zone.reach, whose, closed=zone.shape == AREA))
    says = _("%(count)s places; the table beside it has their points and metres.") % {"count": len(patches)}
    heading = title or _("The places of the order")
    return draw(
        Ground(
            title=heading,
            says=says,
            patches=tuple(patches),
            length=_("%(metres)s metres"),
            ours=ours,
        )
    )


def _happened(found: Order) -> list[dict[str, Any]]:
    rows = lines_of(OrderHappening, found, "recorded_at")
    who = writers([row for row, _text in rows], "recorded_by")
    return [
        {
            "ref": row.ref,
            "what": words.HAPPENED[row.kind],
            "when": words.in_words(row.at, found.zone) if row.at else row.on,
            "day_only": row.on is not None,
            "who": text.get("who", ""),
            "how": text.get("how", ""),
            "proof": text.get("proof", ""),
            "words": text.get("words", ""),
            "written_at": row.recorded_at,
            "written_by": who.get(row.recorded_by, ""),
            "struck": row.struck_at is not None,
        }
        for row, text in rows
    ]


def _hearings(found: Order, at: datetime) -> list[dict[str, Any]]:
    return [
        {
            "ref": row.ref,
            "when": words.in_words(row.at, row.zone),
            "ahead": row.at >= at,
            "court": text["court"],
            "room": text["room"],
            "about": text["about"],
            "struck": row.struck_at is not None,
        }
        for row, text in lines_of(Hearing, found, "at")
    ]


def _weapons(found: Order) -> list[dict[str, Any]]:
    return [
        {
            "ref": row.ref,
            "what": text["what"],
            "due": words.in_words(row.due_at, found.zone),
            "done": words.in_words(row.done_at, found.zone),
            "whom": text["whom"],
            "proof": text["proof"],
            "proved": row.proved_at is not None,
        }
        for row, text in lines_of(Surrender, found, "asked_at")
    ]


def agreement(row: OrdersAgreement, at: datetime) -> dict[str, Any]:
    """To whom, from and until."""
    return {
        "ref": row.ref,
        "reader": row.reader.name,
        "from_at": row.from_at,
        "until_at": row.ended_at or row.until_at,
        "open": row.ended_at is None and at < row.until_at,
    }
