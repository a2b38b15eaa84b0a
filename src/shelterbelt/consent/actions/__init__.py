"""What changes consent: take, narrow and end releases, open grants on another basis, take in other nodes' letters."""

from shelterbelt.consent.actions.arriving import (
    take_in_grant,
    take_in_narrowing,
    take_in_recipient_gone,
    take_in_withdrawal,
)
from shelterbelt.consent.actions.bases import end_grant, open_agreement, open_on_basis
from shelterbelt.consent.actions.calling import withdraw_by_name
from shelterbelt.consent.actions.dying import correct_death, record_death
from shelterbelt.consent.actions.ending import (
    CHANNELS,
    end_releases_of_agency,
    end_releases_of_case,
    end_releases_to,
    narrow_release,
    withdraw_release,
)
from shelterbelt.consent.actions.taking import LONG, Incomplete, note_shown, problems_of, take_release

__all__ = [
    "CHANNELS",
    "LONG",
    "Incomplete",
    "correct_death",
    "end_grant",
    "end_releases_of_agency",
    "end_releases_of_case",
    "end_releases_to",
    "narrow_release",
    "note_shown",
    "open_agreement",
    "open_on_basis",
    "problems_of",
    "record_death",
    "take_in_grant",
    "take_in_narrowing",
    "take_in_recipient_gone",
    "take_in_withdrawal",
    "take_release",
    "withdraw_by_name",
    "withdraw_release",
]
