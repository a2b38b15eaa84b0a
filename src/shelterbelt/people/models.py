"""People as one agency knows them: everything about them sealed under a key of their own, found by exact token only."""

from django.db import models

from shelterbelt.store.fields import SealedRow
from shelterbelt.store.ids import uuid7


class Person(SealedRow):
    """One person in one agency's files. `sealed`: name, other_names, born_on, phones, address, language, interpreter."""

    recorded_at = models.DateTimeField()


class PersonVersion(models.Model):
    """What was recorded about a person before a change; nothing personal is updated without its history."""

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    agency = models.ForeignKey("agencies.Agency", on_delete=models.PROTECT, related_name="+")
    person = models.ForeignKey(Person, on_delete=models.CASCADE, related_name="versions")
    sealed = models.BinaryField()
    replaced_at = models.DateTimeField()
    replaced_by = models.UUIDField(null=True)


class Token(models.Model):
    """A blind search token (HMAC under the agency's index key) of a name part, a birth date or a phone number."""

    id = models.BigAutoField(primary_key=True)
    # The person's own row names the same agency under a constraint; checking it again for each token costs an import a third.
    agency = models.ForeignKey(
        "agencies.Agency", on_delete=models.PROTECT, related_name="+", db_index=False, db_constraint=False
    )
    person = models.ForeignKey(Person, on_delete=models.CASCADE, related_name="tokens")
    token = models.BinaryField()

    class Meta:
        indexes = [models.Index(fields=["agency", "token", "person"], name="token_lookup")]
