"""Walls, restricted files and broken glass, as rows: who may not see which thing, although their agency holds it.

A bar is about one person, case, incident, request or referral by its id; PostgreSQL itself spreads a bar on a
person to that person's incidents and cases. Nothing here says why in the open.
"""

from typing import Any

from django.db import models

from shelterbelt.store.fields import SealedRow

BASES = [
    (b, b) for b in ("party_match", "declared", "survivor_named", "handed_over", "reviewer", "restricted")
]
STRENGTHS = [(s, s) for s in ("strong", "weak")]
CONFLICT_STATES = [(s, s) for s in ("open", "walled", "cleared")]
# What broken glass can show of a file, one at a time: whom it is about, and beside that nothing, or one part.
WHO, DANGER, INCIDENTS, STEPS, NOTES = "who", "danger", "incidents", "steps", "notes"
CATEGORIES = (WHO, DANGER, INCIDENTS, STEPS, NOTES)
MET = [(m, m) for m in ("", "nothing", "wall", "restricted")]


def _agency() -> "models.ForeignKey[Any, Any]":
    return models.ForeignKey("agencies.Agency", on_delete=models.PROTECT, related_name="+")


class Wall(SealedRow):
    """Why somebody may not see a thing: a worker, a whole agency, or everybody who is not entrusted with it.

    `sealed` holds the reason. A wall is lifted, never deleted.
    """

    thing_id = models.UUIDField(db_index=True)
    worker_id = models.UUIDField(null=True, db_index=True)
    viewer = models.ForeignKey("agencies.Agency", on_delete=models.PROTECT, null=True, related_name="+")
    basis = models.CharField(max_length=20, choices=BASES)
    raised_at = models.DateTimeField()
    raised_by = models.UUIDField(null=True)
    lifted_at = models.DateTimeField(null=True)
    lifted_by = models.UUIDField(null=True)
    bars = ()


class Bar(models.Model):
    """What a wall hides: one thing from one worker, from one agency, or from all who are not entrusted with it.

    `root_id` is the thing that the wall was raised about; whoever is entrusted with that sees all it spread to.
    """

    agency = _agency()
    thing_id = models.UUIDField()
    root_id = models.UUIDField()
    worker_id = models.UUIDField(null=True)
    viewer_id = models.UUIDField(null=True)
    wall = models.ForeignKey(Wall, on_delete=models.CASCADE, related_name="hides")

    class Meta:
        constraints = [models.UniqueConstraint(fields=["thing_id", "wall"], name="barred_once")]
        indexes = [models.Index(fields=["worker_id"], name="bar_worker")]


class Entrusted(models.Model):
    """Who sees a restricted thing all the same: its team. What broken glass shows is a `Glimpse`."""

    agency = _agency()
    thing_id = models.UUIDField()
    worker_id = models.UUIDField()
    why = models.CharField(max_length=10, choices=[("team", "team")])
    from_at = models.DateTimeField()
    until_at = models.DateTimeField(null=True)
    given_by = models.UUIDField(null=True)

    class Meta:
        indexes = [models.Index(fields=["thing_id", "worker_id"], name="entrusted_with")]


class Declaration(SealedRow):
    """A worker says: I know this person. `sealed`: name, other names, birth date, numbers, how they know them."""

    worker_id = models.UUIDField(db_index=True)
    made_at = models.DateTimeField()
    ended_at = models.DateTimeField(null=True)
    bars = ()


class WorkerToken(models.Model):
    """A blind token of a worker's own name, birth date or number, or of a party that they declared."""

    agency = _agency()
    worker_id = models.UUIDField()
    declaration = models.ForeignKey(Declaration, on_delete=models.CASCADE, null=True, related_name="tokens")
    kind = models.CharField(max_length=5, choices=[(k, k) for k in ("name", "born", "phone")])
    token = models.BinaryField()

    class Meta:
        indexes = [models.Index(fields=["agency", "token"], name="worker_token")]


class Conflict(SealedRow):
    """A worker and a party who may be the same, or may know each other: for the independent reviewer."""

    worker_id = models.UUIDField()
    person_id = models.UUIDField()
    strength = models.CharField(max_length=6, choices=STRENGTHS)
    state = models.CharField(max_length=7, choices=CONFLICT_STATES, default="open")
    found_at = models.DateTimeField()
    decided_at = models.DateTimeField(null=True)
    decided_by = models.UUIDField(null=True)
    bars = ()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["worker_id", "person_id"], name="one_conflict")]


class Glass(SealedRow):
    """Glass that somebody asked to break: which file, which category, who asked, who agreed. `sealed`: reason, words typed.

    Without a thing there was no such file for them: the row is written all the same, so that nothing tells. It is
    held by the agency whose file it is. A second person without `broken_at` declined.
    """

    worker_id = models.UUIDField(db_index=True)
    asker_agency = models.ForeignKey("agencies.Agency", on_delete=models.PROTECT, related_name="+")
    thing_id = models.UUIDField(null=True, db_index=True)
    category = models.CharField(max_length=40, choices=[(c, c) for c in CATEGORIES])
    alone = models.BooleanField(default=False)
    others = models.SmallIntegerField(default=0)
    asked_at = models.DateTimeField()
    second_id = models.UUIDField(null=True)
    broken_at = models.DateTimeField(null=True)
    until_at = models.DateTimeField(null=True)
    paged_at = models.DateTimeField(null=True)
    reviewed_at = models.DateTimeField(null=True)
    reviewed_by = models.UUIDField(null=True)
    bars = ()


class Glimpse(models.Model):
    """What broken glass shows: one thing to one worker, in one category, until then. It passes no wall."""

    agency = _agency()
    glass = models.ForeignKey(Glass, on_delete=models.CASCADE, related_name="glimpses")
    thing_id = models.UUIDField()
    worker_id = models.UUIDField()
    category = models.CharField(max_length=40, choices=[(c, c) for c in CATEGORIES])
    from_at = models.DateTimeField()
    until_at = models.DateTimeField()

    class Meta:
        indexes = [models.Index(fields=["thing_id", "worker_id"], name="glimpse_of")]


class Missed(models.Model):
    """Somebody asked for a page and got "not found". `mark` is a keyed digest of the reference in its address.

    `met` says later what they met: nothing, a wall, a restriction. Empty: nobody has looked yet.
    """

    agency = _agency()
    worker_id = models.UUIDField()
    route = models.CharField(max_length=60)
    mark = models.BinaryField()
    at = models.DateTimeField()
    met = models.CharField(max_length=10, choices=MET, blank=True, default="")

    class Meta:
        indexes = [
            models.Index(fields=["agency", "id"], name="missed_unread", condition=models.Q(met="")),
            models.Index(
                fields=["agency", "-at"],
                name="missed_met",
                condition=models.Q(met__in=["wall", "restricted"]),
            ),
        ]
