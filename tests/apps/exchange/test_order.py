"""The order of letters: each is taken in once and in its turn, whatever the line, the clock or a restart does."""

import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

import pytest
from django.conf import settings
from django.db import connection, transaction
from hypothesis import HealthCheck
from hypothesis import settings as patience
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, rule, run_state_machine_as_test

from shelterbelt import sealing
from shelterbelt.agencies import actions as post
from shelterbelt.agencies import peers
from shelterbelt.agencies.actions import send_letter
from shelterbelt.agencies.enrol import enrol_agency, enrol_node
from shelterbelt.agencies.models import Agency, Arrival, Letter, Line
from shelterbelt.consent.models import HeldGrant
from shelterbelt.exchange import actions, kinds, sending
from shelterbelt.exchange.kinds import AT_ONCE, BY_TICK
from shelterbelt.ledger.models import Entry
from shelterbelt.sealing.keyring import Keyring
from shelterbelt.store.asker import as_agency
from shelterbelt.store.ids import uuid7
from shelterbelt.ui.clock import now
from tests.apps.exchange.live import send
from tests.apps.exchange.test_letters import good_grant, outcome, written
from tests.world import Town, agency, this_node

SECOND = timedelta(seconds=1)
# 2,000 of them take a minute on a quiet machine; fewer show the same.
MANY = 400
Say = Callable[..., bytes]


class Crash(BaseException):
    """The process is gone, and nobody hears of it."""


@dataclass
class Wire:
    """The line between two nodes: everything that was posted, and what happens to what is posted next."""

    at: datetime
    fate: list[str] = field(default_factory=list)
    posted: list[bytes] = field(default_factory=list)

    def post(self, address: str, path: str, data: bytes, **_more: Any) -> tuple[int, bytes]:
        fate = self.fate.pop(0) if self.fate else "arrives"
        self.posted.append(data)
        if fate == "lost":
            raise ConnectionError
        answer = self.arrives(data)
        if fate == "answer_lost":
            raise ConnectionError
        if fate == "crash":
            raise Crash
        return answer

    def arrives(self, data: bytes) -> tuple[int, bytes]:
        """What the door does with a letter."""
        try:
            return 200, actions.take_in(actions.opened_post(str(this_node().id), data), at=self.at)
        except actions.Refused as refusal:
            return 400, refusal.code.encode()


@contextmanager
def wired(at: datetime) -> Iterator[Wire]:
    """Letters go over a line of the test's own instead of HTTP."""
    wire, before, tick = Wire(at), peers._posted, settings.LETTER_TICK
    peers._posted, settings.LETTER_TICK = wire.post, 1  # type: ignore[assignment]
    try:
        yield wire
    finally:
        peers._posted, settings.LETTER_TICK = before, tick


@pytest.fixture
def wire(here: Town) -> Iterator[Wire]:
    with wired(now().replace(microsecond=0)) as one:
        yield one


def end(by: Agency, to: Agency, at: datetime, kind: str = "withdrawal/1") -> UUID:
    """Write a short letter: that a grant has ended; its number is found again at the recipient's."""
    grant = uuid7()
    with as_agency(by.id, at=at):
        send_letter(kind, {"grant": str(grant), "at": at.isoformat()}, by=by, to=to, at=at)
    return grant


def ended(at_: Agency) -> list[UUID]:
    """What an agency was told, in the order in which it took it in."""
    with as_agency(at_.id, at=now()):
        held = dict(HeldGrant.objects.values_list("id", "grant_id"))
        lines = Entry.objects.filter(kind="grant.ended").order_by("id")
        return [held[about] for about in lines.values_list("about", flat=True)]


def deliver(by: Agency, to: Agency, at: datetime, lane: str = BY_TICK, most: int = 50) -> sending.Went:
    return sending.deliver_line(by.id, to.id, lane, at=at, most=most)


def line_of(by: Agency, to: Agency, lane: str = BY_TICK) -> Line:
    with as_agency(by.id, at=now()):
        return Line.objects.get(peer=to, direction="out", lane=lane)


def waiting_of(by: Agency) -> list[Letter]:
    with as_agency(by.id, at=now()):
        return list(post.waiting().order_by("place"))


class Deliveries(RuleBasedStateMachine):
    """Write, send, lose, repeat, reorder and crash in any order."""

    @initialize()
    def begin(self) -> None:
        self.at = now().replace(microsecond=0)
        self.by, self.to = agency("advocates"), agency("police")
        self.told: list[UUID] = []
        self.scope = wired(self.at)
        self.wire = self.scope.__enter__()

    @rule()
    def write(self) -> None:
        self.told.append(end(self.by, self.to, self.at))

    @rule(fate=st.lists(st.sampled_from(["arrives", "lost", "answer_lost", "crash"]), max_size=4))
    def send(self, fate: list[str]) -> None:
        self.wire.fate = fate
        try:
            deliver(self.by, self.to, self.at)
        except Crash:
            self.at += sending.CLAIMED
        self.wire.fate = []

    @rule(seconds=st.integers(1, 90))
    def time_passes(self, seconds: int) -> None:
        self.at += timedelta(seconds=seconds)
        self.wire.at = self.at

    @rule(data=st.data())
    def old_post_comes_again(self, data: st.DataObject) -> None:
        if self.wire.posted:
            self.wire.arrives(self.wire.posted[data.draw(st.integers(0, len(self.wire.posted) - 1))])

    @invariant()
    def what_was_taken_in_is_the_beginning_of_what_was_told(self) -> None:
        if hasattr(self, "told"):
            taken = ended(self.to)
            assert taken == self.told[: len(taken)]

    def teardown(self) -> None:
        if not hasattr(self, "told"):
            return
        try:
            for _ in range(20):
                self.at += timedelta(seconds=700)
                deliver(self.by, self.to, self.at)
            assert ended(self.to) == self.told
            assert waiting_of(self.by) == []
        finally:
            self.scope.__exit__(None, None, None)


def test_letters_are_taken_in_once_and_in_order_whatever_happens(node: None) -> None:
    run_state_machine_as_test(  # type: ignore[no-untyped-call]
        Deliveries,
        settings=patience(
            max_examples=40, stateful_step_count=20, deadline=None, suppress_health_check=list(HealthCheck)
        ),
    )


def test_letter_that_comes_early_is_not_taken_in_yet(up: int, here: Town) -> None:
    data = [
        written(sealing.keyring(), sender=here.advocates.id, to=here.police.id, number=number)
        for number in (1, 2, 3)
    ]
    came = [
        outcome(send("/exchange/letters/", data[n], node=str(this_node().id))) for n in (2, 1, 0, 2, 1, 2)
    ]
    assert came == ["not_now", "not_now", "taken", "not_now", "taken", "taken"]


def test_number_that_was_taken_takes_nothing_else_in(up: int, here: Town) -> None:
    first, second = (written(sealing.keyring(), sender=here.advocates.id, to=here.police.id) for _ in "ab")
    came = [outcome(send("/exchange/letters/", one, node=str(this_node().id))) for one in (first, second)]
    assert came == ["taken", "not_now"]


def test_old_letter_is_not_taken_in_after_years_even_if_its_arrival_is_forgotten(
    here: Town, wire: Wire
) -> None:
    end(here.advocates, here.police, wire.at)
    deliver(here.advocates, here.police, wire.at)
    with as_agency(here.police.id, at=now()):
        Arrival.objects.all().delete()
        HeldGrant.objects.all().delete()
    wire.at += timedelta(days=3000)
    status, _answer = wire.arrives(wire.posted[0])
    assert status == 200
    with as_agency(here.police.id, at=now()):
        assert not HeldGrant.objects.exists()


def test_two_deliveries_at_the_same_time_take_a_letter_in_once(up: int, here: Town) -> None:
    data = written(sealing.keyring(), sender=here.advocates.id, to=here.police.id)
    came: list[str] = []

    def one() -> None:
        try:
            came.append(outcome(send("/exchange/letters/", data, node=str(this_node().id))))
        finally:
            connection.close()

    threads = [threading.Thread(target=one) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert came == ["taken"] * 8
    with as_agency(here.police.id, at=now()):
        assert HeldGrant.objects.count() == 1
        assert Entry.objects.filter(kind="letter.arrived").count() == 1


def test_two_workers_on_one_line_keep_its_order(here: Town, wire: Wire) -> None:
    told = [end(here.advocates, here.police, wire.at) for _ in range(12)]

    def one() -> None:
        try:
            for _ in range(4):
                deliver(here.advocates, here.police, wire.at + SECOND)
        finally:
            connection.close()

    threads = [threading.Thread(target=one) for _ in range(3)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    deliver(here.advocates, here.police, wire.at + timedelta(minutes=1))
    assert ended(here.police) == told
    assert len(wire.posted) == 12


# Kinds that the other node does not know, or can never understand


def test_newer_kind_waits_and_holds_nobody_up(
    here: Town, wire: Wire, monkeypatch: pytest.MonkeyPatch
) -> None:
    later = end(here.advocates, here.police, wire.at, "withdrawal/9")
    told = [end(here.advocates, here.police, wire.at) for _ in range(2)]
    deliver(here.advocates, here.police, wire.at)
    assert ended(here.police) == told
    (aside,) = waiting_of(here.advocates)
    assert (aside.aside, aside.kind) == (True, "withdrawal/9")
    assert bytes(aside.sealed)
    hour = wire.at + timedelta(hours=1)
    deliver(here.advocates, here.police, hour)
    assert len(waiting_of(here.advocates)) == 1
    monkeypatch.setitem(kinds.TAKERS, "withdrawal/9", kinds.TAKERS["withdrawal/1"])  # type: ignore[arg-type]
    monkeypatch.setitem(kinds.SHAPES, "withdrawal/9", kinds.SHAPES["withdrawal/1"])  # type: ignore[arg-type]
    told.append(end(here.advocates, here.police, hour))
    deliver(here.advocates, here.police, hour + timedelta(hours=1))
    assert sorted(ended(here.police)) == sorted([*told, later])
    assert waiting_of(here.advocates) == []


def test_older_version_works_beside_a_newer_one(up: int, here: Town, monkeypatch: pytest.MonkeyPatch) -> None:
    taken: list[dict[str, Any]] = []
    monkeypatch.setitem(kinds.TAKERS, "grant/9", lambda body, **_more: taken.append(body))  # type: ignore[arg-type]
    monkeypatch.setitem(kinds.SHAPES, "grant/9", {"grant": kinds._id})  # type: ignore[arg-type]
    for number, kind, body in (
        (1, "grant/1", good_grant()),
        (2, "grant/9", {"grant": str(uuid7())}),
        (3, "grant/1", good_grant()),
    ):
        data = written(
            sealing.keyring(),
            sender=here.advocates.id,
            to=here.police.id,
            kind=kind,
            body=body,
            number=number,
        )
        assert outcome(send("/exchange/letters/", data, node=str(this_node().id))) == "taken"
    assert len(taken) == 1
    with as_agency(here.police.id, at=now()):
        assert HeldGrant.objects.count() == 2


def test_letter_that_can_never_be_understood_blocks_nobody_and_is_said(here: Town, wire: Wire) -> None:
    with as_agency(here.advocates.id, at=wire.at):
        send_letter("withdrawal/1", {"grant": "?"}, by=here.advocates, to=here.police, at=wire.at)
    told = end(here.advocates, here.police, wire.at)
    deliver(here.advocates, here.police, wire.at)
    assert ended(here.police) == [told]
    assert waiting_of(here.advocates) == []
    with as_agency(here.advocates.id, at=now()):
        assert Letter.objects.filter(closed_as="refused", delivered_at=None).count() == 1
        assert Entry.objects.filter(kind="letter.refused").count() == 1
    with as_agency(here.police.id, at=now()):
        assert Arrival.objects.filter(refused=True).count() == 1
        assert Entry.objects.filter(kind="letter.refused").count() == 1


# One side was put back to an older state


def test_sender_that_was_put_back_loses_nothing(here: Town, wire: Wire) -> None:
    told = [end(here.advocates, here.police, wire.at) for _ in range(5)]
    deliver(here.advocates, here.police, wire.at, most=2)
    with as_agency(here.advocates.id, at=now()):
        kept = list(Letter.objects.order_by("place").values())
        line = Line.objects.get(direction="out")
    deliver(here.advocates, here.police, wire.at)
    with as_agency(here.advocates.id, at=now()):
        for row in kept:
            Letter.objects.filter(id=row["id"]).update(**row)
        Line.objects.filter(id=line.id).update(last=line.last)
    told.append(end(here.advocates, here.police, wire.at))
    at = wire.at
    for _ in range(5):
        at += timedelta(minutes=2)
        deliver(here.advocates, here.police, at)
    assert ended(here.police) == told
    assert waiting_of(here.advocates) == []


def test_recipient_that_was_put_back_gets_what_follows_and_no_old_letter(here: Town, wire: Wire) -> None:
    told = [end(here.advocates, here.police, wire.at) for _ in range(3)]
    deliver(here.advocates, here.police, wire.at)
    old = list(wire.posted)
    with as_agency(here.police.id, at=now()):
        Arrival.objects.all().delete()
        Line.objects.filter(direction="in").update(last=0)
    later, at = end(here.advocates, here.police, wire.at), wire.at
    for _ in range(3):
        at += timedelta(minutes=2)
        deliver(here.advocates, here.police, at)
    assert ended(here.police) == [*told, later]
    assert line_of(here.advocates, here.police).epoch == 1
    for data in old:
        wire.arrives(data)
    with as_agency(here.police.id, at=now()):
        assert Arrival.objects.count() == 1


# A node that is away for days


@pytest.fixture
def elsewhere(here: Town, tmp_path: Any) -> Agency:
    """An agency of a node that takes connections and answers nothing for a long time."""
    keys = Keyring.create(tmp_path / "keys").public_keys()
    other = enrol_node(f"jam {uuid7()}", "http://localhost:9", keys, is_self=False, fictional=True)
    return enrol_agency(other, name="Jam", kind="police", protocol="", time_zone="UTC", fictional=True)


def test_letters_of_three_days_go_out_once_and_in_order(here: Town, wire: Wire) -> None:
    most = MANY
    told, at = [], wire.at
    with connection.cursor() as cursor:
        cursor.execute("set synchronous_commit to off")  # the disk is not what is tested here
    for _ in range(most // 100):
        with transaction.atomic():
            for _ in range(100):
                told.append(end(here.advocates, here.police, at))
                at += timedelta(days=3.01) / most
        wire.fate = ["lost"]
        deliver(here.advocates, here.police, at)
    assert at - wire.at > timedelta(days=3)
    assert ended(here.police) == []
    assert len(wire.posted) == most / 100, "only the first letter is tried while the line is down"
    with as_agency(here.advocates.id, at=now()):
        head = post.waiting().order_by("place")[0]
    assert head.next_try_at - at <= timedelta(seconds=61), "waiting is capped"
    wire.fate, turns = [], 0
    at += timedelta(seconds=61)
    while (went := deliver(here.advocates, here.police, at)).wait is not None:
        assert went.delivered <= sending.AT_ONE_GO
        turns += 1
    assert turns == most / sending.AT_ONE_GO
    assert ended(here.police) == told
    assert len(wire.posted) == most + most / 100
    connection.close()


def test_jammed_node_does_not_hold_up_the_others(here: Town, elsewhere: Agency, wire: Wire) -> None:
    """One job waits for the silent node; a second one does not wait beside it, and other lines go on."""
    begun, let_go = threading.Event(), threading.Event()
    through = wire.post

    def jam(address: str, path: str, data: bytes, **more: Any) -> tuple[int, bytes]:
        if address != "http://localhost:9":
            return through(address, path, data, **more)
        begun.set()
        let_go.wait(10)
        raise TimeoutError

    peers._posted = jam  # type: ignore[assignment]
    for by in (here.advocates, here.shelter):
        end(by, elsewhere, wire.at)
    told = end(here.advocates, here.police, wire.at)

    def one() -> None:
        try:
            deliver(here.advocates, elsewhere, wire.at)
        finally:
            connection.close()

    thread = threading.Thread(target=one)
    thread.start()
    try:
        assert begun.wait(10)
        later = wire.at + SECOND
        assert deliver(here.shelter, elsewhere, later) == sending.Went(0, 1)
        assert deliver(here.advocates, here.police, later).delivered == 1
        assert ended(here.police) == [told]
    finally:
        let_go.set()
        thread.join()


def test_letters_that_leave_at_once_do_not_wait_behind_the_tick(here: Town, wire: Wire) -> None:
    settings.LETTER_TICK = 300
    noon = datetime.fromisoformat("2026-03-04T12:00:01+00:00")
    wire.at = noon
    end(here.police, here.advocates, noon)
    with as_agency(here.police.id, at=noon):
        send_letter("moved/1", {"address": "http://localhost:1"}, by=here.police, to=here.advocates, at=noon)
    assert deliver(here.police, here.advocates, noon, AT_ONCE).delivered == 1
    assert deliver(here.police, here.advocates, noon).wait == 299
    assert ended(here.advocates) == []
    tick = datetime.fromisoformat("2026-03-04T12:05:00+00:00")
    assert deliver(here.police, here.advocates, tick).delivered == 1
