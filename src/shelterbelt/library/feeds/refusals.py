"""Why a row of an export can be left out, in plain words. None of them repeats what the row says."""

from typing import NamedTuple

MESSAGES = {
    "cells": "This row does not have as many cells as the heading has.",
    "quotes": "The quotation marks in this row do not pair up.",
    "line_too_long": "This line is longer than a row can be.",
    "encoding": "This row holds bytes that are not in the stated encoding.",
    "nul": "This row holds a NUL character.",
    "key_missing": "The key of this row is empty.",
    "key_unusable": "The key of this row holds a control character.",
    "too_long": "This cell is longer than the field allows.",
    "control": "This cell holds a control character.",
    "missing": "The date and time are missing.",
    "date_format": "This is not a date in the stated format.",
    "time_nonexistent": "The clocks went forward over this time: it did not exist in that time zone.",
    "future": "This date is in the future.",
    "too_old": "This date is before 1900.",
    "born_after": "This date of birth is after the incident.",
    "value_unknown": "This value is not listed in the mapping.",
}


class Refusal(NamedTuple):
    """Why one row was left out. `column` is the heading, or empty where the whole row is meant."""

    line: int
    column: str
    code: str
    message: str
