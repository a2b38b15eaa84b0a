"""What changes a help alert: being there, setting up, pressing, calling, telling, answering, and where somebody is."""

from shelterbelt.alerts.actions.answering import answer_alert, answer_by_link, end_alert
from shelterbelt.alerts.actions.calling import call_next, take_presses
from shelterbelt.alerts.actions.desk import close_call, take_call, take_in_call, take_in_call_over
from shelterbelt.alerts.actions.dispatching import may_still_leave, take_back_unreleased, take_in_call_taken
from shelterbelt.alerts.actions.places import begin_sharing, carry_on, end_old_places, end_sharing, keep_place
from shelterbelt.alerts.actions.pressing import issue_button, keep_held, take_code, take_press
from shelterbelt.alerts.actions.setting_up import end_for_death, end_setup, set_up_help, take_out
from shelterbelt.alerts.actions.telling import tell_one
from shelterbelt.alerts.actions.there import be_there, leave, still_there

__all__ = [
    "answer_alert",
    "answer_by_link",
    "be_there",
    "begin_sharing",
    "call_next",
    "carry_on",
    "close_call",
    "end_alert",
    "end_for_death",
    "end_old_places",
    "end_setup",
    "end_sharing",
    "issue_button",
    "keep_held",
    "keep_place",
    "leave",
    "may_still_leave",
    "set_up_help",
    "still_there",
    "take_back_unreleased",
    "take_call",
    "take_code",
    "take_in_call",
    "take_in_call_over",
    "take_in_call_taken",
    "take_out",
    "take_press",
    "take_presses",
    "tell_one",
]
