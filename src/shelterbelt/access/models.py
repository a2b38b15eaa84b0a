"""Workers, their accounts and their sessions. A worker's name is sealed; the sign-in code says nothing about who they are."""

from typing import Any, ClassVar
from uuid import UUID

from django.contrib.auth.base_user import AbstractBaseUser, BaseUserManager
from django.contrib.postgres.fields import ArrayField
from django.db import models

from shelterbelt.access.bars import (
    Bar,
    Conflict,
    Declaration,
    Entrusted,
    Glass,
    Glimpse,
    Missed,
    Wall,
    WorkerToken,
)
from shelterbelt.store.ids import new_ref, uuid7
from shelterbelt.store.questions import question

__all__ = [
    "Bar",
    "Conflict",
    "Declaration",
    "DemoLink",
    "Entrusted",
    "Glass",
    "Glimpse",
    "Missed",
    "Wall",
    "Worker",
    "WorkerToken",
]


class Workers(BaseUserManager["Worker"]):
    """Looks workers up by their code, as sign-in needs it."""

    def get_by_natural_key(self, username: str | None) -> "Worker":
        return self.get(code=username)

    def get(self, *args: Any, **by: Any) -> "Worker":
        """One worker. By their key, as every request asks for whoever signed in, with agency and unit beside them."""
        if args or by.keys() != {"pk"}:
            return super().get(*args, **by)
        found = _signed_in.first(UUID(str(by["pk"])))
        if found is None:
            raise Worker.DoesNotExist
        return found


class Worker(AbstractBaseUser):
    """One worker of one agency. There is no superuser and no staff flag: what a worker may do comes from `roles`."""

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    ref = models.CharField(max_length=22, unique=True, default=new_ref, editable=False)
    agency = models.ForeignKey("agencies.Agency", on_delete=models.PROTECT, related_name="workers")
    unit = models.ForeignKey("agencies.Unit", on_delete=models.PROTECT, null=True, related_name="workers")
    code = models.CharField(max_length=40, unique=True)
    roles = ArrayField(models.CharField(max_length=30), default=list)
    key = models.BinaryField()
    sealed = models.BinaryField()
    is_active = models.BooleanField(default=True)

    USERNAME_FIELD = "code"
    REQUIRED_FIELDS: ClassVar[list[str]] = []
    objects = Workers()

    def __str__(self) -> str:
        return self.code


@question
def _signed_in(worker: UUID) -> "models.QuerySet[Worker, Worker]":
    return Worker.objects.select_related("agency", "unit").filter(id=worker)


class DemoLink(models.Model):
    """A sign-in link of the demo county, by the digest of its token; the table stays empty elsewhere."""

    digest = models.BinaryField(primary_key=True)
    worker = models.ForeignKey(Worker, on_delete=models.CASCADE, related_name="+")
    made_at = models.DateTimeField()


class Session(models.Model):
    """One sign-in. The key that the browser holds is not here: only its digest, and what it alone can open."""

    digest = models.BinaryField(primary_key=True)
    ref = models.CharField(max_length=22, unique=True, default=new_ref, editable=False)
    worker_id = models.UUIDField(null=True, db_index=True)
    sealed = models.BinaryField()
    device = models.CharField(max_length=40, blank=True)
    opened_at = models.DateTimeField()
    seen_at = models.DateTimeField()


class Enrolment(models.Model):
    """A code that sets a sign-in up, once, handed over face to face; without a digest it waits for a second person."""

    worker = models.OneToOneField(Worker, on_delete=models.CASCADE, primary_key=True, related_name="+")
    agency = models.ForeignKey("agencies.Agency", on_delete=models.PROTECT, related_name="+")
    digest = models.BinaryField(null=True)
    asked_by = models.UUIDField(null=True)
    asked_at = models.DateTimeField()
    until_at = models.DateTimeField(null=True)


class Tries(models.Model):
    """How often a sign-in failed lately, under a keyed digest: neither a code nor an address is kept."""

    key = models.BinaryField(primary_key=True)
    fails = models.IntegerField(default=0)
    last_at = models.DateTimeField()
    free_at = models.DateTimeField()


class Mark(models.Model):
    """Something to be remembered for a while by every process, under a keyed digest: a one-time code that was used."""

    key = models.BinaryField(primary_key=True)
    value = models.JSONField()
    until_at = models.DateTimeField()


class Look(models.Model):
    """One thing that one worker was shown or took out in one day or hour, by a keyed digest: for counting only."""

    agency = models.ForeignKey("agencies.Agency", on_delete=models.PROTECT, related_name="+")
    worker_id = models.UUIDField()
    kind = models.CharField(max_length=10)
    slot = models.DateTimeField()
    digest = models.BinaryField()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["worker_id", "kind", "slot", "digest"], name="counted_once")
        ]


class Alert(models.Model):
    """Something about an account that another person should look at: it names a worker and a kind, nothing else."""

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    ref = models.CharField(max_length=22, unique=True, default=new_ref, editable=False)
    agency = models.ForeignKey("agencies.Agency", on_delete=models.PROTECT, related_name="+")
    worker_id = models.UUIDField()
    kind = models.CharField(max_length=30)
    by = models.UUIDField(null=True)
    at = models.DateTimeField()
    seen_at = models.DateTimeField(null=True)
    seen_by = models.UUIDField(null=True)

    class Meta:
        indexes = [models.Index(fields=["agency", "-at"], name="alert_order")]
