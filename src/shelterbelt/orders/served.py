"""The paper that whom the order binds may see: terms, hours, and the places that the served order draws.

Refuses to be made where any word on it names a place that is kept from them, an address, or a number of whom it protects.
"""

from collections.abc import Iterable, Iterator
from datetime import datetime
from pathlib import Path
from typing import Any

from django.utils.html import strip_tags
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from shelterbelt.agencies.sealed import opened
from shelterbelt.agencies.tokens import number_of
from shelterbelt.library.court import words_of as code_words
from shelterbelt.orders import words
from shelterbelt.orders.models import RESPONDENT, Hearing, Order, OrderPlace
from shelterbelt.orders.queries.facts import order_facts, terms_of, words_of
from shelterbelt.orders.queries.pages import lines_of, named
from shelterbelt.orders.shapes import metres_of, points_of
from shelterbelt.people.models import Person
from shelterbelt.people.queries import details
from shelterbelt.rules.names import normal, phone_token
from shelterbelt.rules.order_times import Lasts
from shelterbelt.rules.orders import stand
from shelterbelt.ui.paper import drawn

FILE_NAME = "paper.pdf"
PAGE = (Path(__file__).parent / "pages" / "served.typ").read_bytes()
FEWEST_DIGITS = 7


class SaysTooMuch(ValueError):
    """Something on the paper would tell where somebody is protected; the message says on which part, never what."""


def told(order: Order, *, at: datetime) -> dict[str, Any]:
    """What the paper says, as plain values. Raises SaysTooMuch."""
    places = {str(row.id): text for row, text in lines_of(OrderPlace, order) if row.struck_at is None}
    shown = {id: text for id, text in places.items() if text["shown"]}
    paper = opened(order)
    content = {
        "head": _head(order, paper, at),
        "terms": [_term(order, row, term, shown) for row, term in terms_of(order)],
        "places": [_place(number, text) for number, text in enumerate(shown.values(), start=1)],
        "hearings": _hearings(order, at),
    }
    secrets = list(_secrets(order, places.values()))
    for part, value in content.items():
        if _names(list(_texts(value)), secrets):
            raise SaysTooMuch(part)
    return content


def pdf(order: Order, *, at: datetime) -> bytes:
    """The paper as PDF/UA-1, without a name of ours on it. Raises SaysTooMuch."""
    content = told(order, at=at)
    page = {
        "lang": (get_language() or "en").split("-")[0],
        "title": _("Paper"),
        "heading": _("What the order says"),
        "headings": {"terms": _("Terms"), "places": _("Places"), "hearings": _("Hearings")},
        "is_not": _("The court’s own paper decides. This sheet repeats it."),
        **content,
    }
    said = _("%(box)s stands for a letter that this paper cannot show. The record keeps the words whole.")
    return drawn(PAGE, page, said=said)


def _head(order: Order, paper: dict[str, Any], at: datetime) -> list[list[str]]:
    how = stand(order_facts(order), at=at)
    lasts = Lasts(order.lasts_kind, order.lasts_on, order.lasts_clock, order.lasts_number)
    respondent = next((one for role, one in named(order) if role == RESPONDENT), {})
    until = strip_tags(str(words.until_words(how, order.zone)))
    lines = [
        (_("Kind"), str(words.KINDS[order.kind])),
        (_("Court"), str(paper.get("court", ""))),
        (_("Number of the court’s file"), str(paper.get("docket", ""))),
        (_("Whom it binds"), str(respondent.get("name", ""))),
        (_("How long it lasts"), words.lasts_words(lasts)),
        (_("Until"), until),
        (_("Time zone"), order.zone),
    ]
    return [[label, text] for label, text in lines if text]


def _term(order: Order, row: Any, term: Any, shown: dict[str, Any]) -> dict[str, Any]:
    content = words_of(row)
    numbers = [str(list(shown).index(one) + 1) for one in term.places if one in shown]
    hours = [words.hours_words(one, order.zone) for one in term.windows]
    free = [words.hours_words(one, order.zone) for one in term.exceptions]
    return {
        "number": str(row.number),
        "code": f"{term.code} {_(code_words(term.code))}",
        "words": str(content["words"]),
        "places": _("Places: %(numbers)s") % {"numbers": ", ".join(numbers)} if numbers else "",
        "metres": _("At least %(metres)s metres") % {"metres": f"{term.metres:g}"} if term.metres else "",
        "hours": [*hours, *(_("Except: %(hours)s") % {"hours": one} for one in free)],
    }


def _place(number: int, text: dict[str, Any]) -> dict[str, Any]:
    points = [f"{latitude:.6f}, {longitude:.6f}" for latitude, longitude in points_of(text["geojson"])]
    metres = metres_of(text["geojson"])
    return {
        "number": str(number),
        "said": text["said"],
        "points": points,
        "metres": _("%(metres)s metres around") % {"metres": f"{metres:g}"} if metres else "",
    }


def _hearings(order: Order, at: datetime) -> list[str]:
    rows = [row for row, _text in lines_of(Hearing, order, "at") if row.struck_at is None and row.at >= at]
    return [strip_tags(str(words.in_words(row.at, row.zone))) for row in rows]


def _secrets(order: Order, places: Iterable[dict[str, Any]]) -> Iterator[str]:
    """What must not stand there: labels and addresses of ours, and where and how whom it protects is reached."""
    for place in places:
        yield from (place["address"], place["label"] if place["label"] != place["said"] else "")
        if not place["shown"]:
            yield place["said"]
            yield from (
                f"{latitude:.6f}, {longitude:.6f}" for latitude, longitude in points_of(place["geojson"])
            )
    people = {
        order.petitioner_id,
        *order.orderpersons.exclude(role=RESPONDENT).values_list("person_id", flat=True),
    }
    for person in Person.objects.filter(id__in=[one for one in people if one]):
        known = details(person)
        yield str(known.get("address", ""))
        yield from known.get("phones", ())


def _names(texts: list[str], secrets: Iterable[str]) -> bool:
    said = " ".join(f" {normal(text)} " for text in texts)
    digits = [phone_token(text) for text in texts]
    for secret in secrets:
        whole = normal(secret)
        if whole and f" {whole} " in said:
            return True
        number = phone_token(secret)
        if len(number) >= FEWEST_DIGITS and any(number_of(secret)[-10:] in one for one in digits):
            return True
    return False


def _texts(value: Any) -> Iterator[str]:
    if isinstance(value, dict):
        for inner in value.values():
            yield from _texts(inner)
    elif isinstance(value, list):
        for inner in value:
            yield from _texts(inner)
    else:
        yield str(value)
