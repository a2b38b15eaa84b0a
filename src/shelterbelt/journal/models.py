"""What a survivor wrote down for themselves, the files with it, who had them in hand, and to whom they showed or gave it.

All of it lies in their own file, under its key. What was written is never changed: a new version stands beside it.
"""

from django.db import models

from shelterbelt.safety.models import InFile


class Item(InFile):
    """One thing in the record. `sealed`: a random salt, so that digests of short words tell nobody the words."""

    made_at = models.DateTimeField()
    newest = models.IntegerField(default=0)
    removed_at = models.DateTimeField(null=True)


class Version(InFile):
    """What an item said at one time; never changed. `sealed`: when it happened and how sure, what kind, the words."""

    item = models.ForeignKey(Item, on_delete=models.PROTECT, related_name="versions")
    number = models.IntegerField()
    recorded_at = models.DateTimeField()
    digest = models.BinaryField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["item", "number"], name="one_text_of_a_number")]


class Original(InFile):
    """A file as it came, sealed on the disk; a picture also has a copy without its hidden data. `sealed`: name, kind, words."""

    item = models.ForeignKey(Item, on_delete=models.PROTECT, related_name="originals")
    taken_in_at = models.DateTimeField()
    sha256 = models.BinaryField()
    size = models.BigIntegerField()
    has_view = models.BooleanField(default=False)


class Handled(InFile):
    """One line of custody of an item (rules.custody). `by`: a worker's id, or the person's own. `sealed`: to whom, if it left."""

    item = models.ForeignKey(Item, on_delete=models.PROTECT, related_name="handled")
    original = models.ForeignKey(Original, on_delete=models.PROTECT, null=True, related_name="handled")
    number = models.IntegerField()
    kind = models.CharField(max_length=20)
    at = models.DateTimeField()
    by = models.UUIDField()
    about_digest = models.BinaryField()
    digest = models.BinaryField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["item", "number"], name="one_line_of_a_number")]


class Shown(InFile):
    """A worker to whom the survivor shows one item, as long as they wish and while that worker has their trust."""

    item = models.ForeignKey(Item, on_delete=models.PROTECT, related_name="shown")
    worker_id = models.UUIDField()
    from_at = models.DateTimeField()
    until_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["item", "worker_id"], name="item_shown_once", condition=models.Q(until_at=None)
            )
        ]


class Giving(InFile):
    """A named version that the survivor gave away under a release. The bundle lies sealed on the disk.

    `sealed`: which versions, to whom, the purpose, and what the receipt says.
    """

    release_id = models.UUIDField()
    case_id = models.UUIDField()
    recipient = models.ForeignKey("agencies.Agency", on_delete=models.PROTECT, related_name="+")
    given_at = models.DateTimeField()
    sha256 = models.BinaryField()
    size = models.BigIntegerField()
    carried_at = models.DateTimeField(null=True)
    received_at = models.DateTimeField(null=True)
    bars = ("person_id", "case_id")
