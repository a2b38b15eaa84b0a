"""An order with a line of every kind, for the cast of the route matrix and for words that must stay sealed."""

from collections.abc import Callable
from typing import Any

from shelterbelt.access.models import Worker
from shelterbelt.agencies.models import Agency
from shelterbelt.cases.models import Case
from shelterbelt.orders import actions, shapes
from shelterbelt.orders.models import Order
from shelterbelt.orders.told import Named, TermTold
from shelterbelt.rules.orders import ISSUED, TRIED
from tests.apps.orders.cast import EVENINGS, HOME, paper
from tests.world import AT, DAY, HOUR


def order_things(case: Case, by: Worker) -> dict[str, Any]:
    """An order of a case and its lines; `by` is the one who asks PostgreSQL now."""
    made = actions.record_order(
        paper(), case.other or Named("Sol Ender"), petitioner=case.survivor, case=case, by=by, at=AT
    )
    actions.note_happening(made, ISSUED, happened_at=AT - HOUR, by=by, at=AT)
    circle = shapes.feature("circle", [HOME], 300)
    words = {"court": "Circuit Court", "room": "", "about": ""}
    return {
        "order": made,
        "order_place": actions.write_place(made, circle, shown=True, by=by, at=AT),
        "order_term": actions.write_term(made, TermTold("05", "contact", "No contact."), by=by, at=AT),
        "order_hearing": actions.set_hearing(made, AT + DAY, zone=made.zone, words=words, by=by, at=AT),
        "order_surrender": actions.ask_surrender(made, what="A rifle", due_at=AT + DAY, by=by, at=AT),
    }


def an_order(c: Callable[[str], str], case: Case, by: Worker) -> Order:
    """Words of no language in every sealed field of an order; `by` is the one who asks PostgreSQL now."""
    told = paper(
        **{name: c(f"order_{name}") for name in ("court", "ori", "docket", "judge", "words", "issued_in")},
        plates=(c("order_plate"),),
    )
    respondent = Named(
        c("order_name"), (c("order_other"),), "1971-02-03", ("+13095550187",), c("order_looks")
    )
    made = actions.record_order(
        told, respondent, protected=[Named(c("order_child"))], case=case, by=by, at=AT
    )
    happened = {name: c(f"order_{name}_of") for name in ("who", "how", "words", "proof")}
    actions.note_happening(made, TRIED, happened_at=AT - HOUR, words=happened, by=by, at=AT)
    place = actions.write_place(
        made, shapes.feature("circle", [HOME], 300), label=c("place_label"), said=c("place_said"),
        address=c("place_address"), by=by, at=AT,
    )  # fmt: skip
    term = TermTold("04", "stay_away", c("term_words"), 100, (str(place.id),), (EVENINGS,), (EVENINGS,))
    actions.write_term(made, term, by=by, at=AT)
    words = {"court": c("hearing_court"), "room": c("hearing_room"), "about": c("hearing_about")}
    actions.set_hearing(made, AT + DAY, zone=made.zone, words=words, by=by, at=AT)
    row = actions.ask_surrender(made, what=c("weapon_what"), due_at=None, by=by, at=AT)
    actions.note_surrender(row, done_at=AT, whom=c("weapon_whom"), proof=c("weapon_proof"), by=by, at=AT)
    actions.propose_places(case, HOME, by=by, at=AT)
    return made


def an_agreement(by: Worker, reader: Agency) -> Any:
    """Sheets of an agency that are open to another."""
    return actions.open_orders(reader, AT, AT + 9 * DAY, by=by, at=AT)
