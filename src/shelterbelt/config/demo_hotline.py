"""The demonstration's hotline: reports, contacts and what people said, all invented, through the actions alone.

Refuses nothing of its own; it fills what the agencies of this node may hold and leaves the others as they are.
"""

from collections.abc import Iterable, Mapping
from datetime import datetime, timedelta
from itertools import cycle, islice
from typing import Any

from shelterbelt.access.models import Worker
from shelterbelt.agencies.models import VICTIM_SERVICES, Agency
from shelterbelt.feedback.actions import say_how_it_was, tell_sums
from shelterbelt.hotline.actions import answer_report, log_call, tell, wish
from shelterbelt.hotline.policy import LOG_CALLS
from shelterbelt.store.asker import as_agency
from shelterbelt.store.ids import uuid7

TOLD = (
    ("Can you tell me how to change a lock without a landlord?", "", "en"),
    ("My cousin is watched through a phone. What can be done?", "Wren", "en"),
    ("¿Puedo pedir una orden sin ir a la policía?", "", "es"),
)
REACH: dict[str, Any] = {
    "channels": ["phone"], "number": "+13095550191", "email": "", "place": "", "days": ["0", "1", "2", "3", "4"],
    "from": "09:00", "until": "17:00", "zone": "America/Chicago", "voicemail": False, "code_word": "Heron", "may_answer": "",
}  # fmt: skip
KINDS = ("phone", "phone", "chat", "phone", "text", "phone", "in_person")
TOPICS = (["stalking"], ["emotional", "economic"], ["children"], ["physical", "orders"], ["technology"])
SAID = (
    {"believed": "very_much", "respected": "very_much", "worse": "not_really", "again": "very_much"},
    {"believed": "in_part", "respected": "very_much", "your_choice": "in_part", "worse": "not_really"},
    {"believed": "not_really", "your_choice": "not_really", "worse": "in_part", "again": "not_really"},
)


def fill_hotline(agencies: Mapping[str, Agency], workers: Iterable[Worker], *, at: datetime) -> None:
    """What a victim service of this node was told lately, and over three quarters."""
    for agency in agencies.values():
        by = next((w for w in workers if w.agency_id == agency.id and LOG_CALLS.allows(w)), None)
        if agency.kind in VICTIM_SERVICES and agency.node.is_self and by is not None:
            _reports(agency, by, at=at)
            _calls(by, at=at)
            _said(agency, agencies, at=at)


def _reports(agency: Agency, by: Worker, *, at: datetime) -> None:
    for number, (words, name, language) in enumerate(TOLD):
        then = at - timedelta(hours=5 * (number + 1))
        with as_agency(agency.id, at=then, worker=by.id):
            made = tell(agency, words=words, name=name, language=language, at=then).report
            if number == 1:
                wish(made, wishes=["call"], may_copy=False, instructions=REACH, at=then)
            if number == 2:
                answer_report(made, "Sí. Escríbanos cuándo podemos explicarle cómo.", by=by, at=then)


def _calls(by: Worker, *, at: datetime) -> None:
    for number, kind in enumerate(islice(cycle(KINDS), 90)):
        then = at - timedelta(days=2 * number, hours=number % 9)
        told = {
            "kind": kind,
            "topics": TOPICS[number % len(TOPICS)],
            "given": ["listened"],
            "outcome": "done",
        }
        with as_agency(by.agency_id, at=then, worker=by.id):
            log_call(told, happened_at=then, by=by, at=then)
    for name, hours in (("Wren", 30), ("", 3)):
        then = at - timedelta(hours=hours)
        with as_agency(by.agency_id, at=then, worker=by.id):
            log_call(
                {"kind": "phone", "outcome": "call_back"},
                happened_at=then,
                name=name,
                instructions=REACH,
                by=by,
                at=then,
            )


def _said(agency: Agency, agencies: Mapping[str, Agency], *, at: datetime) -> None:
    for back, many in ((100, 34), (190, 41), (280, 8)):
        then = at - timedelta(days=back)
        with as_agency(agency.id, at=then):
            for number in range(many):
                answers = SAID[(number * (back // 90)) % len(SAID)]
                say_how_it_was(answers, of=agencies["police"], holder=agency.id, person=uuid7(), at=then)
    with as_agency(agency.id, at=at):
        tell_sums(agency, at=at)
