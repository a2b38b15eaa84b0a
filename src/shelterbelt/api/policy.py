"""Who lets programs in, what a program may be let in for, and who may have proofs of the ledger. No scope opens a file."""

from shelterbelt.access.rules import permission
from shelterbelt.cases.policy import CASEWORK

MANAGE_CLIENTS = permission("manage_clients", "administrator")
CHECK_LEDGER = permission("check_ledger", "records_officer")
EXPORT_CASES = permission("export_cases", *CASEWORK)

SCOPES = (
    "cases:read", "cases:write", "actions:read", "actions:write", "grants:read", "grants:end",
    "referrals:read", "referrals:answer", "detained:write", "ledger:read",
)  # fmt: skip
