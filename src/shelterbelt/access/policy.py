"""The roles there are, which of them go together, and who looks after accounts.

What each role may do with people's files stands in the `policy` of every app, built from `access.rules`.
"""

from collections.abc import Iterable

from shelterbelt.access.rules import permission

ROLES = (
    "officer", "detective", "supervisor", "prosecutor", "probation_officer", "court_clerk",
    "coordinator", "nurse", "advocate", "shelter_worker",
    "administrator", "reviewer", "records_officer",
)  # fmt: skip
ROLES_IN = {
    "police": ("officer", "detective", "supervisor"),
    "prosecutor": ("prosecutor", "supervisor"),
    "probation": ("probation_officer", "supervisor"),
    "court": ("court_clerk", "supervisor"),
    "council": ("coordinator",),
    "hospital": ("nurse", "supervisor"),
    "advocates": ("advocate", "supervisor"),
    "shelter": ("shelter_worker", "supervisor"),
}
BESIDE = ("administrator", "reviewer", "records_officer")

MANAGE_ACCOUNTS = permission("manage_accounts", "administrator")
CONFIRM_RESET = permission("confirm_reset", "administrator", "supervisor")
SEE_ALERTS = permission("see_alerts", "supervisor", "reviewer")


def roles_in(kind: str) -> tuple[str, ...]:
    """The roles that exist in an agency of a kind."""
    return (*ROLES_IN.get(kind, ()), *BESIDE)


def clash(roles: Iterable[str]) -> bool:
    """Whether roles do not go together: who keeps accounts does no casework, and the reviewer is nothing else."""
    held = set(roles)
    return ("reviewer" in held and len(held) > 1) or (
        "administrator" in held and not held <= {"administrator", "records_officer"}
    )
