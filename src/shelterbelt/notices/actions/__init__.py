"""What changes a message or how somebody may be reached. Nothing here sends: `sending` does, when it is due."""

from shelterbelt.notices.actions.safe import (
    CannotCheck,
    ChangeWaits,
    check_code_word,
    confirm_in_person,
    propose_instructions,
    refuse_change,
    stop_contact,
    stop_for_death,
    stop_until_checked,
    tell_instructions,
)
from shelterbelt.notices.actions.writing import (
    send_message,
    stop_notice,
    stop_waiting,
    wake_notices,
    write_notice,
)

__all__ = [
    "CannotCheck",
    "ChangeWaits",
    "check_code_word",
    "confirm_in_person",
    "propose_instructions",
    "refuse_change",
    "send_message",
    "stop_contact",
    "stop_for_death",
    "stop_notice",
    "stop_until_checked",
    "stop_waiting",
    "tell_instructions",
    "wake_notices",
    "write_notice",
]
