"""Who of a victim service reads what came without an account, writes contacts of the hotline down, and sees what is counted."""

from shelterbelt.access.rules import permission
from shelterbelt.agencies.models import VICTIM_SERVICES

ADVOCACY = ("advocate", "shelter_worker")

SEE_REPORTS = permission("see_reports", *ADVOCACY, kinds=VICTIM_SERVICES)
ANSWER_REPORTS = permission("answer_reports", *ADVOCACY, kinds=VICTIM_SERVICES)
SEE_CALLS = permission("see_calls", *ADVOCACY, kinds=VICTIM_SERVICES)
LOG_CALLS = permission("log_calls", *ADVOCACY, kinds=VICTIM_SERVICES)
SEE_CALL_COUNTS = permission("see_call_counts", *ADVOCACY, "supervisor", kinds=VICTIM_SERVICES)
