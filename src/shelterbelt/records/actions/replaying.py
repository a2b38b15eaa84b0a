"""Do again, after a restore, what the journal says was taken back, narrowed, ended, closed or erased.

Each act is done once or twice with the same end. It never opens anything, and asks no one: a person had done it.
"""

from collections.abc import Callable, Iterable
from datetime import datetime, timedelta
from uuid import UUID

from django.conf import settings
from django.utils.module_loading import import_string

from shelterbelt.access.actions import clear_factors, close_account
from shelterbelt.access.models import Wall, Worker
from shelterbelt.access.walls import raise_wall, restrict
from shelterbelt.agencies.actions import close_letters_to
from shelterbelt.agencies.models import Node
from shelterbelt.cases.models import Case, Incident
from shelterbelt.consent.models import Grant, HeldGrant, Release
from shelterbelt.hotline.actions.telling import let_report_go
from shelterbelt.notices.actions import stop_for_death, stop_until_checked
from shelterbelt.notices.standing import stand_of
from shelterbelt.people.models import Person
from shelterbelt.records.actions.confirming import empty
from shelterbelt.records.models import Erasure
from shelterbelt.records.parts import Roots
from shelterbelt.store.asker import as_agency
from shelterbelt.store.journal import Line

# An act is noted before it commits: one noted shortly before the backup may have missed it.
LONGEST_ACT = timedelta(hours=1)
# These are never taken back by hand, so that doing them again is right however old they are.
FINAL = frozenset({"release.withdrawn", "grant.ended", "erased", "report.gone"})


def replay(lines: Iterable[Line], *, since: datetime, at: datetime) -> int:
    """Do these acts again in their order, each in its holder's name; returns how many changed something.

    `since` is the instant of the backup: of acts that may have been undone by hand later, only newer ones are done.
    """
    changed = 0
    every = list(lines)
    gone = {line.about for line in every if line.kind == "erased"}  # nothing of these opens any more
    for line in every:
        if line.about not in gone and (line.kind in FINAL or line.at >= since - LONGEST_ACT):
            with as_agency(line.agency, at=at):
                changed += AGAIN[line.kind](line, at)
    for agency, shells in _erased(every).items():
        with as_agency(agency, at=at):
            changed += _empty_again(agency, shells, at)
    return changed


def _withdraw(line: Line, at: datetime) -> int:
    grants = Grant.objects.filter(release_id=line.about, withdrawn_at=None).update(withdrawn_at=line.at)
    rows = Release.objects.filter(id=line.about, withdrawn_at=None)
    return grants + rows.update(withdrawn_at=line.at)


def _narrow(line: Line, at: datetime) -> int:
    """Leave what was left; without a word of what that was, leave nothing."""
    if not line.left or "categories" not in line.left or "until" not in line.left:
        return _withdraw(line, at) + _end(line, at)
    left, until = set(line.left["categories"]), datetime.fromisoformat(line.left["until"])
    changed = 0
    for release in Release.objects.select_for_update().filter(id=line.about, withdrawn_at=None):
        release.categories = sorted(left.intersection(release.categories))
        release.expires_at = max(min(release.expires_at, until), release.starts_at + timedelta(seconds=1))
        release.save(update_fields=["categories", "expires_at"])
        changed += 1
    for grant in Grant.objects.select_for_update().filter(release_id=line.about, withdrawn_at=None):
        grant.categories = sorted(left.intersection(grant.categories))
        grant.until_at = min(grant.until_at, until)
        grant.save(update_fields=["categories", "until_at"])
        changed += 1
    return changed


def _end(line: Line, at: datetime) -> int:
    own = Grant.objects.filter(id=line.about, withdrawn_at=None).update(withdrawn_at=line.at)
    held = HeldGrant.objects.filter(withdrawn_at=None)
    return own + sum(
        held.filter(**{name: line.about}).update(withdrawn_at=line.at) for name in ("id", "grant_id")
    )


def _close_account(line: Line, at: datetime) -> int:
    """With all that hangs on it: ways to sign in, tokens, work, what somebody was entrusted with."""
    worker = Worker.objects.filter(id=line.about, is_active=True).first()
    if worker is not None:
        close_account(worker, by=None, at=at)
    return int(worker is not None)


def _clear_factors(line: Line, at: datetime) -> int:
    """Whoever changed how they sign in signs in with none of the old ways; a lost key stays lost."""
    worker = Worker.objects.filter(id=line.about, is_active=True).first()
    if worker is not None:
        clear_factors(worker, at=at)
    return int(worker is not None)


def _wall(line: Line, at: datetime) -> int:
    """A wall that was raised stands again, without its reason; whoever may lift it looks at it anew."""
    left = line.left or {}
    if not left.get("thing_id") or Wall.objects.filter(id=line.about).exists():
        return 0
    thing = UUID(left["thing_id"])
    if left["basis"] == "restricted":
        restrict(thing, agency=line.agency, team=(), reason="", by=None, at=at)
        return 1
    ids = {name: UUID(left[f"{name}_id"]) if left[f"{name}_id"] else None for name in ("worker", "viewer")}
    raise_wall(thing, agency=line.agency, **ids, basis=left["basis"], reason="", by=None, at=at)
    return 1


def _stop_contact(line: Line, at: datetime) -> int:
    """How somebody may be reached was said anew and is lost: nothing goes by the old way until it is checked."""
    told = stand_of(line.agency, line.about).told or {}
    deceased = bool((line.left or {}).get("deceased"))
    if told.get("no_contact") and (told.get("deceased") or not deceased):
        return 0
    if deceased:
        stop_for_death(line.about, agency=line.agency, by=None, at=at)
    else:
        stop_until_checked(line.about, agency=line.agency, at=at)
    return 1


def _revoke(line: Line, at: datetime) -> int:
    """A node that was struck off is a stranger again, and what waits for it is closed."""
    node = Node.objects.filter(id=line.about, is_self=False).exclude(state="revoked").first()
    if node is not None:
        node.state, node.fictional, node.revoked_at = "revoked", False, line.at
        node.save(update_fields=["state", "fictional", "revoked_at"])
        close_letters_to(node, at=at)
    return int(node is not None)


def _above(line: Line, at: datetime) -> int:
    """What an app beside or above this one knows how to do again: found through the one name in the settings."""
    again: Callable[..., int] = import_string(settings.DONE_AGAIN[line.kind])
    return again(line.about, at, **(line.left or {}))


def _report_gone(line: Line, at: datetime) -> int:
    """What somebody took back, or whose time was over, goes again."""
    return int(let_report_go(line.about))


def _nothing(line: Line, at: datetime) -> int:
    return 0


AGAIN: dict[str, Callable[[Line, datetime], int]] = {
    "release.withdrawn": _withdraw,
    "release.narrowed": _narrow,
    "grant.ended": _end,
    "account.closed": _close_account,
    "account.factors": _clear_factors,
    "node.revoked": _revoke,
    "wall.raised": _wall,
    "contact.changed": _stop_contact,
    "report.gone": _report_gone,
    **dict.fromkeys(settings.DONE_AGAIN, _above),
    "session.ended": _nothing,  # the restore itself ends every session
    "erased": _nothing,  # all shells of an agency together, below
}


def _erased(lines: Iterable[Line]) -> dict[UUID, set[UUID]]:
    found: dict[UUID, set[UUID]] = {}
    for line in lines:
        if line.kind == "erased":
            found.setdefault(line.agency, set()).add(line.about)
    return found


def _empty_again(agency: UUID, shells: set[UUID], at: datetime) -> int:
    """Empty the shells that the backup still holds full; its own empty ones are out of sight already."""

    def full(model: type[Case] | type[Incident] | type[Person]) -> frozenset[UUID]:
        return frozenset(
            model._default_manager.filter(id__in=shells, agency_id=agency).values_list("id", flat=True)
        )

    roots = Roots(full(Case), full(Incident), full(Person))
    if not roots.ids:
        return 0
    empty(roots, agency=agency, by=None, at=at)
    Erasure.objects.filter(case_id__in=roots.cases, erased_at=None, called_off_at=None).update(erased_at=at)
    return len(roots.ids)
