"""Who may take a screen and set a level. Refuses both to agencies that only read."""

from shelterbelt.access.bars import DANGER
from shelterbelt.access.rules import permission

TAKERS = ("officer", "detective", "supervisor", "nurse", "advocate", "shelter_worker")
KINDS = ("police", "hospital", "advocates", "shelter")

TAKE_SCREEN = permission("take_screen", *TAKERS, kinds=KINDS)
SEE_SCREEN = permission("see_screen", *TAKERS, kinds=KINDS, glass=(DANGER,))
SET_LEVEL = permission("set_level", *TAKERS, kinds=KINDS)
