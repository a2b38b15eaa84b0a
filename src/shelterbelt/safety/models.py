"""A survivor's own file and whom they entrust it to. Content is sealed under the file's own key, not a case's."""

from typing import ClassVar

from django.db import models

from shelterbelt.store.fields import Row, SealedRow


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
