"""Entries (what was done) and readings (who looked), each chained per agency. They hold ids and digests, never content.

Rows are written in the act's own transaction; a job links them in commit order within a second (`chain`).
"""

from django.db import models
from django.db.models.functions import Now

from shelterbelt.store.fields import Xid


class Entry(models.Model):
    """Something was done: `kind` is a noun and a past participle (`case.opened`)."""

    id = models.BigAutoField(primary_key=True)
    agency_id = models.UUIDField()
    kind = models.CharField(max_length=60)
    about = models.UUIDField()
    by = models.UUIDField(null=True)
    at = models.DateTimeField()
    digest = models.BinaryField(default=b"")
    xid = Xid(editable=False)

    class Meta:
        indexes = [
            models.Index(fields=["agency_id", "xid", "id"], name="entry_order"),
            models.Index(fields=["about"], name="entry_about"),
        ]


class Reading(models.Model):
    """Somebody looked: which thing, which part of it, and through which grant."""

    id = models.BigAutoField(primary_key=True)
    agency_id = models.UUIDField()
    what = models.CharField(max_length=60)
    about = models.UUIDField()
    by = models.UUIDField(null=True)
    reader_agency_id = models.UUIDField()
    grant_id = models.UUIDField(null=True)
    at = models.DateTimeField()
    digest = models.BinaryField(default=b"")
    xid = Xid(editable=False)

    class Meta:
        indexes = [
            models.Index(fields=["agency_id", "xid", "id"], name="reading_order"),
            models.Index(fields=["about"], name="reading_about"),
        ]


class Link(models.Model):
    """One link of an agency's chain: the hash of a row and of everything before it."""

    id = models.BigAutoField(primary_key=True)
    agency_id = models.UUIDField()
    stream = models.CharField(max_length=8, choices=[("entries", "entries"), ("readings", "readings")])
    number = models.BigIntegerField()
    row_id = models.BigIntegerField()
    hash = models.BinaryField()
    linked_at = models.DateTimeField(db_default=Now())

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["agency_id", "stream", "number"], name="one_link_per_number"),
            models.UniqueConstraint(fields=["agency_id", "stream", "row_id"], name="one_link_per_row"),
        ]
