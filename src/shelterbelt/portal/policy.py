"""Who of an agency has to do with an account: whoever works with the case may give a code, and learns nothing by it.

Only workers to whom the survivor entrusts their own file see that there is an account, renew it or close it.
"""

from shelterbelt.access.rules import permission
from shelterbelt.safety.policy import ADVOCATES, KINDS, trusted_with

GIVE_CODE = permission("give_portal_code", *ADVOCATES, kinds=KINDS)
# Whoever reads the code out is the one who asks: no trust is needed, and nothing is seen.
ERASE_OWN = permission("erase_own_file", *ADVOCATES, kinds=KINDS)
KEEP_PORTAL = permission("keep_portal_account", *ADVOCATES, rule=trusted_with, kinds=KINDS)
