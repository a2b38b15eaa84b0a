"""Contact instructions as they are sealed, turned into the rules' facts, and which way a message may take.

It refuses what it cannot read: instructions that are broken allow nothing.
"""

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, time
from typing import Any

from shelterbelt.rules.contact import ContactInstructions, Sending, Standing, Window, when_to_send
from shelterbelt.rules.instants import aware

WRITTEN = ("text", "email")
BY_A_PERSON = ("phone", "in_person", "through_person")
REACHED_AT = {"text": "number", "email": "email"}
Told = Mapping[str, Any]


@dataclass(frozen=True)
class Plan:
    """What to do with a message: its state, why, by which channel and to what, from when, and by when it must be there."""

    state: str
    reasons: tuple[str, ...]
    channel: str = ""
    to: str = ""
    next_at: datetime | None = None
    ends_at: datetime | None = None
    now: bool = False


def facts(told: Told | None) -> ContactInstructions | None:
    """The instructions as the rules read them; None when none were given."""
    if not told:
        return None
    try:
        return ContactInstructions(
            channels=frozenset(told.get("channels") or ()),
            windows=tuple(_window(line) for line in _windows(told)),
            zone=str(told.get("zone") or ""),
            number=str(told.get("number") or ""),
            voicemail_allowed=told.get("voicemail") is True,
            code_word_set=bool(told.get("code_word")),
            may_answer=(str(told["may_answer"]),) if told.get("may_answer") else (),
            valid_until=_instant(told.get("valid_until")),
            no_contact=bool(told.get("no_contact")),
            shared_device=bool(told.get("shared_device")),
        )
    except (TypeError, ValueError, KeyError, AttributeError):
        return ContactInstructions()


def plan(told: Told | None, at: datetime, *, standing: Standing, able: Collection[str]) -> Plan:
    """The way that a message may take: text before e-mail, and never by a way that they did not allow.

    `able` names the channels that this node is set up for. What only a person may do is held for a person.
    """
    read = facts(told)
    ways = {channel: _one(read, told or {}, channel, at, standing) for channel in WRITTEN}
    open_ways = {channel: way for channel, way in ways.items() if way.state == "waiting"}
    if best := _first([way for channel, way in open_ways.items() if channel in able]):
        return best
    if open_ways:
        return Plan("held", ("notice.no_transport",), next(iter(open_ways)))
    refused = tuple(dict.fromkeys(code for way in ways.values() for code in way.reasons))
    for channel in BY_A_PERSON:
        spoken = when_to_send(read, channel, at, standing=standing)
        if spoken.answer != "refuse":
            return Plan("held", ("notice.a_person_calls",), channel)
    return Plan("refused", refused)


def _first(ways: list[Plan]) -> Plan | None:
    """What may go now, else what may go soonest; without an instant it comes last."""
    last = datetime.max.replace(tzinfo=UTC)
    return min(ways, key=lambda way: (not way.now, way.next_at or last), default=None)


def _one(
    read: ContactInstructions | None, told: Told, channel: str, at: datetime, standing: Standing
) -> Plan:
    found: Sending = when_to_send(read, channel, at, standing=standing)
    codes = tuple(reason.code for reason in found.because)
    to = str(told.get(REACHED_AT[channel]) or "")
    if found.answer == "refuse":
        return Plan("refused", codes)
    if not to:
        return Plan("refused", ("contact.no_address",))
    now = found.answer == "send"
    return Plan("waiting", codes, channel, to, at if now else found.not_before, found.ends_at, now)


def _windows(told: Told) -> list[Mapping[str, Any]]:
    """Several windows, or the one that a contact request carries."""
    if "windows" in told:
        return list(told["windows"])
    return [told] if "days" in told else []


def _window(line: Mapping[str, Any]) -> Window:
    return Window(
        days=frozenset(int(day) for day in line["days"]),
        from_time=time.fromisoformat(line.get("from") or "00:00"),
        until_time=time.fromisoformat(line["until"]) if line.get("until") else None,
    )


def _instant(text: object) -> datetime | None:
    if not text:
        return None
    found = datetime.fromisoformat(str(text))
    aware(found)
    return found
