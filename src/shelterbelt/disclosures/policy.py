"""Who may enter and check what opens a file without a release, answer a demand, and see who has looked.

No role here reads a case: what is shown is counts, traces, and the papers themselves.
"""

from shelterbelt.access.policy import ROLES
from shelterbelt.access.rules import permission
from shelterbelt.cases.policy import CASEWORK

KEEPERS = ("records_officer", "supervisor", "advocate", "shelter_worker")
ENTERERS = (*KEEPERS, "prosecutor", "coordinator")
CHECKERS = ("records_officer", "supervisor", "prosecutor", "coordinator")
DESK = (*CASEWORK, "records_officer", "coordinator")

SEE_GUIDE = permission("see_guide", *ROLES)
SEE_AUTHORITY = permission("see_authority", *ENTERERS)
ENTER_AUTHORITY = permission("enter_authority", *ENTERERS)
CHECK_AUTHORITY = permission("check_authority", *CHECKERS)
END_AUTHORITY = permission("end_authority", *CHECKERS)
ENTER_DEMAND = permission("enter_demand", *DESK)
SEE_DEMAND = permission("see_demand", *DESK)
ANSWER_DEMAND = permission("answer_demand", *ENTERERS)
SEE_ACCESS_LOG = permission("see_access_log", *CASEWORK, "records_officer")
SEE_DISCLOSURES = permission("see_disclosures", *CASEWORK, "records_officer")
SEE_HOLDINGS = permission("see_holdings", "records_officer")
SEE_PRACTICE = permission("see_practice", *ROLES)
CHANGE_PRACTICE = permission("change_practice", *KEEPERS, "administrator")
