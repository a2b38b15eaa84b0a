"""Who may see what was sent to a person and how they may be reached, who may change it, and who checks a change.

A nurse may write a change down and type the code word; whoever confirms without it must know the person. Of the system
agencies those who open cases of survivors may hold how to reach them: what a survivor told them themselves, for their own file.
"""

from shelterbelt.access.rules import permission

KNOWS = ("advocate", "shelter_worker", "supervisor", "detective", "prosecutor")
DIRECT = ("nurse", *KNOWS)
CASEWORK = (
    "officer", "detective", "supervisor", "prosecutor", "probation_officer", "court_clerk",
    "nurse", "advocate", "shelter_worker",
)  # fmt: skip
KINDS = ("advocates", "shelter", "hospital", "police", "prosecutor")

SEE_SAFE_CONTACT = permission("see_safe_contact", *DIRECT, kinds=KINDS)
CHANGE_SAFE_CONTACT = permission("change_safe_contact", *DIRECT, kinds=KINDS)
SEND_NOTICE = permission("send_notice", *DIRECT, kinds=KINDS)
CONFIRM_IN_PERSON = permission("confirm_in_person", *KNOWS, kinds=KINDS)
SEE_NOTICES = permission("see_notices", *CASEWORK, "records_officer")
STOP_NOTICE = permission("stop_notice", *CASEWORK, "records_officer")
