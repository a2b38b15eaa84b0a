"""Who says whom they know, and who decides whether a worker and a party know each other.

The reviewer reads no file: a name, a birth date and what agrees are all that is shown.
"""

from shelterbelt.access.policy import ROLES
from shelterbelt.access.rules import permission

DECLARE = permission("declare", *ROLES)
REVIEW = permission("review", "reviewer")
