"""When to look at a plan again, and what to cover then: sentences and parts, never a number or a level.

What a case says is found through one name in the settings; whoever asks gets what they themselves may see.
"""

from dataclasses import dataclass
from datetime import datetime
from zoneinfo import ZoneInfo

from django.conf import settings
from django.utils.module_loading import import_string

from shelterbelt.access.models import Worker
from shelterbelt.access.survivors import Survivor, acting, require_own
from shelterbelt.library import covers
from shelterbelt.rules.cover import Topic, cover
from shelterbelt.rules.plan_review import Review, review
from shelterbelt.safety.models import SafetyPlan
from shelterbelt.safety.policy import SEE_FILE
from shelterbelt.safety.queries.plans import Chosen, chosen_of


@dataclass(frozen=True)
class Cover:
    """Something to look at: a plain sentence, the parts that hold it (code, title), and whether it is new."""

    says: str
    parts: tuple[tuple[str, str], ...]
    new: bool


@dataclass(frozen=True)
class Again:
    """Whether the two might look at a plan again, from which day on, and at what."""

    review: Review
    covers: tuple[Cover, ...]

    @property
    def new(self) -> bool:
        """Whether something was learned since they last looked."""
        return any(one.new for one in self.covers)


def again(plan: SafetyPlan, *, language: str, by: Worker | Survivor, at: datetime) -> Again:
    """What to look at in a plan now, for whoever of the two asks."""
    require_own(by, SEE_FILE, plan, at=at)
    with acting(by, at=at):
        codes, news = import_string(settings.PLAN_NEWS)(plan.person_id, by=by, at=at)
    lines, chosen = covers.lines(), chosen_of(plan)
    heard = tuple(one for one in news if cover(lines, (one.code,)))
    zone = ZoneInfo(plan.agency.time_zone)
    looked_on = plan.looked_at.astimezone(zone).date()
    on = at.astimezone(zone).date()
    found = review(looked_on, plan.looked_at, chosen.look_on, heard, on=on)
    new = {reason.about for reason in found.because if reason.code == "review.news"}
    topics = cover(lines, codes | new)
    shown = (_cover(topic, chosen, new, language) for topic in topics)
    return Again(found, tuple(sorted((one for one in shown if one.parts), key=lambda one: not one.new)))


def _cover(topic: Topic, chosen: Chosen, new: set[str], language: str) -> Cover:
    """A topic with those of its parts that this plan can have."""
    parts = {part.id: part for part in chosen.known.parts if chosen.whom in part.whom}
    return Cover(
        says=covers.says(topic.id).by(language),
        parts=tuple((code, parts[code].title.by(language)) for code in topic.parts if code in parts),
        new=any(reason.about in new for reason in topic.because),
    )
