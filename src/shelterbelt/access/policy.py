"""The roles there are. What each may do stands in the `policy` of every app, built from `access.rules`."""

ROLES = (
    "officer", "detective", "supervisor", "prosecutor", "probation_officer", "court_clerk",
    "coordinator", "nurse", "advocate", "shelter_worker",
    "administrator", "reviewer", "records_officer",
)  # fmt: skip
