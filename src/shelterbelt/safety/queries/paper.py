"""A plan with all that a paper needs, for the two who make it. It says nothing of who wrote it, and holds no id."""

from dataclasses import dataclass
from datetime import datetime

from shelterbelt.access.models import Worker
from shelterbelt.access.survivors import Survivor, require_own
from shelterbelt.safety.models import WRITTEN, SafetyPlan
from shelterbelt.safety.policy import SEE_FILE
from shelterbelt.safety.queries.plans import PartFace, chosen_of, parts_of


@dataclass(frozen=True)
class PaperLine:
    """One question and its answers, one below the other. `card`: it belongs on the pocket card."""

    label: str
    values: tuple[str, ...]
    card: bool


@dataclass(frozen=True)
class PaperPart:
    """One part that was written. `group`: the code and the words of the heading it stands under."""

    code: str
    group: str
    group_label: str
    title: str
    intro: str
    careful: tuple[str, ...]
    term: str
    lines: tuple[PaperLine, ...]
    written_at: datetime


@dataclass(frozen=True)
class PaperPlan:
    """The parts that were written, in the library's order; what was skipped or taken out is not there."""

    title: str
    whom: str
    called: str
    language: str
    parts: tuple[PaperPart, ...]

    @property
    def card(self) -> tuple[PaperPart, ...]:
        """The parts with a line for the pocket card; show only their lines with `card`."""
        return tuple(part for part in self.parts if any(line.card for line in part.lines))


def plan_for_paper(
    plan: SafetyPlan, by: Worker | Survivor, at: datetime, *, language: str = "en"
) -> PaperPlan:
    """What a paper of this plan needs, in one language; refused to anybody but the two."""
    require_own(by, SEE_FILE, plan, at=at)
    chosen = chosen_of(plan)
    faces = parts_of(plan, language=language, by=by, at=at)
    groups = chosen.known.groups
    return PaperPlan(
        title=chosen.known.title.by(language),
        whom=chosen.whom,
        called=chosen.called,
        language=language,
        parts=tuple(
            _part(one, groups[one.part.group].by(language), language) for one in faces if one.state == WRITTEN
        ),
    )


def _part(face: PartFace, group: str, language: str) -> PaperPart:
    assert face.newest is not None
    return PaperPart(
        code=face.part.id,
        group=face.part.group,
        group_label=group,
        title=face.part.title.by(language),
        intro=face.part.intro.by(language),
        careful=tuple(one.by(language) for one in face.part.careful),
        term=face.part.term,
        lines=tuple(PaperLine(line.label, line.values, line.card) for line in face.newest.lines),
        written_at=face.newest.written_at,
    )
