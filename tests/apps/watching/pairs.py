"""A survivor whose release lets a court's tracker be watched together with their own device; all of it through actions."""

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

from shelterbelt import sealing
from shelterbelt.access.models import Worker
from shelterbelt.access.survivors import Survivor
from shelterbelt.agencies.models import Agency, Letter
from shelterbelt.alerts.actions import call_next, end_alert, set_up_help, tell_one
from shelterbelt.alerts.models import HelpAlert
from shelterbelt.cases.actions import open_direct_case
from shelterbelt.cases.models import Case
from shelterbelt.consent.actions import take_release, withdraw_release
from shelterbelt.consent.models import Release
from shelterbelt.exchange import sending as post
from shelterbelt.exchange.kinds import AT_ONCE
from shelterbelt.rules.fixes import Fix
from shelterbelt.rules.frames import Heard, joined, unframed
from shelterbelt.safety.files import begin_file
from shelterbelt.safety.models import OwnFile
from shelterbelt.sealing import letters
from shelterbelt.store.asker import as_agency
from shelterbelt.store.ids import uuid7
from shelterbelt.ui.clock import now
from shelterbelt.watching.actions.devices import issue_own_device
from shelterbelt.watching.actions.pairs import ask_pair
from shelterbelt.watching.actions.shares import send_fixes, share_tracker
from shelterbelt.watching.alarm_models import Alarm
from shelterbelt.watching.alarms import ms_of
from shelterbelt.watching.log import NOTHING_READ, Lot, log
from shelterbelt.watching.models import OWNTRACKS, Device
from shelterbelt.watching.pair_models import Pair, PairShare
from shelterbelt.watching.pair_queries import share_by_ref, shares, trackers_meant
from shelterbelt.watching.pair_turning import pair_turn
from shelterbelt.watching.turning import Watcher
from tests.apps.alerts.people import SET, there
from tests.apps.exchange.conftest import draft
from tests.apps.orders.cast import HOME
from tests.apps.watching.roads import HUNDRED, Tracked, tracked
from tests.world import Town, worker

DOCKET = "26-OP-0042"
NEAR = (HOME[0] + HUNDRED, HOME[1])
FAR = (HOME[0] + 30 * HUNDRED, HOME[1])


@dataclass
class Paired:
    """A survivor, their release and pair, and the court's tracker."""

    town: Town
    case: Any
    file: OwnFile
    release: Release
    tracked: Tracked
    at: datetime
    own: Device | None = None
    pair: Pair | None = None
    watcher: Watcher | None = None
    sent: list[Any] = field(default_factory=list)
    lengths: set[int] = field(default_factory=set)

    @property
    def hand(self) -> Survivor:
        return Survivor(self.file.person_id, self.file.agency_id, self.file.person_id)

    @property
    def hers(self) -> Any:
        return self.town.advocates.id

    @property
    def court(self) -> Any:
        return self.town.court.id

    def ask(self) -> Pair:
        """The advocate asks for the pair."""
        by = self.town.advocate
        with as_agency(by.agency_id, at=self.at, worker=by.id):
            self.pair = ask_pair(self.file, self.release, DOCKET, by=by, at=self.at)
        return self.pair

    def device(self) -> Device:
        """Their own device."""
        by = self.town.advocate
        with as_agency(by.agency_id, at=self.at, worker=by.id):
            self.own = issue_own_device(self.file, OWNTRACKS, "telephone", by=by, at=self.at).thing
        return self.own

    def carry(self, *, back: bool = False) -> None:
        """The letters that wait go out, over real HTTP; what they say is looked at before."""
        ends = (self.hers, self.court)
        keys = sealing.keyring()
        for agency in ends:
            with as_agency(agency, at=now()):
                waiting = Letter.objects.filter(delivered_at=None, closed_at=None)
                found = [bytes(one.sealed) for one in waiting]
            self.sent += [letters.read(one, by=keys.public_keys(), to=keys.node_keys()) for one in found]
            self.lengths |= {len(one) for one in found}
        # The first request that a server answers takes long: then it goes again.
        for turn in range(3):
            went = post.deliver_line(
                *(ends[::-1] if back else ends), AT_ONCE, at=now() + timedelta(minutes=1 + 3 * turn)
            )
            if went.wait is None:
                break

    def decide(self, *, at: datetime | None = None) -> PairShare:
        """The court's clerk finds the tracker and shares it."""
        by, at = self.town.court_clerk, at or self.at
        with as_agency(by.agency_id, at=at, worker=by.id):
            (face,) = shares(by=by, at=at)
            (meant,) = trackers_meant(face.row, by=by, at=at)
            share_tracker(face.row, meant.device, by=by, at=at)
            return share_by_ref(face.row.ref, by=by, at=at).row

    def push(self, *, at: datetime) -> int:
        """What the court's watch sends, and carries."""
        count = send_fixes(self.court, at=at)
        self.carry(back=True)
        return count

    def says(self, where: tuple[float, float], *, at: datetime, metres: float = 8.0) -> None:
        """Their own device says where it is."""
        assert self.own is not None
        self._log(self.hers, self.own, [Fix(ms_of(at), *where, metres)], at)

    def other_says(self, where: tuple[float, float], *, at: datetime, metres: float = 8.0) -> None:
        """The tracker says where it is, to the court."""
        self._log(self.court, self.tracked.device, [Fix(ms_of(at), *where, metres)], at)

    def _log(self, agency: Any, device: Device, fixes: Iterable[Fix], at: datetime) -> None:
        frames = joined(Heard(device.number, ms_of(at), one) for one in fixes)
        with as_agency(agency, at=at):
            log.append(agency, {Lot(device.part): frames}, at=at)

    def turn(self, *, at: datetime) -> None:
        """The watch of the advocates' node."""
        self.watcher = self.watcher or Watcher()
        while self.watcher.turn(self.hers, at=at):
            pass

    def begun(self) -> "Paired":
        """Asked, carried, shared and answered; both devices are awaited."""
        self.device()
        self.ask()
        self.carry()
        self.decide()
        self.carry(back=True)
        pair_turn(self.hers, at=self.at)
        self.turn(at=self.at)
        return self

    def come(self, *ways: tuple[float, float], at: datetime | None = None) -> datetime:
        """The survivor stays near home; the other one goes this way, a step a minute."""
        when = at or self.at
        for where in ways:
            when += timedelta(minutes=1)
            self.says(NEAR, at=when)
            self.other_says(where, at=when)
            self.push(at=when)
            self.turn(at=when)
        return when

    def alarms(self) -> list[Alarm]:
        with as_agency(self.hers, at=now()):
            return list(Alarm.objects.filter(agency_id=self.hers).order_by("ms", "kind"))

    def other_fixes(self) -> list[int]:
        """The instants of the other one's fixes in the advocates' log, in its order."""
        with as_agency(self.hers, at=now()):
            pair = Pair.objects.select_related("device").get(person_id=self.file.person_id)
            assert pair.device is not None
            batches = log.read(self.hers, pair.device.part, NOTHING_READ, 1000)
            found = [one for batch in batches for one in unframed(batch.frames)]
            return [one.fix.ms for one in found if one.device == pair.device.number]

    def set_up(self, **told: Any) -> None:
        """Help alerts, to one friend and whoever is there."""
        by = self.town.advocate
        with as_agency(by.agency_id, at=self.at, worker=by.id):
            set_up_help(self.file, SET | told, by=by, at=self.at)

    def call(self, *, at: datetime) -> None:
        """What the worker process does with alerts: who is due, and whoever waits is told."""
        call_next(self.hers, at=at)
        while tell_one(self.hers, at=at):
            pass

    def end_alerts(self, *, at: datetime) -> None:
        """The advocate ends what is open."""
        by = self.town.advocate
        with as_agency(by.agency_id, at=at, worker=by.id):
            for row in HelpAlert.objects.filter(ended_at=None):
                end_alert(row, "met", "", by=by, at=at)

    def colleague(self) -> Worker:
        """Somebody of the same agency whom the survivor does not trust, and who is there."""
        one = worker(self.town.advocates, "advocate")
        there(one, at=now() - timedelta(minutes=1))
        return one

    def release_to(self, to: Agency, categories: tuple[str, ...]) -> Release:
        """Another release of theirs."""
        by = self.town.advocate
        with as_agency(by.agency_id, at=self.at, worker=by.id):
            return taken(self.case, to, categories, by=by, at=self.at)

    def carry_to(self, to: Agency) -> None:
        """The letters that wait for another agency go out."""
        post.deliver_line(self.hers, to.id, AT_ONCE, at=now() + timedelta(minutes=1))

    def withdraw(self, *, at: datetime) -> None:
        by = self.town.advocate
        with as_agency(by.agency_id, at=at, worker=by.id):
            withdraw_release(self.release, by=by, at=at, channel="phone")


def paired(here: Town, *, at: datetime, categories: tuple[str, ...] = ("pair_watched",)) -> Paired:
    """A survivor with a file and a release to the court, which has an order and its tracker."""
    by = here.advocate
    with as_agency(by.agency_id, at=at, worker=by.id):
        case = open_direct_case(survivor={"name": "Ximena Okafor"}, other=None, words={}, by=by, at=at)
        file = begin_file(case.survivor, by=by, at=at)
        release = taken(case, here.court, categories, by=by, at=at)
    return Paired(here, case, file, release, tracked(here, at=at), at)


def taken(case: Case, to: Agency, categories: tuple[str, ...], *, by: Worker, at: datetime) -> Release:
    """A release of a case, signed now; the caller is in the worker's transaction."""
    return take_release(
        case.id,
        token=uuid7(),
        reference=f"ref-{case.ref[:10]}",
        recipient=to,
        draft=draft(at, categories, 30),
        by=by,
        at=at,
        case_ref=case.ref,
        long_confirmed=True,
    )
