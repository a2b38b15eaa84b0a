"""Programs that act for an agency, and the tokens they work with. Neither secrets nor tokens are here: only their hashes."""

from django.contrib.postgres.fields import ArrayField
from django.db import models

from shelterbelt.store.fields import Row


class Client(Row):
    """A program of an agency. It is a worker of its own, with roles like anybody; `ref` is its public name."""

    worker = models.OneToOneField("access.Worker", on_delete=models.PROTECT, related_name="+")
    secret = models.CharField(max_length=200)
    scopes = ArrayField(models.CharField(max_length=30))
    made_at = models.DateTimeField()
    made_by = models.UUIDField(null=True)
    revoked_at = models.DateTimeField(null=True)
    bars = ()


class Token(models.Model):
    """A quarter of an hour of access, by the digest of what the program holds."""

    digest = models.BinaryField(primary_key=True)
    agency = models.ForeignKey("agencies.Agency", on_delete=models.PROTECT, related_name="+")
    client = models.ForeignKey(Client, on_delete=models.CASCADE, related_name="tokens")
    worker_id = models.UUIDField(db_index=True)
    scopes = ArrayField(models.CharField(max_length=30))
    from_at = models.DateTimeField()
    until_at = models.DateTimeField()

    class Meta:
        indexes = [models.Index(fields=["until_at"], name="token_ended")]
