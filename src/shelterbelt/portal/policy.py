"""Who of an agency has to do with an account: the trusted workers. Others may give a code, and learn nothing by it."""

from shelterbelt.access.rules import permission
from shelterbelt.safety.policy import ADVOCATES, KINDS, trusted_with

OPEN_PORTAL = permission("open_portal_account", *ADVOCATES, kinds=KINDS)
KEEP_PORTAL = permission("keep_portal_account", *ADVOCATES, rule=trusted_with, kinds=KINDS)
