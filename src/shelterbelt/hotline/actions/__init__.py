"""Everything the hotline does: take reports in and answer them, write contacts down, call back, hand over, and let go."""

from shelterbelt.hotline.actions.answering import (
    NotWished,
    answer_report,
    hand_over_report,
    note_report_call,
    open_case_for_report,
    take_report_on,
)
from shelterbelt.hotline.actions.calls import (
    call_back,
    hand_over_call,
    log_call,
    open_case_for_call,
    pass_on_call,
)
from shelterbelt.hotline.actions.keeping import forget_old
from shelterbelt.hotline.actions.telling import (
    NothingSaid,
    come_back,
    forget_words,
    leave,
    take_back,
    tell,
    tell_more,
    wish,
    words_to_show,
)
from shelterbelt.hotline.safely import Forbidden

__all__ = [
    "Forbidden",
    "NotWished",
    "NothingSaid",
    "answer_report",
    "call_back",
    "come_back",
    "forget_old",
    "forget_words",
    "hand_over_call",
    "hand_over_report",
    "leave",
    "log_call",
    "note_report_call",
    "open_case_for_call",
    "open_case_for_report",
    "pass_on_call",
    "take_back",
    "take_report_on",
    "tell",
    "tell_more",
    "wish",
    "words_to_show",
]
