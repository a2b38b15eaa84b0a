"""What the two do with a plan: begin it, write its parts, choose who else reads which, look at it again."""

from shelterbelt.safety.actions.plans import Overtaken as Overtaken
from shelterbelt.safety.actions.plans import begin_plan as begin_plan
from shelterbelt.safety.actions.plans import choose as choose
from shelterbelt.safety.actions.plans import end_plan as end_plan
from shelterbelt.safety.actions.plans import look_again as look_again
from shelterbelt.safety.actions.plans import write_part as write_part
from shelterbelt.safety.actions.printing import lock_copy as lock_copy
from shelterbelt.safety.actions.printing import print_plan as print_plan
from shelterbelt.safety.actions.sharing import NotShared as NotShared
from shelterbelt.safety.actions.sharing import end_share as end_share
from shelterbelt.safety.actions.sharing import share_part as share_part
