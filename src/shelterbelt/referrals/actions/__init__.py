"""Everything the referrals app does: ask about contact, answer requests, refer and be referred to."""

from shelterbelt.referrals.actions.asking import ask_contact, note_consultation
from shelterbelt.referrals.actions.door import note_once, open_by_second_door
from shelterbelt.referrals.actions.inbox import (
    acknowledge,
    end_request,
    note_attempt,
    open_case_for_request,
    take_in_contact_request,
)
from shelterbelt.referrals.actions.phoning import note_outcome, refer_by_phone
from shelterbelt.referrals.actions.receiving import (
    answer_referral,
    open_case_for_referral,
    take_in_answer,
    take_in_referral,
)
from shelterbelt.referrals.actions.referring import NoRelease, may_still_leave, refer

__all__ = ["NoRelease", "acknowledge", "answer_referral", "ask_contact", "end_request", "note_attempt"]
__all__ += ["note_consultation", "note_once", "note_outcome", "open_by_second_door", "open_case_for_referral"]
__all__ += ["open_case_for_request", "refer", "refer_by_phone", "take_in_answer", "take_in_contact_request"]
__all__ += ["may_still_leave", "take_in_referral"]
