"""The demonstration's orders: what a court of it wrote down, invented, and open to the police of the same node.

One is in force and served, one waits for service, one binds on the word of bail and ends soon.
"""

from collections.abc import Iterable, Mapping
from datetime import datetime, time, timedelta

from shelterbelt.access.models import Worker
from shelterbelt.agencies.models import Agency
from shelterbelt.orders import actions, shapes
from shelterbelt.orders.models import Order
from shelterbelt.orders.policy import SHARE_ORDERS, WRITE_ORDER
from shelterbelt.orders.told import Named, Paper, TermTold
from shelterbelt.rules.order_terms import Window
from shelterbelt.rules.order_times import DAYS, YEARS, Lasts
from shelterbelt.rules.orders import ISSUED, ON_SERVICE, SERVED, TRIED
from shelterbelt.store.asker import as_agency

DAY = timedelta(days=1)
SCHOOL = (40.6936, -89.5890)
STREET = [(40.6900, -89.5950), (40.6925, -89.5920), (40.6950, -89.5915)]
READERS = ("police", "prosecutor", "probation")


def fill_orders(agencies: Mapping[str, Agency], workers: Iterable[Worker], *, at: datetime) -> None:
    """What the court of this node holds."""
    for court in agencies.values():
        by = next((w for w in workers if w.agency_id == court.id and SHARE_ORDERS.allows(w)), None)
        if court.kind != "court" or not court.node.is_self or by is None or not WRITE_ORDER.allows(by):
            continue
        with as_agency(court.id, at=at, worker=by.id):
            _served(by, court.time_zone, at)
            _waiting(by, court.time_zone, at)
            _bail(by, court.time_zone, at)
            for reader in agencies.values():
                if reader.kind in READERS and reader.node_id == court.node_id:
                    actions.open_orders(reader, at, at + 365 * DAY, by=by, at=at)


def _served(by: Worker, zone: str, at: datetime) -> None:
    told = _paper("final", Lasts(YEARS, number=2), zone, "26-OP-0107", plates=("DM 4 217",))
    looks = "A tattoo of a heron on the right arm"
    made = actions.record_order(
        told,
        Named("Dale Marlow", ("Dal",), "1985-04-17", ("(309) 555-0146",), looks),
        petitioner=Named("Robin Alder", born_on="1988-08-02"),
        protected=[Named("Kit Alder")],
        by=by,
        at=at,
    )
    _happened(made, by, at, (ISSUED, 40), (TRIED, 39), (SERVED, 38))
    school = actions.write_place(
        made,
        shapes.feature("circle", [SCHOOL], 250),
        label="School",
        said="Place one",
        shown=True,
        by=by,
        at=at,
    )
    street = actions.write_place(
        made,
        shapes.feature("street", STREET, 80),
        label="Way to work",
        said="Place two",
        shown=True,
        by=by,
        at=at,
    )
    hours = Window(frozenset({5}), time(10), time(11), zone)
    for term in (
        TermTold("01", "other", "No violence and no threats against Robin Alder or Kit Alder."),
        TermTold(
            "04", "stay_away", "Stay away from places one and two.", places=(str(school.id), str(street.id))
        ),
        TermTold("05", "contact", "No contact with Robin Alder, in any way.", exceptions=(hours,)),
        TermTold("07", "weapons", "Hand over all firearms."),
        TermTold("06", "children", "Kit is handed over at the library on Saturdays.", windows=(hours,)),
    ):
        actions.write_term(made, term, by=by, at=at)
    row = actions.ask_surrender(made, what="Two rifles", due_at=at - 37 * DAY, by=by, at=at)
    actions.note_surrender(row, done_at=at - 37 * DAY, whom="Sheriff", proof="Receipt 2231", by=by, at=at)
    about = {"court": "Circuit Court", "room": "4B", "about": "Review of the hand-over"}
    actions.set_hearing(made, at + 20 * DAY, zone=zone, words=about, by=by, at=at)


def _waiting(by: Worker, zone: str, at: datetime) -> None:
    told = _paper("temporary", Lasts(DAYS, number=21), zone, "26-OP-0131", effective=ON_SERVICE)
    made = actions.record_order(
        told, Named("Pat Underhill", born_on="1991-12-30"), petitioner=Named("Lee Farrow"), by=by, at=at
    )
    _happened(made, by, at, (ISSUED, 2), (TRIED, 1))
    actions.write_term(made, TermTold("05", "contact", "No contact with Lee Farrow."), by=by, at=at)
    actions.write_term(made, TermTold("04", "distance", "Keep 150 metres away.", 150), by=by, at=at)


def _bail(by: Worker, zone: str, at: datetime) -> None:
    told = _paper("bail", Lasts(DAYS, number=30), zone, "26-CF-0088")
    made = actions.record_order(
        told, Named("Sam Corliss", born_on="1979-06-11"), petitioner=Named("Alex Corliss"), by=by, at=at
    )
    _happened(made, by, at, (ISSUED, 21), (SERVED, 21))
    night = Window(frozenset(range(7)), time(21), time(6), zone)
    actions.write_term(made, TermTold("08", "curfew", "At home at night.", windows=(night,)), by=by, at=at)
    actions.write_term(made, TermTold("05", "contact", "No contact with Alex Corliss."), by=by, at=at)


def _paper(kind: str, lasts: Lasts, zone: str, docket: str, **more: object) -> Paper:
    return Paper(kind, lasts, zone, court="Circuit Court", docket=docket, judge="Hon. R. Sample", **more)  # type: ignore[arg-type]


def _happened(made: Order, by: Worker, at: datetime, *lines: tuple[str, int]) -> None:
    for kind, days in lines:
        words = (
            {}
            if kind == ISSUED
            else {"who": "Deputy Vale", "how": "in hand" if kind == SERVED else "at the door"}
        )
        actions.note_happening(made, kind, happened_at=at - days * DAY, words=words, by=by, at=at)
