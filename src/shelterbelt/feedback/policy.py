"""Who of an agency with a portal sees what was said of agencies: sums of many, never one answer, never a worker."""

from shelterbelt.access.rules import permission
from shelterbelt.agencies.models import VICTIM_SERVICES

SEE_FEEDBACK = permission(
    "see_feedback", "nurse", "advocate", "shelter_worker", "supervisor", kinds=(*VICTIM_SERVICES, "hospital")
)
