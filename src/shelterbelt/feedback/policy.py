"""Who of an agency with a portal sees what was said of agencies: sums of many, never one answer, never a worker."""

from shelterbelt.access.rules import permission

# No officer and no detective: what is said of an agency with one of them is said of that one.
SEE_FEEDBACK = permission(
    "see_feedback",
    "nurse",
    "advocate",
    "shelter_worker",
    "supervisor",
    "prosecutor",
    "probation_officer",
    "court_clerk",
    "coordinator",
)
