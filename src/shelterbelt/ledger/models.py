"""Entries (what was done), readings (who looked), and the Merkle tree per agency that holds both. Ids and digests, never content.

Rows are written in the act's own transaction; a job adds them to the tree in commit order within a second (`chain`).
"""

from django.db import models

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


class Leaf(models.Model):
    """One line of an agency's tree: the salted commitment to a row, or to nothing (padding). `number` counts from 0."""

    pk = models.CompositePrimaryKey("agency_id", "number")
    agency_id = models.UUIDField()
    number = models.BigIntegerField()
    stream = models.CharField(max_length=8, choices=[(s, s) for s in ("entries", "readings", "padding")])
    row_id = models.BigIntegerField(null=True)
    commitment = models.BinaryField()

    class Meta:
        constraints = [
            # Without the agency: else PostgreSQL, before it knows the table, looks a row up by the agency alone.
            models.UniqueConstraint(fields=["stream", "row_id"], name="one_leaf_per_row"),
        ]


class Salt(models.Model):
    """The random part of one line's commitment. When it is gone, nobody can say what the line was."""

    pk = models.CompositePrimaryKey("agency_id", "number")
    agency_id = models.UUIDField()
    number = models.BigIntegerField()
    salt = models.BinaryField()


class Subtree(models.Model):
    """The hash of a complete subtree; every eighth level is kept."""

    pk = models.CompositePrimaryKey("agency_id", "level", "number")
    agency_id = models.UUIDField()
    level = models.SmallIntegerField()
    number = models.BigIntegerField()
    hash = models.BinaryField()


class Checkpoint(models.Model):
    """A signed statement of the tree's size and root; a copy goes to a folder outside the database."""

    pk = models.CompositePrimaryKey("agency_id", "size")
    agency_id = models.UUIDField()
    size = models.BigIntegerField()
    note = models.BinaryField()
    made_at = models.DateTimeField()
