"""What changes assessments: take screens and sheets, say and undo levels, ask that one ends lower and agree to it."""

from shelterbelt.assessments.actions.forecasts import (
    call_for_forecasts,
    note_seen,
    renew_due,
    renew_forecast,
)
from shelterbelt.assessments.actions.happenings import (
    NotAhead,
    end_happening,
    go_on,
    hear_happening,
    record_happening,
    undo_happening,
    unhear_happening,
)
from shelterbelt.assessments.actions.levels import LevelMoved, follow_roles, raise_level, set_level
from shelterbelt.assessments.actions.lowering import (
    Incomplete,
    Settled,
    agree_reassessment,
    ask_reassessment,
    call_off_reassessment,
    decline_reassessment,
)
from shelterbelt.assessments.actions.rescoring import Rescored, rescore
from shelterbelt.assessments.actions.screens import Finished, answer, finish_screen, start_screen
from shelterbelt.assessments.actions.sheets import (
    ReasonNeeded,
    correct_answer,
    finish_assessment,
    give_answer,
    start_assessment,
)
from shelterbelt.cases.actions import Conflict

__all__ = [
    "Conflict",
    "Finished",
    "Incomplete",
    "LevelMoved",
    "NotAhead",
    "ReasonNeeded",
    "Rescored",
    "Settled",
    "agree_reassessment",
    "answer",
    "ask_reassessment",
    "call_for_forecasts",
    "call_off_reassessment",
    "correct_answer",
    "decline_reassessment",
    "end_happening",
    "finish_assessment",
    "finish_screen",
    "follow_roles",
    "give_answer",
    "go_on",
    "hear_happening",
    "note_seen",
    "raise_level",
    "record_happening",
    "renew_due",
    "renew_forecast",
    "rescore",
    "set_level",
    "start_assessment",
    "start_screen",
    "undo_happening",
    "unhear_happening",
]
