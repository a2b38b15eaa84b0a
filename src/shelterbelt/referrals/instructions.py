"""Contact instructions as they are sealed, turned into the rules' facts.

Decides nothing: `rules.contact` does.
"""

from collections.abc import Mapping
from datetime import datetime, time
from typing import Any

from shelterbelt.rules.contact import ContactDecision, ContactInstructions, Window, may_contact

REACHED_AT = {
    "phone": "number",
    "text": "number",
    "email": "email",
    "in_person": "place",
    "through_person": "place",
}


def facts(told: Mapping[str, Any]) -> ContactInstructions:
    """The instructions as the rules read them; nothing told means that nothing is allowed."""
    if not told:
        return ContactInstructions()
    hours = Window(
        days=frozenset(int(day) for day in told["days"]),
        from_time=time.fromisoformat(told["from"] or "00:00"),
        until_time=time.fromisoformat(told["until"]) if told["until"] else None,
    )
    return ContactInstructions(
        channels=frozenset(told["channels"]),
        windows=(hours,),
        zone=told["zone"],
        number=told["number"],
        voicemail_allowed=told["voicemail"],
        code_word_set=bool(told["code_word"]),
        may_answer=(told["may_answer"],) if told["may_answer"] else (),
    )


def decision(
    told: Mapping[str, Any], channel: str, at: datetime, *, message: bool = False
) -> ContactDecision:
    """Whether this channel may be used now."""
    return may_contact(facts(told), channel, at, leaving_message=message)


def reached_at(told: Mapping[str, Any], channel: str) -> str:
    """The number, address or place that belongs to a channel."""
    return str(told.get(REACHED_AT.get(channel, ""), ""))
