"""Everything supervision does: hear who is detained, link bookings, see that survivors know, keep conditions."""

from shelterbelt.supervision.actions.asking import ask_for_news, name_told, step_news
from shelterbelt.supervision.actions.hearing import hear_call, hear_lines, take_back_line
from shelterbelt.supervision.actions.keeping import (
    begin_supervision,
    end_condition,
    end_supervision,
    plan_occasion,
    record_occasion,
    set_condition,
)
from shelterbelt.supervision.actions.linking import forget_unlinked, link_booking, unlink_booking
from shelterbelt.supervision.actions.standing import look_again
from shelterbelt.supervision.actions.telling import confirm_news, tell_wish

__all__ = [
    "ask_for_news",
    "begin_supervision",
    "confirm_news",
    "end_condition",
    "end_supervision",
    "forget_unlinked",
    "hear_call",
    "hear_lines",
    "link_booking",
    "look_again",
    "name_told",
    "plan_occasion",
    "record_occasion",
    "set_condition",
    "step_news",
    "take_back_line",
    "tell_wish",
    "unlink_booking",
]
