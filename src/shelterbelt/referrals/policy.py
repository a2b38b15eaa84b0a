"""Who may ask about contact, answer a request for it, refer, and look into the directory.

Police learn "delivered", never more.
"""

from shelterbelt.access.policy import ROLES
from shelterbelt.access.rules import permission

ADVOCACY = ("advocate", "shelter_worker")
DIRECT = ("nurse", *ADVOCACY)
DIRECT_KINDS = ("advocates", "shelter", "hospital")
RECEIVING = (*DIRECT, "detective", "supervisor", "prosecutor", "probation_officer")
RECEIVING_KINDS = (*DIRECT_KINDS, "police", "prosecutor", "probation")

ASK_CONTACT = permission("ask_contact", "officer", "detective", "supervisor", kinds=("police",))
SEE_REQUESTS = permission("see_requests", *ADVOCACY, kinds=("advocates", "shelter"))
ANSWER_REQUESTS = permission("answer_requests", *ADVOCACY, kinds=("advocates", "shelter"))
REFER = permission("refer", *DIRECT, kinds=DIRECT_KINDS)
SEE_REFERRALS = permission("see_referrals", *RECEIVING, kinds=RECEIVING_KINDS)
ANSWER_REFERRALS = permission("answer_referrals", *RECEIVING, kinds=RECEIVING_KINDS)
SEE_DIRECTORY = permission("see_directory", *ROLES)
