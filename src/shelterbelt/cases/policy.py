"""Who may open, read and write incidents and cases.

Reading reaches what a living agreement or grant opens; writing never does.
"""

from shelterbelt.access.bars import CATEGORIES, INCIDENTS
from shelterbelt.access.rules import own_agency, permission
from shelterbelt.consent.policy import granted

POLICE = ("officer", "detective", "supervisor")
DIRECT = ("nurse", "advocate", "shelter_worker")
CASEWORK = (*POLICE, *DIRECT, "prosecutor", "probation_officer", "court_clerk")

OPEN_INCIDENT = permission("open_incident", *POLICE, kinds=("police",))
SEE_INCIDENT = permission("see_incident", *CASEWORK, rule=own_agency, glass=(INCIDENTS,))
SEE_CASE = permission(
    "see_case", *CASEWORK, rule=own_agency | granted("case_file", case="id"), glass=CATEGORIES
)
WRITE_CASE = permission("write_case", *CASEWORK)
SEE_BOARD = permission("see_board", *CASEWORK)
OPEN_DIRECT_CASE = permission("open_direct_case", *DIRECT, kinds=("advocates", "shelter", "hospital"))
CORRECT_ROLES = permission("correct_roles", "detective", "supervisor", kinds=("police",))
SEE_EVIDENCE = permission("see_evidence", *POLICE, kinds=("police",))
KEEP_OUT = permission("keep_out", *DIRECT, "supervisor")
RESTRICT_FILE = permission("restrict_file", "supervisor")
