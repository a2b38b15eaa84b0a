"""The columns that every table of people shares. Refuses a row without a holder."""

from typing import Any, ClassVar

from django.db import models

from shelterbelt.store.ids import new_ref, uuid7


class Ref(models.CharField):  # type: ignore[type-arg]
    """A random reference. One that cannot be (it holds a NUL) is asked for as one that nobody has."""

    def get_prep_value(self, value: Any) -> Any:
        return "" if isinstance(value, str) and "\0" in value else super().get_prep_value(value)

    def deconstruct(self) -> Any:
        name, _path, words, options = super().deconstruct()
        return name, "django.db.models.CharField", words, options


class Row(models.Model):
    """An id inside, a random reference outside, and the agency that holds the row.

    `bars` names the columns that hold ids of what the row is about: a wall around one of them hides the row.
    """

    bars: ClassVar[tuple[str, ...]] = ("id",)
    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    ref = Ref(max_length=22, unique=True, default=new_ref, editable=False)
    agency: "models.ForeignKey[Any, Any]" = models.ForeignKey(
        "agencies.Agency", on_delete=models.PROTECT, related_name="+"
    )

    class Meta:
        abstract = True


class SealedRow(Row):
    """A row whose content is sealed under `key`, itself wrapped by the holder's key."""

    key = models.BinaryField()
    sealed = models.BinaryField()

    class Meta:
        abstract = True


class Xid(models.Field):  # type: ignore[type-arg]
    """PostgreSQL's transaction id (xid8): read by snapshot, so that a late commit is never passed over."""

    def db_type(self, connection: Any) -> str:
        return "xid8"
