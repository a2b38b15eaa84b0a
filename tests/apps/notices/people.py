"""Instructions for tests: weekdays from nine to five in Chicago, by text or e-mail, with a code word."""

from datetime import UTC, datetime
from typing import Any

AT = datetime(2026, 3, 4, 16, 0, tzinfo=UTC)  # a Wednesday, ten in the morning in Chicago
EVENING = datetime(2026, 3, 5, 1, 0, tzinfo=UTC)  # the same day, seven in the evening
TOLD: dict[str, Any] = {
    "channels": ["text", "email"],
    "number": "+12025550147",
    "email": "robin@example.org",
    "place": "",
    "windows": [{"days": ["0", "1", "2", "3", "4"], "from": "09:00", "until": "17:00"}],
    "zone": "America/Chicago",
    "voicemail": False,
    "shared_device": False,
    "code_word": "Willow tree",
    "may_answer": "",
    "sender_name": "",
    "valid_until": "",
}


def told(**changes: Any) -> dict[str, Any]:
    """The same with something changed."""
    return {**TOLD, **changes}
