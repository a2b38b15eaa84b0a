"""Legal holds, and requests to erase a case with what became of them. Why somebody holds a file is sealed."""

from django.db import models

from shelterbelt.store.fields import Row, SealedRow

REASONS = [(r, r) for r in ("demand", "court", "litigation", "inquiry")]
BASES = [(b, b) for b in ("schedule", "survivor")]


class Hold(SealedRow):
    """While it stands nothing of the case is erased. `sealed`: reason, name and type of the paper, why it was lifted."""

    case_id = models.UUIDField(db_index=True)
    because = models.CharField(max_length=12, choices=REASONS)
    placed_at = models.DateTimeField()
    placed_by = models.UUIDField()
    lifted_at = models.DateTimeField(null=True)
    lifted_by = models.UUIDField(null=True)
    document = models.BinaryField(default=b"")
    bars = ("case_id",)


class Erasure(Row):
    """Somebody asked for a case to be erased; a second person did it, or it was called off. It outlives the case.

    It has no bars: when the case is gone this row is all that says so, with ids and instants only.
    """

    case_id = models.UUIDField(db_index=True)
    basis = models.CharField(max_length=10, choices=BASES)
    schedule = models.CharField(max_length=120)
    asked_at = models.DateTimeField()
    asked_by = models.UUIDField()
    called_off_at = models.DateTimeField(null=True)
    called_off_by = models.UUIDField(null=True)
    confirmed_by = models.UUIDField(null=True)
    erased_at = models.DateTimeField(null=True)
    bars = ()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["case_id"], condition=models.Q(called_off_at=None), name="erased_once"
            ),
        ]
        indexes = [models.Index(fields=["agency", "erased_at"], name="erasures_of_agency")]
