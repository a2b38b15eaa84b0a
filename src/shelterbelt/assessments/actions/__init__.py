"""What changes assessments: take screens and sheets, say and undo levels, ask that one ends lower and agree to it."""

from shelterbelt.assessments.actions.levels import LevelMoved, follow_roles, raise_level, set_level
from shelterbelt.assessments.actions.lowering import (
    Incomplete,
    Settled,
    agree_reassessment,
    ask_reassessment,
    call_off_reassessment,
    decline_reassessment,
)
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
    "ReasonNeeded",
    "Settled",
    "agree_reassessment",
    "answer",
    "ask_reassessment",
    "call_off_reassessment",
    "correct_answer",
    "decline_reassessment",
    "finish_assessment",
    "finish_screen",
    "follow_roles",
    "give_answer",
    "raise_level",
    "set_level",
    "start_assessment",
    "start_screen",
]
