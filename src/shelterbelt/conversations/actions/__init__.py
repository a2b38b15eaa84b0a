"""What a survivor and the worker they trust do with messages, wishes, choices and what the portal shows."""

from shelterbelt.conversations.actions.choosing import choose_response
from shelterbelt.conversations.actions.showing import hide_looks, show_looks
from shelterbelt.conversations.actions.wishing import begin_wish, settle_wish
from shelterbelt.conversations.actions.writing import (
    change_habits,
    forget_old,
    let_read_earlier,
    note_read,
    tell_hours,
    write_message,
)

__all__ = [
    "begin_wish",
    "change_habits",
    "choose_response",
    "forget_old",
    "hide_looks",
    "let_read_earlier",
    "note_read",
    "settle_wish",
    "show_looks",
    "tell_hours",
    "write_message",
]
