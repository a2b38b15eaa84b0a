"""A survivor's own file, whom they entrust it to, and the plan in it. Content is sealed under the file's key, not a case's."""

from typing import ClassVar

from django.db import models

from shelterbelt.store.fields import Row, SealedRow

# What a version says of its part. None of them is better than another, and none is asked for.
WRITTEN, SKIPPED, NOT_FOR_US, REMOVED = "written", "skipped", "not_for_us", "removed"
STATES = (WRITTEN, SKIPPED, NOT_FOR_US, REMOVED)


class OwnFile(SealedRow):
    """One person's own file at one agency. `key` seals all that lies in it; destroying it ends the whole file.

    `sealed`: what the person chose for the file itself, such as the language of its pages.
    """

    bars: ClassVar[tuple[str, ...]] = ("person_id",)
    person_id = models.UUIDField(unique=True)
    began_at = models.DateTimeField()
    ended_at = models.DateTimeField(null=True)


class Trusted(Row):
    """A worker with whom the survivor makes their plan and who reads it; nobody else of the agency does."""

    bars: ClassVar[tuple[str, ...]] = ("person_id",)
    person_id = models.UUIDField(db_index=True)
    worker_id = models.UUIDField()
    from_at = models.DateTimeField()
    until_at = models.DateTimeField(null=True)

    class Meta:
        indexes = [models.Index(fields=["worker_id", "person_id"], name="trusted_worker")]
        constraints = [
            models.UniqueConstraint(
                fields=["person_id", "worker_id"], name="trusted_once", condition=models.Q(until_at=None)
            )
        ]


class InFile(Row):
    """A row of a person's own file, sealed under the file's key."""

    bars: ClassVar[tuple[str, ...]] = ("person_id",)
    file = models.ForeignKey(OwnFile, on_delete=models.PROTECT, related_name="+")
    person_id = models.UUIDField(db_index=True)
    sealed = models.BinaryField()

    class Meta:
        abstract = True


class SafetyPlan(InFile):
    """A plan for oneself, a child or a dependent. `looked_at`: when the two last looked at it as a whole.

    `sealed`: for whom and what they are called, the library's version, risks, situations, the day to look again,
    and what was chosen before.
    """

    begun_at = models.DateTimeField()
    begun_by = models.UUIDField()
    looked_at = models.DateTimeField()
    ended_at = models.DateTimeField(null=True)


class PlanPart(InFile):
    """One part of a plan that somebody opened. `sealed`: which one. `newest`: the number of its newest version."""

    plan = models.ForeignKey(SafetyPlan, on_delete=models.PROTECT, related_name="parts")
    newest = models.IntegerField(default=0)


class PartVersion(InFile):
    """What a part said at one time, by whom; never changed. `sealed`: state, answers, and the library's version.

    `written_by`: a worker's id, or the person's own by their own hand.
    """

    part = models.ForeignKey(PlanPart, on_delete=models.PROTECT, related_name="versions")
    number = models.IntegerField()
    written_at = models.DateTimeField()
    written_by = models.UUIDField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["part", "number"], name="one_version_of_a_number")]


class PartShare(InFile):
    """Who else reads a part: the team of the own agency (`viewer_id` is the holder), or an agency with a release.

    `place_named`: they said by itself that this one may read where somebody can be found. `sealed`: how it was said.
    """

    part = models.ForeignKey(PlanPart, on_delete=models.PROTECT, related_name="shares")
    viewer_id = models.UUIDField()
    place_named = models.BooleanField(default=False)
    from_at = models.DateTimeField()
    shared_by = models.UUIDField()
    ended_at = models.DateTimeField(null=True)
    ended_by = models.UUIDField(null=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["part", "viewer_id"], name="shared_once", condition=models.Q(ended_at=None)
            )
        ]
