"""What is done with records: hold a case, lift the hold, ask for erasure, erase a case or an own file, do a journal again."""

from shelterbelt.records.actions.asking import NotErasable, ask_erasure, call_off
from shelterbelt.records.actions.confirming import SamePerson, erase_case
from shelterbelt.records.actions.holding import hold_for_demand, lift_hold, place_hold
from shelterbelt.records.actions.own_file import erase_own_file
from shelterbelt.records.actions.replaying import replay

__all__ = [
    "NotErasable",
    "SamePerson",
    "ask_erasure",
    "call_off",
    "erase_case",
    "erase_own_file",
    "hold_for_demand",
    "lift_hold",
    "place_hold",
    "replay",
]
