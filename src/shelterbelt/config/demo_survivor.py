"""What the demonstration's survivor and their advocate have made together: a plan, a record, messages, a release, a choice.

All invented and through the actions alone; whatever nobody would have yet (a paper that was given away) is left out.
"""

import io
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from django.db import transaction
from PIL import Image, ImageDraw, ImageFont

from shelterbelt.access.models import Worker
from shelterbelt.access.survivors import Survivor
from shelterbelt.agencies.models import Agency
from shelterbelt.agencies.sealed import opened
from shelterbelt.cases.models import Case
from shelterbelt.consent.actions import take_release
from shelterbelt.conversations.actions import (
    choose_response,
    note_read,
    show_looks,
    tell_hours,
    write_message,
)
from shelterbelt.feedback.actions import say_how_it_was
from shelterbelt.journal.actions import keep_file, show_item, write_item
from shelterbelt.rules.releases import EXPLAINED, Draft, Signer
from shelterbelt.safety.actions import begin_plan, choose, look_again, share_part, write_part
from shelterbelt.safety.files import begin_file
from shelterbelt.safety.models import OwnFile, PlanPart, SafetyPlan
from shelterbelt.store.asker import as_agency, set_asker
from shelterbelt.store.ids import uuid7

Answers = Mapping[str, Any]
TOGETHER: Mapping[str, Answers] = {
    "contacts": {
        "contacts_people": [
            {"name": "Ana", "reach": "202-555-0123, any time", "may_know": "all of it"},
            {"name": "My advocate", "reach": "309-555-0108, nine to five", "may_know": "all of it"},
        ],
        "contacts_near": [{"name": "Next door, blue house", "reach": "knock", "may_know": "that I may need a phone"}],
        "contacts_not": ["The cousin from the card evenings"],
    },
    "safe_places": {
        "safe_places_hour": [
            {"name": "The library", "way": "bus 4, two stops", "hours": "until eight, Sundays until five"},
            {"name": "The fire station on Mill Road", "way": "on foot", "hours": "day and night"},
        ],
        "safe_places_night": [{"name": "Ana's", "way": "a call, and I am picked up", "hours": "any night"}],
    },
    "ways_out": {
        "ways_out_home": ["Back door, through the yard", "Kitchen window at night, it opens without a sound"],
        "ways_out_ready": {"ticked": ["keys", "shoes", "phone", "reason"], "own": ["The dog's leash by the back door"]},
    },
    "phone": {
        "phone_knows": ["Where I park", "When I change my shift"],
        "phone_other": "The old phone of Ana's, at her place.",
        "phone_check": {"ticked": ["place", "family", "devices"], "own": []},
    },
}  # fmt: skip
ALONE: Mapping[str, Answers] = {
    "documents": {
        "documents_list": {"ticked": ["id", "birth", "health", "bank"], "own": []},
        "documents_where": [{"name": "Ana's, in the green box", "way": "", "hours": ""}],
    },
    "code_words": {
        "code_words_who": [{"name": "Ana", "reach": "", "may_know": ""}],
        "code_words_means": ["Ana calls back and asks me to come over"],
    },
    "routines": {
        "routines_keep": ["Coffee with Ana on Saturdays", "The dog's walk in the morning"],
        "routines_vary": ["Where I park at work", "The day for the store"],
    },
    "pets": {
        "pets_who": [{"name": "Ana", "reach": "", "may_know": "everything"}],
        "pets_things": {"ticked": ["papers", "crate", "food"], "own": []},
    },
}  # fmt: skip
SHARED, CHILD = "pets", "Remy"
OF_CHILD: Answers = {
    "child_people_who": [{"name": "Ana", "reach": "I know the number"}, {"name": "My teacher", "reach": "at school"}],
    "child_people_pick_up": [{"name": "Ana"}],
}  # fmt: skip
NOTED: tuple[Mapping[str, str], ...] = (
    {"kind": "followed", "text": "The same gray car behind the bus, twice this week. It turned off at the bridge.",
     "time": "about six in the evening", "sure": "about"},
    {"kind": "message", "text": "Eleven calls from a hidden number while I was at work. Nobody spoke.",
     "time": "between two and four", "sure": "sure"},
    {"kind": "happened", "text": "A note under the wiper of my car, at work. I had told nobody where I park.",
     "time": "ten past five", "sure": "sure"},
)  # fmt: skip
ON_THE_NOTE = ("I know where", "you park.")
SAID = (
    (
        0.30,
        True,
        "Hello. I am glad that you are here. Write whenever it is safe for you. I read on weekdays.",
    ),
    (0.55, False, "Thank you. There was a note on my car. I took a photo and put it with what I wrote down."),
    (0.60, True, "I am sorry. You did well to keep it. Shall we look at your plan again on Thursday at ten?"),
    (0.80, False, "Thursday is good. Please call the second number."),
    (
        0.97,
        True,
        "I will. Lantern House knows about the dog now, as you wanted. There is room for both of you.",
    ),
)
HOURS = {"days": ["0", "1", "2", "3", "4"], "from": "09:00", "until": "17:00"}
HOW_IT_WAS = {
    "believed": "in_part",
    "respected": "very_much",
    "your_choice": "not_really",
    "again": "in_part",
}
LASTS = timedelta(days=60)


@dataclass(frozen=True)
class Two:
    """The survivor and their advocate, from the day on which they begin to the present."""

    case: Case
    by: Worker
    survivor: Survivor
    began: datetime
    at: datetime

    def when(self, share: float) -> datetime:
        """An instant of that time."""
        return self.began + (self.at - self.began) * share

    @contextmanager
    def worker(self, share: float) -> Iterator[datetime]:
        """The transaction of a worker's page."""
        then = self.when(share)
        with as_agency(self.by.agency_id, at=then, worker=self.by.id):
            yield then

    @contextmanager
    def hand(self, share: float) -> Iterator[datetime]:
        """The portal's transaction: by their own hand."""
        then = self.when(share)
        with transaction.atomic():
            set_asker(None, None, then, survivor=self.survivor.id)
            yield then
            set_asker(None, None, None)


def fill_survivor(two: Two, agencies: Mapping[str, Agency]) -> None:
    """Everything that lies in the rooms of the demonstration's portal."""
    with two.worker(0.02) as then:
        file = begin_file(two.case.survivor, by=two.by, at=then)
        tell_hours(HOURS, by=two.by, at=then)
    pets = _plan(two, file)
    if shelter := agencies.get("shelter"):
        _release(two, shelter)
        with two.hand(0.65) as then:
            share_part(pets, shelter, by=two.survivor, at=then)
    _record(two, file)
    _words(two, file)
    with two.hand(0.85) as then:
        words = "Please call me first, before anybody goes there."
        choose_response(file, "advocate", words, by=two.survivor, at=then)
    with two.worker(0.88) as then:
        show_looks(file, two.case.id, by=two.by, at=then)
    if police := agencies.get("police"):
        with as_agency(two.by.agency_id, at=two.at):
            say_how_it_was(HOW_IT_WAS, of=police, holder=two.by.agency_id, person=two.survivor.id, at=two.at)


def _plan(two: Two, file: OwnFile) -> PlanPart:
    """The plan, half of it written together; the part that is shared."""
    with two.worker(0.04) as then:
        plan = begin_plan(file, by=two.by, at=then)
        choose(plan, risks=["stalking", "technology"], situations=["leaving"], by=two.by, at=then)
        _write(plan, TOGETHER, by=two.by, at=then)
    with two.hand(0.40) as then:
        pets = _write(plan, ALONE, by=two.survivor, at=then)[SHARED]
        child = begin_plan(file, whom="child", called=CHILD, by=two.survivor, at=then)
        write_part(child, "child_people", OF_CHILD, after=0, by=two.survivor, at=then)
    with two.worker(0.62) as then:
        on = (two.at + timedelta(days=14)).date()
        look_again(plan, on=on, by=two.by, at=then)
        again = {**TOGETHER["phone"], "phone_check": {"ticked": ["place", "devices"], "own": ["The tablet"]}}
        write_part(plan, "phone", again, after=1, by=two.by, at=then)
    return pets


def _write(
    plan: SafetyPlan, parts: Mapping[str, Answers], *, by: Worker | Survivor, at: datetime
) -> dict[str, PlanPart]:
    return {
        code: write_part(plan, code, answers, after=0, by=by, at=at).part for code, answers in parts.items()
    }


def _release(two: Two, to: Agency) -> None:
    """What Lantern House may know: what is needed, and the parts of the plan that are chosen one by one."""
    with two.worker(0.20) as then:
        name = str(opened(two.case.survivor)["name"])
        starts_on = then.astimezone(ZoneInfo(two.by.agency.time_zone)).date()
        draft = Draft(
            subject=name,
            categories=("safety_needs", "safety_plan"),
            scope="Whether there is room, and the dog.",
            purpose="safety",
            means=("on_screen",),
            starts_on=starts_on,
            expires_on=starts_on + LASTS,
            signers=(Signer(name, "survivor", False),),
            explained=frozenset(EXPLAINED),
            language="en",
            interpreter="not_needed",
            witness="A colleague",
            signature=name,
            court_told=True,
            later=("safety_needs", "safety_plan"),
        )
        take_release(
            two.case.id,
            token=uuid7(),
            reference="",
            recipient=to,
            draft=draft,
            by=two.by,
            at=then,
            case_ref=two.case.ref,
            long_confirmed=True,
        )


def _record(two: Two, file: OwnFile) -> None:
    """Three things that were written down, one of them with a photo and shown to the advocate."""
    for number, told in enumerate(NOTED):
        with two.hand(0.30 + number / 10) as then:
            item = write_item(file, {**told, "on": then.date().isoformat()}, by=two.survivor, at=then)
    with two.hand(0.51) as then:
        shows = "The note, as it hung under the wiper"
        keep_file(item, photo(), name="IMG_2041.jpg", kind="photo", words=shows, by=two.survivor, at=then)
        show_item(item, two.by.id, by=two.survivor, at=then)


def _words(two: Two, file: OwnFile) -> None:
    """Messages both ways; the advocate's last one is not read yet."""
    for share, from_worker, text in SAID:
        if from_worker:
            with two.worker(share) as then:
                note_read(file, by=two.by, at=then)
                write_message(file, text, by=two.by, at=then)
        else:
            with two.hand(share) as then:
                note_read(file, by=two.survivor, at=then)
                write_message(file, text, by=two.survivor, at=then)


def photo() -> io.BytesIO:
    """A drawn picture of a note on a windshield; nobody wrote it."""
    picture = Image.new("RGB", (640, 480), (58, 66, 74))
    pen, letters = ImageDraw.Draw(picture), ImageFont.load_default(size=44)
    pen.polygon([(150, 120), (520, 90), (545, 350), (170, 385)], fill=(243, 238, 222))
    for number, line in enumerate(ON_THE_NOTE):
        pen.text((205, 170 + 70 * number), line, fill=(32, 34, 60), font=letters)
    pen.line([(60, 430), (330, 60)], fill=(14, 15, 17), width=16)
    made = io.BytesIO()
    picture.save(made, "JPEG", quality=80)
    made.seek(0)
    return made
