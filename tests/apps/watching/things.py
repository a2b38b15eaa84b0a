"""Things of the watching app for the county of the route matrix."""

from datetime import timedelta

from shelterbelt.store.asker import as_agency
from shelterbelt.store.ids import new_ref, uuid7
from shelterbelt.watching.actions.shares import take_in_request
from shelterbelt.watching.pair_models import PairShare
from tests.world import AT, Town


def a_share(place: Town) -> PairShare:
    """A request for a pair that nobody has decided, at probation."""
    until = AT + timedelta(days=3650)
    body = {"reference": new_ref(), "docket": "26-OP-7700", "until": until.isoformat()}
    with as_agency(place.probation.id, at=AT):
        return take_in_request(body, letter=uuid7(), sender=place.advocates, to=place.probation, at=AT)
