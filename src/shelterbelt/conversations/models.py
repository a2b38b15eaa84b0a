"""Messages, wishes about releases and choices of a survivor, all sealed under their own file's key.

No row here says to a colleague that there is one: row-level security shows it to the survivor and to whom they trust.
"""

from django.db import models

from shelterbelt.safety.models import InFile
from shelterbelt.store.fields import SealedRow

SETTLED = [(s, s) for s in ("", "signed", "not_now", "taken_back")]


class Message(InFile):
    """One message between them. `written_by`: the worker, or the person's own id. `read_at`: when the other side read it."""

    written_at = models.DateTimeField()
    written_by = models.UUIDField()
    read_at = models.DateTimeField(null=True)
    read_by = models.UUIDField(null=True)

    class Meta:
        indexes = [
            models.Index(fields=["person_id", "written_at"], name="message_of_person"),
            models.Index(
                fields=["agency", "person_id"], name="message_unread", condition=models.Q(read_at=None)
            ),
        ]


class Habits(InFile):
    """How a person wants their conversation to be. `sealed`: whether they let reads be seen and want a quiet note; days kept."""

    changed_at = models.DateTimeField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["file"], name="one_set_of_habits")]


class Earlier(InFile):
    """A worker who came later may read what was written before they were trusted. `sealed`: nothing but that."""

    worker_id = models.UUIDField()
    said_at = models.DateTimeField()
    said_by = models.UUIDField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["file", "worker_id"], name="earlier_once")]


class Wish(InFile):
    """That a person thinks of giving a release or of sharing more. It opens nothing: the two finish it live.

    `sealed`: to which agency, which kinds of information, for what, in their words. `release_id`: the one it would widen.
    """

    case_id = models.UUIDField()
    release_id = models.UUIDField(null=True)
    asked_at = models.DateTimeField()
    settled_at = models.DateTimeField(null=True)
    settled_by = models.UUIDField(null=True)
    outcome = models.CharField(max_length=10, choices=SETTLED, blank=True)


class ResponseChoice(InFile):
    """What a person wants others to do now, and who may act on it; the newest holds, and none is ever changed.

    `sealed`: the code of the choice and their words.
    """

    chosen_at = models.DateTimeField()
    chosen_by = models.UUIDField()


class LooksShown(InFile):
    """That a person is shown in the portal who has looked at one case of theirs: off unless a row stands."""

    case_id = models.UUIDField()
    from_at = models.DateTimeField()
    shown_by = models.UUIDField()
    until_at = models.DateTimeField(null=True)
    ended_by = models.UUIDField(null=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["case_id"], name="looks_shown_once", condition=models.Q(until_at=None)
            )
        ]


class Usual(SealedRow):
    """When a worker is usually there to read messages. `sealed`: days, from, until."""

    worker_id = models.UUIDField(unique=True)
    told_at = models.DateTimeField()
