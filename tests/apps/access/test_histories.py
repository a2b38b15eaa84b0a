"""Random histories of consent, law, walls and broken glass: one decision, one list, one lock, and a model beside them.

The model is a dozen lines of sets that know nothing of the product. After every step, for every worker and case, what
may be opened, what is listed, what PostgreSQL shows and what the model says are the same.
"""

import os
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from django.apps import apps
from hypothesis import HealthCheck, Phase, settings
from hypothesis import strategies as st
from hypothesis.stateful import (
    RuleBasedStateMachine,
    initialize,
    invariant,
    precondition,
    rule,
    run_state_machine_as_test,
)

from shelterbelt.access.bars import CATEGORIES
from shelterbelt.access.glass import agree_glass, ask_glass
from shelterbelt.access.models import Wall, Worker
from shelterbelt.access.policy import ASK_GLASS
from shelterbelt.access.rules import NotForYou, may, visible
from shelterbelt.access.walls import lift, raise_wall, restrict
from shelterbelt.cases.models import Case, Sight
from shelterbelt.cases.policy import SEE_CASE
from shelterbelt.consent.actions import (
    end_grant,
    narrow_release,
    open_agreement,
    open_on_basis,
    take_release,
    withdraw_release,
)
from shelterbelt.consent.actions.ending import Narrower
from shelterbelt.consent.models import Grant, Release
from shelterbelt.consent.queries import living_grant
from shelterbelt.response.board import shared_board
from shelterbelt.store.asker import as_agency
from shelterbelt.store.ids import uuid7
from tests.apps.access.test_walls import an_incident
from tests.apps.consent.conftest import draft
from tests.world import AT, DAY, HOUR, Town, town

HISTORIES = int(os.environ.get("HISTORIES", "12"))
READERS = (
    "officer",
    "officer_two",
    "detective",
    "prosecutor_worker",
    "probation_officer",
    "nurse",
    "uninvited",
)
RECIPIENTS = ("prosecutor", "probation", "court")
GIVERS = ("prosecutor_worker", "probation_officer", "court_clerk", "coordinator", "supervisor", "nurse")
ONWARD = ("prosecutor", "probation", "court", "council", "police")
# That a case was erased is told by ids and instants alone; the grants that it gave are each agency's own to see.
OPEN_ROWS = ("Erasure", "Grant")
OF_A_CASE: list[Any] = [
    model
    for model in apps.get_models()
    if model.__name__ not in OPEN_ROWS and any(f.attname == "case_id" for f in model._meta.concrete_fields)
]


@dataclass
class Opened:
    """A grant as the model knows it."""

    row: Grant
    recipient: UUID
    case: UUID | None
    from_at: datetime
    until_at: datetime
    ended: bool = False
    agreement: bool = False


@dataclass
class Model:
    """What should hold, in sets."""

    grants: list[Opened] = field(default_factory=list)
    walls: dict[UUID, tuple[UUID, UUID]] = field(default_factory=dict)
    restricted: set[UUID] = field(default_factory=set)
    entrusted: list[tuple[UUID, UUID, datetime | None]] = field(default_factory=list)

    def shows(self, worker: Worker, case: Case, at: datetime) -> bool:
        """Whether PostgreSQL should show the row to somebody of this agency: no roles here."""
        opened = worker.agency_id == case.agency_id or any(
            g.recipient == worker.agency_id
            and g.case in (None, case.id)
            and not g.ended
            and g.from_at <= at < g.until_at
            for g in self.grants
        )
        walled = self.walled(worker, case)
        let_in = any(
            w == worker.id and c == case.id and (until is None or at < until)
            for w, c, until in self.entrusted
        )
        return opened and not walled and (case.id not in self.restricted or let_in)

    def walled(self, worker: Worker, case: Case) -> bool:
        """Whether a wall stands before this worker or their agency."""
        return bool({(worker.id, case.id), (worker.agency_id, case.id)} & set(self.walls.values()))

    def glass_opens(self, worker: Worker, case: Case, at: datetime) -> bool:
        """Whether glass may open it: restricted, no wall, and one's own agency's or covered by an agreement."""
        agreed = any(
            g.agreement
            and g.recipient == worker.agency_id
            and g.case in (None, case.id)
            and not g.ended
            and g.from_at <= at < g.until_at
            for g in self.grants
        )
        walled = self.walled(worker, case)
        return case.id in self.restricted and not walled and (worker.agency_id == case.agency_id or agreed)


class Histories(RuleBasedStateMachine):
    """One town, two police cases, and whatever happens to them."""

    place: Town

    @initialize()
    def begin(self) -> None:
        self.place, self.at, self.model = town(), AT, Model()
        self.cases: list[Case] = []
        for _ in range(2):
            done = an_incident(self.place, self.place.officer)
            assert done.case is not None
            self.cases.append(done.case)
        with as_agency(self.place.advocates.id, at=AT, worker=self.place.advocate.id):
            from shelterbelt.cases.actions import open_direct_case

            self.hers = open_direct_case(
                survivor={"name": "Ines"}, other=None, words={}, by=self.place.advocate, at=AT
            )
        self.releases: list[tuple[Release, Any, bool]] = []
        self.seen_before: set[tuple[UUID, UUID]] = set()
        self.withdrew = False

    def _police(self) -> Any:
        return as_agency(self.place.police.id, at=self.at, worker=self.place.supervisor.id)

    @rule(
        to=st.sampled_from(RECIPIENTS),
        which=st.sampled_from([None, 0, 1]),
        begins=st.integers(-1, 2),
        lasts=st.integers(1, 4),
    )
    def agreement(self, to: str, which: int | None, begins: int, lasts: int) -> None:
        recipient = getattr(self.place, to)
        case = None if which is None else self.cases[which].id
        span = (self.at + begins * DAY, self.at + (begins + lasts) * DAY)
        with self._police():
            row = open_agreement(
                self.place.police,
                recipient,
                ["case_file"],
                case,
                "charging",
                *span,
                by=self.place.supervisor,
                at=self.at,
            )
        self.model.grants.append(Opened(row, recipient.id, case, *span, agreement=True))

    @rule(
        to=st.sampled_from(RECIPIENTS),
        which=st.integers(0, 1),
        basis=st.sampled_from(["court_order", "mandate"]),
        hours=st.integers(1, 90),
    )
    def order(self, to: str, which: int, basis: Any, hours: int) -> None:
        recipient, case = getattr(self.place, to), self.cases[which]
        span = (self.at, self.at + hours * HOUR)
        with self._police():
            row = open_on_basis(
                basis, self.place.police, recipient, case.id, ["case_file"], "ordered", *span,
                authority=uuid7(), by=self.place.supervisor, at=self.at,
            )  # fmt: skip
        self.model.grants.append(Opened(row, recipient.id, case.id, *span))

    @precondition(lambda self: self.model.grants)
    @rule(chance=st.randoms())
    def end(self, chance: Any) -> None:
        opened = chance.choice(self.model.grants)
        with as_agency(self.place.police.id, at=self.at):
            hidden = not Grant.objects.filter(id=opened.row.id).exists()
        if hidden:
            return
        with self._police():
            if Grant.objects.filter(id=opened.row.id).exists():
                end_grant(opened.row, by=self.place.supervisor, at=self.at)
                opened.ended, self.withdrew = True, True

    @rule(hours=st.sampled_from([1, 5, 24, 49]))
    def time_passes(self, hours: int) -> None:
        self.at += timedelta(hours=hours)

    @rule(who=st.sampled_from(READERS), which=st.integers(0, 1))
    def wall(self, who: str, which: int) -> None:
        worker, case = getattr(self.place, who), self.cases[which]
        with as_agency(self.place.police.id, at=self.at):
            row = raise_wall(
                case.id,
                agency=self.place.police.id,
                worker=worker.id,
                basis="reviewer",
                reason="",
                by=None,
                at=self.at,
            )
        self.model.walls[row.id] = (worker.id, case.id)

    @rule(which=st.integers(0, 1), kind=st.sampled_from(RECIPIENTS))
    def survivor_names_an_agency(self, which: int, kind: str) -> None:
        case, viewer = self.cases[which], getattr(self.place, kind)
        with as_agency(self.place.police.id, at=self.at):
            row = raise_wall(
                case.id, agency=self.place.police.id, viewer=viewer.id, basis="survivor_named", reason="", by=None, at=self.at
            )  # fmt: skip
        self.model.walls[row.id] = (viewer.id, case.id)

    @precondition(lambda self: self.model.walls)
    @rule(chance=st.randoms())
    def wall_is_lifted(self, chance: Any) -> None:
        wall = chance.choice(sorted(self.model.walls))
        with as_agency(self.place.police.id, at=self.at):
            lift(Wall.objects.get(id=wall), by=self.place.reviewer.id, at=self.at)
        del self.model.walls[wall]

    @rule(which=st.integers(0, 1), team=st.sets(st.sampled_from(READERS), max_size=2))
    def file_is_restricted(self, which: int, team: set[str]) -> None:
        case, ids = self.cases[which], [getattr(self.place, name).id for name in sorted(team)]
        with as_agency(self.place.police.id, at=self.at):
            restrict(case.id, agency=self.place.police.id, team=ids, reason="", by=None, at=self.at)
        self.model.restricted.add(case.id)
        self.model.entrusted += [(worker, case.id, None) for worker in ids]

    @rule(who=st.sampled_from(READERS), which=st.integers(0, 1), category=st.sampled_from(CATEGORIES))
    def glass(self, who: str, which: int, category: str) -> None:
        """Somebody asks for a closed file, and the supervisor agrees if there is something to agree to."""
        worker, case = getattr(self.place, who), self.cases[which]
        if not ASK_GLASS.allows(worker):
            return
        with as_agency(worker.agency_id, at=self.at, worker=worker.id):
            asked = ask_glass(case.ref, category, "A threat.", alone=False, by=worker, at=self.at)
        assert (asked.thing_id is not None) == self.model.glass_opens(worker, case, self.at)
        if asked.thing_id is not None:
            with self._police():
                agree_glass(asked, by=self.place.supervisor, at=self.at)
            self.model.entrusted.append((worker.id, case.id, self.at + HOUR))

    @rule(who=st.sampled_from(["officer_two", "detective"]))
    def worker_moves_to_another_agency(self, who: str) -> None:
        """The account is closed and another one opened elsewhere: nothing comes along."""
        from tests.world import worker

        old = getattr(self.place, who)
        old.is_active = False
        with as_agency(old.agency_id, at=self.at):
            old.save(update_fields=["is_active"])
        setattr(self.place, who, worker(self.place.prosecutor, "prosecutor", at=self.at))

    @rule(lasts=st.integers(1, 40))
    def release(self, lasts: int) -> None:
        """She releases something of her advocate's file to the police."""
        day = self.at.date()
        with as_agency(self.place.advocates.id, at=self.at, worker=self.place.advocate.id):
            row = take_release(
                self.hers.id, token=uuid7(), reference="", recipient=self.place.police,
                draft=draft(starts_on=day, expires_on=day + timedelta(days=lasts)), by=self.place.advocate, at=self.at,
            )  # fmt: skip
            self.releases.append((row, Grant.objects.get(release=row), True))

    @rule(
        who=st.sampled_from(GIVERS),
        which=st.sampled_from([0, 1, 2]),
        to=st.sampled_from(ONWARD),
        law=st.booleans(),
    )
    def somebody_gives_on_what_is_not_theirs(self, who: str, which: int, to: str, law: bool) -> None:
        """Whether it is refused or opens nothing: the model does not change, so nobody may see more."""
        by, case, recipient = (
            getattr(self.place, who),
            [*self.cases, self.hers][which],
            getattr(self.place, to),
        )
        span = (self.at, self.at + 9 * DAY)
        for holder in (by.agency, case.agency):
            if holder.id == case.agency_id == by.agency_id:
                continue
            with suppress(NotForYou, ValueError), as_agency(by.agency_id, at=self.at, worker=by.id):
                if law:
                    open_on_basis(
                        "court_order", holder, recipient, case.id, ["case_file"], "on", *span,
                        authority=uuid7(), by=by, at=self.at,
                    )  # fmt: skip
                else:
                    open_agreement(holder, recipient, ["case_file"], case.id, "on", *span, by=by, at=self.at)

    @precondition(lambda self: self.releases)
    @rule(chance=st.randoms(), days=st.integers(0, 20))
    def release_is_narrowed(self, chance: Any, days: int) -> None:
        """An earlier last day, or none at all; a later one than it has changes nothing."""
        number = chance.randrange(len(self.releases))
        row, grant, living = self.releases[number]
        ends = Narrower(expires_on=self.at.date() + timedelta(days=days))
        with as_agency(self.place.advocates.id, at=self.at, worker=self.place.advocate.id):
            left = narrow_release(row, ends, by=self.place.advocate, at=self.at, channel="phone")
        assert left.expires_at <= row.expires_at, "narrowing made it longer"
        self.releases[number] = (left, grant, living and left.withdrawn_at is None)

    @precondition(lambda self: self.releases)
    @rule(chance=st.randoms())
    def release_is_withdrawn(self, chance: Any) -> None:
        number = chance.randrange(len(self.releases))
        row, grant, _living = self.releases[number]
        with as_agency(self.place.advocates.id, at=self.at, worker=self.place.advocate.id):
            withdraw_release(row, by=self.place.advocate, at=self.at, channel="phone")
        self.releases[number] = (row, grant, False)

    @invariant()
    def object_list_lock_and_model_agree(self) -> None:
        if not hasattr(self, "model"):
            return
        seen = set()
        for name in READERS:
            by = getattr(self.place, name)
            with as_agency(by.agency_id, at=self.at, worker=by.id):
                listed = set(
                    visible(by, SEE_CASE, Case.objects.all(), at=self.at).values_list("id", flat=True)
                )
                shown = set(Case.objects.values_list("id", flat=True))
                for case in self.cases:
                    model = self.model.shows(by, case, self.at)
                    assert (case.id in shown) == model, (name, "row-level security")
                    assert (case.id in listed) == (model and SEE_CASE.allows(by)), (name, "list")
                    assert may(by, SEE_CASE, case, at=self.at) == (model and SEE_CASE.allows(by)), (
                        name,
                        "object",
                    )
                    seen |= {(by.id, case.id)} if model else set()
        if self.withdrew:
            assert seen <= self.seen_before, "ending a grant let somebody in"
        self.seen_before, self.withdrew = seen, False

    @invariant()
    def a_board_lists_what_is_shown(self) -> None:
        """The board of what others share is kept beside the policy, in the same act: it lists the same."""
        if not hasattr(self, "model"):
            return
        for name in ("prosecutor_worker", "probation_officer", "court_clerk"):
            by = getattr(self.place, name)
            with as_agency(by.agency_id, at=self.at, worker=by.id):
                listed = {case.id for case in shared_board(by, self.place.police, at=self.at).cases}
            assert listed == {case.id for case in self.cases if self.model.shows(by, case, self.at)}, name

    def teardown(self) -> None:
        """At the end of a history: of a file that is not shown, no row of any table is."""
        if not hasattr(self, "model"):
            return
        for name in (*READERS, "advocate", "records_officer"):
            by = getattr(self.place, name)
            with as_agency(by.agency_id, at=self.at, worker=by.id):
                for case in self.cases:
                    if not self.model.shows(by, case, self.at):
                        rows = [m.__name__ for m in OF_A_CASE if m.objects.filter(case_id=case.id).exists()]
                        assert not rows, (name, rows)

    @invariant()
    def a_release_opens_to_its_recipient_alone_and_only_while_it_lives(self) -> None:
        if not hasattr(self, "releases"):
            return
        with as_agency(self.place.advocates.id, at=self.at):
            for row, grant, living in self.releases:
                expected = living and grant.from_at <= self.at < row.expires_at
                assert (living_grant(grant.id, self.place.police, at=self.at) is not None) == expected
                for other in (self.place.prosecutor, self.place.hospital, self.place.advocates):
                    assert living_grant(grant.id, other, at=self.at) is None, "onward"
        for by in (self.place.detective, self.place.prosecutor_worker):
            with as_agency(by.agency_id, at=self.at, worker=by.id):
                assert not Case.objects.filter(id=self.hers.id).exists(), (
                    "a release is read live and never a row"
                )


def test_every_history_leaves_the_locks_in_agreement(node: None) -> None:
    run_state_machine_as_test(
        Histories,
        settings=settings(
            max_examples=HISTORIES,
            stateful_step_count=12,
            deadline=None,
            database=None,
            # A history has a dozen steps: shrinking one takes minutes and says little more.
            phases=[Phase.generate],
            suppress_health_check=list(HealthCheck),
        ),
    )


def test_glass_broken_under_an_agreement_about_one_case_shows_it_on_the_board_too(node: None) -> None:
    """A history that chance found after some hundred others: the grant itself was hidden from whoever broke the glass."""
    one = object.__new__(Histories)
    one.begin()
    one.file_is_restricted(team={"officer_two"}, which=0)
    one.agreement(begins=-1, lasts=2, to="probation", which=0)
    one.object_list_lock_and_model_agree()
    one.glass(category="notes", which=0, who="probation_officer")
    one.object_list_lock_and_model_agree()
    one.a_board_lists_what_is_shown()
    assert one.model.shows(one.place.probation_officer, one.cases[0], one.at)
    one.time_passes(hours=1)
    one.object_list_lock_and_model_agree()
    one.a_board_lists_what_is_shown()
    one.wall(who="probation_officer", which=0)
    one.object_list_lock_and_model_agree()


def test_what_one_reads_by_a_grant_is_not_given_on_and_a_line_ends_with_its_grant(place: Town) -> None:
    done = an_incident(place, place.officer)
    assert done.case is not None
    open_for = {"categories": ["case_file"], "purpose": "charging", "at": AT}
    with as_agency(place.police.id, at=AT, worker=place.supervisor.id):
        by = place.supervisor
        open_agreement(
            place.police, place.council, case_id=None, from_at=AT, until_at=AT + 9 * DAY, by=by, **open_for
        )
        open_agreement(
            place.police, place.court, case_id=done.case.id, from_at=AT, until_at=AT + DAY, by=by, **open_for
        )
    with as_agency(place.council.id, at=AT, worker=place.coordinator.id):
        assert Case.objects.filter(id=done.case.id).exists()
        open_agreement(
            place.council, place.probation, case_id=done.case.id, from_at=AT, until_at=AT + 9 * DAY,
            by=place.coordinator, **open_for,
        )  # fmt: skip
    for by, at, lines in (
        (place.probation_officer, AT, 0),
        (place.court_clerk, AT, 1),
        (place.court_clerk, AT + DAY, 0),
    ):
        with as_agency(by.agency_id, at=at, worker=by.id):
            assert Sight.objects.filter(case_id=done.case.id).count() == lines, (by.roles, at)
