"""Reading contact choices, requests, referrals and the directory. Starts from what the asker may see."""

from shelterbelt.referrals.queries.contact import (
    RequestFace,
    attempts_of,
    choice_by_ref,
    choice_of_entry,
    choices_of,
    delivered_at,
    duty_phones,
    inbox,
    inbox_waiting,
    instructions_of_case,
    request_by_ref,
    request_content,
    sender_refs_of_case,
)
from shelterbelt.referrals.queries.directory import Found, found_services, service_by_ref
from shelterbelt.referrals.queries.referring import (
    ReferralFace,
    events_of,
    referral_by_ref,
    referral_content,
    referral_face,
    referrals_of,
    referrals_of_case,
    referrals_waiting,
    releases_to_refer,
)

__all__ = [
    "Found",
    "ReferralFace",
    "RequestFace",
    "attempts_of",
    "choice_by_ref",
    "choice_of_entry",
    "choices_of",
]
__all__ += ["delivered_at", "duty_phones", "events_of", "found_services", "inbox", "inbox_waiting"]
__all__ += ["instructions_of_case", "referral_by_ref", "referral_content", "referral_face", "referrals_of"]
__all__ += [
    "referrals_of_case",
    "referrals_waiting",
    "releases_to_refer",
    "request_by_ref",
    "request_content",
]
__all__ += ["sender_refs_of_case", "service_by_ref"]
