"""What is still kept of a contact with the hotline, opened. Its words are let go before its counts."""

from collections.abc import Mapping
from typing import Any
from uuid import UUID

from shelterbelt.agencies.sealed import opened
from shelterbelt.hotline.models import Call, CallWords


def words_of(call: Call) -> dict[str, Any]:
    """What was said: name, words, instructions; nothing once it was let go."""
    row = CallWords.objects.filter(call_id=call.id).first()
    return opened(row) if row else {}


def handed_to(step: Mapping[str, Any]) -> UUID | None:
    """The worker to whom a step handed a contact over; none where it was another step."""
    return UUID(step["to"]) if step.get("to") else None
