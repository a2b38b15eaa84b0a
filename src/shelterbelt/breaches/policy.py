"""Who reports breaches, reads them, says what they are, follows them in court, takes their proof out, and counts them.

A system agency that was opened the sheets of another one reports of those orders too; what it reports is its own.
"""

from shelterbelt.access.rules import own_agency, permission
from shelterbelt.cases.policy import CASEWORK
from shelterbelt.orders.policy import HOLDERS, Agreed

LEADS = ("supervisor", "prosecutor", "probation_officer", "court_clerk")

REPORT_BREACH = permission("report_breach", *CASEWORK, rule=own_agency | Agreed(), kinds=HOLDERS)
SEE_BREACH = permission("see_breach", *CASEWORK, kinds=HOLDERS)
DECIDE_BREACH = permission("decide_breach", *CASEWORK, kinds=HOLDERS)
FOLLOW_BREACH = permission("follow_breach", *CASEWORK, kinds=HOLDERS)
TAKE_OUT_PROOF = permission("take_out_proof", *CASEWORK, kinds=HOLDERS)
# Counts of an agency's own breaches, few ones withheld.
COUNT_BREACHES = permission("count_breaches", *LEADS, kinds=HOLDERS)
