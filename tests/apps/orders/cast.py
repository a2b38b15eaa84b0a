"""Orders as tests write them down: one that is in force and served, with a place, hours and an exception."""

from datetime import datetime, time, timedelta
from typing import Any

from shelterbelt.access.models import Worker
from shelterbelt.orders import actions, shapes
from shelterbelt.orders.models import Order
from shelterbelt.orders.told import Named, Paper, TermTold
from shelterbelt.rules.order_terms import Window
from shelterbelt.rules.order_times import Lasts
from shelterbelt.rules.orders import ISSUED, SERVED
from shelterbelt.store.asker import as_agency
from tests.world import AT, HOUR

ZONE = "America/Chicago"
RESPONDENT = Named("Alex Rowan Pike", ("Lex",), "1984-02-29", ("(312) 555-0144",), "A scar over the left eye")
PETITIONER = Named("Jamie Birch", born_on="1987-05-06", phones=("(312) 555-0177",))
CHILD = Named("Sam Birch", born_on="2016-09-01")
EVENINGS = Window(frozenset(range(7)), time(18), time(7), ZONE)
HOME = (41.8781, -87.6298)
YEAR = Lasts("years", number=1)


def paper(**more: Any) -> Paper:
    """A final order of one year, unless it is said otherwise."""
    told: dict[str, Any] = {
        "kind": "final",
        "lasts": YEAR,
        "zone": ZONE,
        "court": "Circuit Court of Fictional County",
        "ori": "XX0000000",
        "docket": "26-OP-0042",
        "judge": "Hon. R. Sample",
        "plates": ("FK 4 217",),
    }
    return Paper(**{**told, **more})


def order(by: Worker, *, at: datetime = AT, told: Paper | None = None, **more: Any) -> Order:
    """An order without anything that happened to it."""
    with as_agency(by.agency_id, at=at, worker=by.id):
        more = {"petitioner": PETITIONER, "protected": [CHILD]} | more
        respondent = more.pop("respondent", RESPONDENT)
        return actions.record_order(told or paper(), respondent, by=by, at=at, **more)


def in_force(by: Worker, *, at: datetime = AT, served: bool = True, **more: Any) -> Order:
    """An order that was issued two hours ago, and served an hour ago."""
    made = order(by, at=at, **more)
    with as_agency(by.agency_id, at=at, worker=by.id):
        actions.note_happening(made, ISSUED, happened_at=at - 2 * HOUR, by=by, at=at)
        if served:
            told = {"who": "Deputy Vale", "how": "in hand", "proof": "Return 17"}
            actions.note_happening(made, SERVED, happened_at=at - HOUR, words=told, by=by, at=at)
    return made


def with_terms(made: Order, by: Worker, *, at: datetime = AT) -> Order:
    """A place to stay away from, no contact ever, no weapons, and time with a child on Saturdays."""
    saturdays = Window(frozenset({5}), time(10), time(12), ZONE)
    with as_agency(by.agency_id, at=at, worker=by.id):
        circle = shapes.feature("circle", [HOME], 300)
        place = actions.write_place(
            made, circle, label="The school of the child", said="Area one", shown=True, by=by, at=at
        )
        for told in (
            TermTold("04", "stay_away", "Stay away from area one.", places=(str(place.id),)),
            TermTold("05", "contact", "No contact of any kind.", exceptions=(saturdays,)),
            TermTold("07", "weapons", "No firearms."),
            TermTold("06", "children", "Hand-over on Saturdays at the library.", windows=(saturdays,)),
            TermTold("08", "curfew", "At home at night.", windows=(EVENINGS,)),
        ):
            actions.write_term(made, told, by=by, at=at)
    return made


SOON = timedelta(minutes=10)
