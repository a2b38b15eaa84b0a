"""Who of an agency reaches anything of a survivor's own record: whoever is shown one item, and whoever carries what was given."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db.models import Exists, OuterRef, Q, QuerySet

from shelterbelt.access.models import Worker
from shelterbelt.access.rules import Rule, permission
from shelterbelt.journal.models import Shown
from shelterbelt.safety.policy import ADVOCATES, KINDS, trusted_with
from shelterbelt.store.spans import lasting


@dataclass(frozen=True)
class ShownTo(Rule):
    """The survivor shows this item to the worker now."""

    name = "shown_to"

    def holds(self, by: Worker, thing: Any, at: datetime) -> bool:
        return self._living(by, at).filter(item_id=thing.id).exists()

    def rows(self, by: Worker, at: datetime) -> Q:
        return Q(Exists(self._living(by, at).filter(item_id=OuterRef("id"))))

    def _living(self, by: Worker, at: datetime) -> QuerySet[Shown]:
        return Shown.objects.filter(lasting(at), worker_id=by.id, agency_id=by.agency_id, from_at__lte=at)


SEE_SHOWN = permission("see_shown_item", *ADVOCATES, rule=ShownTo() & trusted_with, kinds=KINDS)
CARRY = permission("carry_own_record", *ADVOCATES, rule=trusted_with, kinds=KINDS)
