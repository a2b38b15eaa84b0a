"""Who issues and ends devices: trackers where a court or probation holds the order, a survivor's own with whom they trust.

Nobody's permission opens a place: what devices said is read by no worker but as the proof of an alarm.
"""

from shelterbelt.access.rules import permission
from shelterbelt.safety.policy import trusted_with

TRACKING = ("court_clerk", "probation_officer", "supervisor")
TRACKERS_AT = ("court", "probation")

KEEP_TRACKERS = permission("keep_trackers", *TRACKING, kinds=TRACKERS_AT)
KEEP_FEEDS = permission("keep_feeds", *TRACKING, kinds=TRACKERS_AT)
KEEP_OWN_DEVICE = permission(
    "keep_own_device", "advocate", "shelter_worker", rule=trusted_with, kinds=("advocates", "shelter")
)

# Whoever watches over orders: says that they are on duty, sees alarms of their own agency, and acts on them.
DUTY = ("officer", "detective", "supervisor", "probation_officer", "court_clerk")
DUTY_AT = ("police", "probation", "court")

BE_ON_DUTY = permission("be_on_duty", *DUTY, kinds=DUTY_AT)
SEE_ALARMS = permission("see_watch_alarms", *DUTY, kinds=DUTY_AT)
TAKE_ALARMS = permission("take_watch_alarms", *DUTY, kinds=DUTY_AT)
HOLD_DRILL = permission("hold_drill", "supervisor", "probation_officer", "court_clerk", kinds=DUTY_AT)

# A survivor's own watch: theirs and whom they trust; and who decides what is shared of a tracker.
HERS = ("advocates", "shelter")
KEEP_PAIRS = permission("keep_pairs", "advocate", "shelter_worker", rule=trusted_with, kinds=HERS)
SEE_OWN_WATCH = permission("see_own_watch", "advocate", "shelter_worker", rule=trusted_with, kinds=HERS)
DECIDE_PAIRS = permission("decide_pairs", *TRACKING, kinds=TRACKERS_AT)
