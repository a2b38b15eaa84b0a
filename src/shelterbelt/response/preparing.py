"""What is to be ready before a planned act: opened as work, in the words of the acts' file, and read back.

It opens nothing that the file does not name, and says of no act whether it is wise.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from shelterbelt.access.models import Worker
from shelterbelt.assessments.models import Happening
from shelterbelt.assessments.queries import Noted, act_kind, acts_of, noted, numbers
from shelterbelt.cases.models import Case
from shelterbelt.cases.policy import CASEWORK
from shelterbelt.ledger.models import Entry
from shelterbelt.library.acts import ActKind, Acts, Need, acts
from shelterbelt.library.files import LibraryError
from shelterbelt.response.models import Action
from shelterbelt.rules.acts import Before, before
from shelterbelt.rules.deadlines import Opening, Rule, WhenOpen

NAME = "acts"
DONE = "done"


@dataclass(frozen=True)
class Prepared:
    """A planned act: its kind, what it asks for at an instant, and the work that was opened for it, by code."""

    kind: ActKind
    asks: Before
    work: dict[str, Action]

    @property
    def left(self) -> tuple[str, ...]:
        """The codes of what is required and still open; empty for an act that nothing stops."""
        return tuple(one.code for one in self.asks.to_do if one.required) if self.asks.stop else ()


def prepared(case: Case, one: Noted, *, at: datetime) -> Prepared | None:
    """What a planned act asks for now; none for what is no act, or no longer lies ahead."""
    kind = act_kind(case, one)
    if kind is None or one.happened_at <= at:
        return None
    work = _work_for(one.id)
    done = [code for code, action in work.items() if action.outcome == DONE]
    asks = before(*kind.planned(one.happened_at, done), numbers().parameters, at=at)
    return Prepared(kind, asks, work)


def _work_for(happening: UUID) -> dict[str, Action]:
    """The newest work for each preparation of a planned act; what is done before what is not."""
    rows = Action.objects.filter(about=happening, protocol__endswith=f"/{NAME}").order_by("opened_at", "id")
    found: dict[str, Action] = {}
    for action in rows:
        if action.kind not in found or found[action.kind].outcome != DONE:
            found[action.kind] = action
    return found


def openings(entry: Entry) -> tuple[Case, list[Opening]] | None:
    """The work that a planned act asks for, each piece before it; none where an entry plans no act."""
    row = Happening.objects.select_related("case", "case__agency").filter(id=entry.about).first()
    if row is None or row.case.closed_at is not None:
        return None
    one = noted(row, row.case)
    kind = act_kind(row.case, one)
    if kind is None:
        return None
    asks = before(*kind.planned(one.happened_at), numbers().parameters, at=entry.at)
    known, role = acts_of(row.case), _role_of(entry)
    due = {to_do.code: to_do.due_at for to_do in asks.to_do}
    return row.case, [_opening(known, kind, code, at, role) for code, at in due.items()]


def _role_of(entry: Entry) -> str:
    """The role of whoever planned it: the work is theirs."""
    by = Worker.objects.filter(id=entry.by).first() if entry.by else None
    return next((role for role in (by.roles if by else ()) if role in CASEWORK), CASEWORK[0])


def _opening(known: Acts, kind: ActKind, code: str, due_at: datetime, role: str) -> Opening:
    need = next(need for need in kind.needs if need.code == code)
    return Opening(
        rule=f"{kind.kind}.{code}",
        kind=code,
        title=need.title,
        unit="",
        role=role,
        due_at=due_at,
        now=False,
        how=need.how,
        when_open=WhenOpen.ADD,
        protocol=f"{known.jurisdiction}/{NAME}",
        version=known.version,
        because=(),
    )


def rule_of_act(action: Action) -> Rule | None:
    """The line of the acts' file that asked for work, as work is shown; none for other work."""
    known = acts_for(action)
    if known is None:
        return None
    kind, _dot, code = action.rule.partition(".")
    for need in _needs(known, kind):
        if need.code == code:
            return Rule(
                action.rule, "happening.recorded", code, need.title, "", action.role, None, need.why,
                need.source, need.tag, how=need.how,
            )  # fmt: skip
    return None


def acts_for(action: Action) -> Acts | None:
    """The acts' file that asked for work; none for other work, or when the library no longer has it."""
    jurisdiction, _slash, name = action.protocol.partition("/")
    try:
        return acts(jurisdiction) if name == NAME else None
    except LibraryError:
        return None


def _needs(known: Acts, kind: str) -> Iterator[Need]:
    if kind in known.kinds:
        yield from known.kinds[kind].needs
