"""Who looks after records: what is held, what is due for erasure, who asks for it and who confirms.

Nobody here reads a file by it: dates, counts and reasons are all these rights show.
"""

from shelterbelt.access.rules import permission

DIRECT = ("nurse", "advocate", "shelter_worker")

SEE_RECORDS = permission("see_records", "records_officer")
KEEP_HOLDS = permission("keep_holds", "records_officer")
# A survivor's wish is entered by the worker who speaks with them.
ASK_ERASURE = permission("ask_erasure", "records_officer", *DIRECT)
CONFIRM_ERASURE = permission("confirm_erasure", "records_officer", "supervisor")
