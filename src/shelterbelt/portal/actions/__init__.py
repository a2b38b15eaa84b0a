"""What happens to accounts of survivors and their visits."""

from shelterbelt.portal.actions.accounts import Taken, make_account, open_own_account
from shelterbelt.portal.actions.visits import begin_visit, end_visit, end_visits, note_seen, speak

__all__ = [
    "Taken",
    "begin_visit",
    "end_visit",
    "end_visits",
    "make_account",
    "note_seen",
    "open_own_account",
    "speak",
]
