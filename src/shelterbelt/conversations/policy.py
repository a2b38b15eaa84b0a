"""Who reads and writes with a survivor: the workers to whom they entrust their own file, and no colleague, of whatever rank."""

from shelterbelt.access.rules import permission
from shelterbelt.safety.policy import ADVOCATES, KINDS, trusted_with

SEE_WORDS = permission("see_words", *ADVOCATES, rule=trusted_with, kinds=KINDS)
WRITE_WORDS = permission("write_words", *ADVOCATES, rule=trusted_with, kinds=KINDS)
SETTLE_WISH = permission("settle_wish", *ADVOCATES, rule=trusted_with, kinds=KINDS)
SHOW_LOOKS = permission("show_looks", *ADVOCATES, rule=trusted_with, kinds=KINDS)
TELL_HOURS = permission("tell_hours", *ADVOCATES, kinds=KINDS)
