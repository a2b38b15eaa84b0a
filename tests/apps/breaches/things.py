"""A breach with a line of every kind, for the cast of the route matrix and for words that must stay sealed."""

from collections.abc import Callable
from typing import Any

from shelterbelt.access.models import Worker
from shelterbelt.breaches import actions
from shelterbelt.breaches.told import Report
from shelterbelt.cases.models import Case
from shelterbelt.orders.models import Order
from shelterbelt.rules.breach import CONFIRMED, OFFICER, Seen
from tests.world import AT, HOUR


def breach_things(order: Order, case: Case, by: Worker) -> dict[str, Any]:
    """A breach of an order of a case and its lines; `by` is the one who asks PostgreSQL now."""
    made = actions.report_breach(
        order, Report(Seen("contacted", OFFICER), AT - HOUR / 2), case=case, by=by, at=AT
    )
    return {
        "breach": made,
        "breach_step": actions.add_step(made, "reported", happened_at=AT, by=by, at=AT),
        "breach_piece": actions.add_paper(made, b"x", name="", about="", by=by, at=AT),
    }


def a_breach(c: Callable[[str], str], order: Order, by: Worker) -> None:
    """Words of no language in every sealed field of a breach; `by` is the one who asks PostgreSQL now."""
    seen = Seen("contacted", OFFICER)
    told = Report(seen, AT - HOUR / 2, c("breach_words"), c("breach_from"))
    made = actions.report_breach(order, told, by=by, at=AT)
    actions.decide(made, CONFIRMED, c("breach_why"), by=by, at=AT)
    words = {name: c(f"step_{name}") for name in ("words", "court", "docket")}
    actions.add_step(made, "dismissed", happened_at=AT, reason="other", words=words, by=by, at=AT)
    actions.add_paper(made, b"x", name=c("piece_name"), about=c("piece_about"), by=by, at=AT)
