"""Who tells and sees who is held, links bookings to persons, tells survivors of it, and keeps conditions.

Only in system agencies: a victim service takes no feed. A program has its right by the roles of its account.
"""

from shelterbelt.access.rules import permission

SYSTEM = ("police", "prosecutor", "probation", "court")
CASEWORK = ("detective", "supervisor", "prosecutor", "probation_officer", "court_clerk")
OFFICERS = ("probation_officer", "court_clerk", "supervisor")
OFFICES = ("probation", "court")

TELL_HELD = permission("tell_held", "officer", *CASEWORK, kinds=SYSTEM)
SEE_HELD = permission("see_held", "officer", *CASEWORK, kinds=SYSTEM)
LINK_BOOKING = permission("link_booking", *CASEWORK, kinds=SYSTEM)
SEE_HELD_NEWS = permission("see_held_news", *CASEWORK, kinds=SYSTEM)
CONFIRM_HELD_NEWS = permission("confirm_held_news", *CASEWORK, kinds=SYSTEM)
SEE_SUPERVISION = permission("see_supervision", *OFFICERS, kinds=OFFICES)
SUPERVISE = permission("supervise", *OFFICERS, kinds=OFFICES)
