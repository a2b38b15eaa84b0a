"""Reading plans: by the two who make them, by whom a part is shared with, and for paper."""

from shelterbelt.safety.queries.links import link_of as link_of
from shelterbelt.safety.queries.paper import PaperLine as PaperLine
from shelterbelt.safety.queries.paper import PaperPart as PaperPart
from shelterbelt.safety.queries.paper import PaperPlan as PaperPlan
from shelterbelt.safety.queries.paper import plan_for_paper as plan_for_paper
from shelterbelt.safety.queries.plans import Chosen as Chosen
from shelterbelt.safety.queries.plans import PartFace as PartFace
from shelterbelt.safety.queries.plans import PlanFace as PlanFace
from shelterbelt.safety.queries.plans import VersionFace as VersionFace
from shelterbelt.safety.queries.plans import chosen_of as chosen_of
from shelterbelt.safety.queries.plans import own_plans as own_plans
from shelterbelt.safety.queries.plans import part_of as part_of
from shelterbelt.safety.queries.plans import parts_of as parts_of
from shelterbelt.safety.queries.plans import plan_by_ref as plan_by_ref
from shelterbelt.safety.queries.plans import plans_of as plans_of
from shelterbelt.safety.queries.plans import trusted_workers as trusted_workers
from shelterbelt.safety.queries.plans import versions_of as versions_of
from shelterbelt.safety.queries.reviews import Again as Again
from shelterbelt.safety.queries.reviews import again as again
from shelterbelt.safety.queries.sharing import Shared as Shared
from shelterbelt.safety.queries.sharing import shared_with_agency as shared_with_agency
from shelterbelt.safety.queries.sharing import shared_with_team as shared_with_team
from shelterbelt.safety.queries.sharing import shares_of as shares_of
from shelterbelt.safety.queries.sharing import viewers_for as viewers_for
