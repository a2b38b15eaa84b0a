"""What people said of agencies: one box for an agency, a quarter of a year and a door, with nobody in it.

There is no row for an answer: a row has an order, a transaction and a time, and each of these could be laid beside a visit.
"""

from typing import ClassVar

from django.db import models

from shelterbelt.store.fields import SealedRow

DOORS = [("account", "account"), ("open", "open")]


class Box(SealedRow):
    """All that was said of one agency in one quarter. `sealed`: the answers, sorted, and digests of who has said it, sorted.

    Also whether that agency was told the sums of a span that ends with this quarter.

    `door`: from within the portal, where one person speaks once; or without an account, where nobody knows.
    """

    bars: ClassVar[tuple[str, ...]] = ()
    of = models.ForeignKey("agencies.Agency", on_delete=models.PROTECT, related_name="+")
    year = models.SmallIntegerField()
    quarter = models.SmallIntegerField()
    door = models.CharField(max_length=10, choices=DOORS)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["agency", "of", "year", "quarter", "door"], name="one_box")
        ]


class Heard(SealedRow):
    """What another agency told of this one: the sums of one span of quarters. `sealed`: how many, and each question's counts."""

    bars: ClassVar[tuple[str, ...]] = ()
    teller = models.ForeignKey("agencies.Agency", on_delete=models.PROTECT, related_name="+")
    year = models.SmallIntegerField()
    first = models.SmallIntegerField()
    last = models.SmallIntegerField()
    door = models.CharField(max_length=10, choices=DOORS)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["agency", "teller", "year", "first", "door"], name="heard_once")
        ]
