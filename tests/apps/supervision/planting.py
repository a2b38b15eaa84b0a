"""Words that exist in no language, in every sealed field of who is detained and of supervision."""

from collections.abc import Callable

from shelterbelt.cases.actions import Party, record_incident
from shelterbelt.cases.drafts import open_incident
from shelterbelt.people.models import Person
from shelterbelt.store.asker import as_agency
from shelterbelt.supervision import actions
from shelterbelt.supervision.models import Booking, DetainedNews
from shelterbelt.supervision.told import told_line
from tests.world import AT, DAY, HOUR, Town


def who_is_detained(town: Town, c: Callable[[str], str]) -> None:
    """A case of the police whose other person a jail lets out, how the survivor wants to hear, and who confirmed it."""
    by = town.detective
    parties = [Party("survivor", {"name": c("told")}), Party("perpetrator", {"name": c("jailed")})]
    with as_agency(town.police.id, at=AT, worker=by.id):
        made = record_incident(
            open_incident(by=by, at=AT), content={}, parties=parties, happened_at=AT, by=by, at=AT
        )
    assert made.case is not None
    said = {"booking": c("booking"), "name": c("booked"), "born_on": "1980-05-06", "place": c("block")}
    lines = [
        told_line(
            {"key": "1", "kind": "arrested", "happened_at": (AT - HOUR).isoformat(), "stay": "a", **said}
        )
    ]
    with as_agency(town.police.id, at=AT):
        actions.hear_lines("jail", lines, whole=True, agency=town.police, by=None, at=AT)
        booking = Booking.objects.get(agency=town.police)
    with as_agency(town.police.id, at=AT, worker=by.id):
        other = Person.objects.get(id=made.case.other_id)
        actions.link_booking(booking, other, by=by, at=AT)
        named = {
            "name": c("sister"),
            "way": "email",
            "to": "a@example.org",
            "language": "es",
            "words": c("please"),
        }
        actions.tell_wish(made.case, wanted=True, named=named, by=by, at=AT)
        actions.hear_call(other.id, "released", AT, c("jailer"), by=by, at=AT)
        news = DetainedNews.objects.get(case=made.case, state="open")
        actions.confirm_news(news, "called", c("knows"), by=by, at=AT)


def who_is_under_supervision(town: Town, c: Callable[[str], str]) -> None:
    """Somebody with a condition and an occasion of it."""
    by = town.court_clerk
    with as_agency(town.court.id, at=AT, worker=by.id):
        row = actions.begin_supervision({"name": c("supervised")}, c("file"), by=by, at=AT)
        one = actions.set_condition(row, "programme", c("evenings"), from_at=AT - DAY, by=by, at=AT)
        actions.record_occasion(one, AT - HOUR, "there", c("noted"), by=by, at=AT)
