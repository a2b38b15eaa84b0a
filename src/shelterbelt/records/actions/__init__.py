"""What is done with records: hold a case, lift the hold, ask for its erasure, erase it, do a journal's acts again."""

from shelterbelt.records.actions.asking import NotErasable, ask_erasure, call_off
from shelterbelt.records.actions.confirming import SamePerson, erase_case
from shelterbelt.records.actions.holding import hold_for_demand, lift_hold, place_hold
from shelterbelt.records.actions.replaying import replay

__all__ = [
    "NotErasable",
    "SamePerson",
    "ask_erasure",
    "call_off",
    "erase_case",
    "hold_for_demand",
    "lift_hold",
    "place_hold",
    "replay",
]
