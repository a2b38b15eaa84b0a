"""Who tells and sees who is detained, links bookings to persons, tells survivors of it, and keeps conditions.

Only in system agencies: a victim service takes no feed. A program has its right by the roles of its account.
"""

from shelterbelt.access.rules import permission

SYSTEM = ("police", "prosecutor", "probation", "court")
CASEWORK = ("detective", "supervisor", "prosecutor", "probation_officer", "court_clerk")
OFFICERS = ("probation_officer", "court_clerk", "supervisor")
OFFICES = ("probation", "court")

TELL_DETAINED = permission("tell_detained", "officer", *CASEWORK, kinds=SYSTEM)
SEE_DETAINED = permission("see_detained", "officer", *CASEWORK, kinds=SYSTEM)
LINK_BOOKING = permission("link_booking", *CASEWORK, kinds=SYSTEM)
SEE_DETAINED_NEWS = permission("see_detained_news", *CASEWORK, kinds=SYSTEM)
CONFIRM_DETAINED_NEWS = permission("confirm_detained_news", *CASEWORK, kinds=SYSTEM)
SEE_SUPERVISION = permission("see_supervision", *OFFICERS, kinds=OFFICES)
SUPERVISE = permission("supervise", *OFFICERS, kinds=OFFICES)
