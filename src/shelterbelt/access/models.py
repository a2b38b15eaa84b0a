"""Workers and their accounts. A worker's name is sealed; the sign-in code says nothing about who they are."""

from typing import ClassVar

from django.contrib.auth.base_user import AbstractBaseUser, BaseUserManager
from django.contrib.postgres.fields import ArrayField
from django.db import models

from shelterbelt.access.bars import Bar, Conflict, Declaration, Entrusted, Glass, Wall, WorkerToken
from shelterbelt.store.ids import new_ref, uuid7

__all__ = [
    "Bar",
    "Conflict",
    "Declaration",
    "DemoLink",
    "Entrusted",
    "Glass",
    "Wall",
    "Worker",
    "WorkerToken",
]


class Workers(BaseUserManager["Worker"]):
    """Looks workers up by their code, as sign-in needs it."""

    def get_by_natural_key(self, username: str | None) -> "Worker":
        return self.get(code=username)


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


class DemoLink(models.Model):
    """A sign-in link of the demo county, by the digest of its token; the table stays empty elsewhere."""

    digest = models.BinaryField(primary_key=True)
    worker = models.ForeignKey(Worker, on_delete=models.CASCADE, related_name="+")
    made_at = models.DateTimeField()
