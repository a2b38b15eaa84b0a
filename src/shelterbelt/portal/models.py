"""Accounts of survivors, their visits and passkeys, the list that a second passphrase opens, and one-time codes.

Nothing in a row tells whether there is a second passphrase: every account has two digests and a household list.
"""

from typing import ClassVar

from django.db import models

from shelterbelt.store.fields import Row, SealedRow

OPENS, RECOVERS, CONNECTS, ERASES = "opens", "recovers", "connects", "erases"


class Account(SealedRow):
    """A survivor's way into their own file. `name` is a keyed digest of the pseudonym; who they are is not asked.

    `sealed`: the pseudonym, and what they chose ("y" or "n", so that its length tells nothing).
    `mark`: what the trusted worker is told, if the survivor wished it.
    """

    bars: ClassVar[tuple[str, ...]] = ("person_id",)
    person_id = models.UUIDField(db_index=True)
    name = models.BinaryField()
    first = models.CharField(max_length=200)
    second = models.CharField(max_length=200)
    mark = models.BinaryField()
    opened_at = models.DateTimeField()
    opened_by = models.UUIDField(null=True)
    closed_at = models.DateTimeField(null=True)
    closed_by = models.UUIDField(null=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["name"], name="portal_name_once"),
            models.UniqueConstraint(
                fields=["person_id"], name="portal_account_once", condition=models.Q(closed_at=None)
            ),
        ]


class Visit(Row):
    """One sign-in. The browser alone has its secret: here are a digest, and content that only the secret opens.

    `label` is sealed under the account's key: the family of the device, for the list of visits.
    """

    bars: ClassVar[tuple[str, ...]] = ("person_id",)
    account = models.ForeignKey(Account, on_delete=models.CASCADE, related_name="+")
    person_id = models.UUIDField(db_index=True)
    digest = models.BinaryField(unique=True)
    sealed = models.BinaryField()
    label = models.BinaryField()
    began_at = models.DateTimeField()
    seen_at = models.DateTimeField()


class Passkey(Row):
    """A device that opens an account without words. `digest`: of what the device names its key by.

    `sealed` under the account's key: the public half, the device's mark, its family, the day, and what it opens.
    """

    bars: ClassVar[tuple[str, ...]] = ("person_id",)
    account = models.ForeignKey(Account, on_delete=models.CASCADE, related_name="+")
    person_id = models.UUIDField(db_index=True)
    digest = models.BinaryField(unique=True)
    sealed = models.BinaryField()


class Household(Row):
    """What the second passphrase opens: a plain list for a home, with notes. Every account has one, used or not."""

    bars: ClassVar[tuple[str, ...]] = ("person_id",)
    account = models.OneToOneField(Account, on_delete=models.CASCADE, related_name="+")
    person_id = models.UUIDField(db_index=True)
    sealed = models.BinaryField()


class OnceCode(SealedRow):
    """A code handed over by a person, once and for a day: it opens an account, renews one, connects one to a case, or erases it.

    `sealed`: what the worker explained before they gave it. It stays when the code is used.
    """

    bars: ClassVar[tuple[str, ...]] = ("person_id",)
    person_id = models.UUIDField(db_index=True)
    use = models.CharField(max_length=10)
    digest = models.BinaryField(unique=True)
    given_by = models.UUIDField(null=True)
    given_at = models.DateTimeField()
    until_at = models.DateTimeField()
    used_at = models.DateTimeField(null=True)
