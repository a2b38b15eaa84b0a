"""Which ledgers this node keeps and how each shows its growth, as the floors above say. Knows no agency itself."""

from collections.abc import Callable
from dataclasses import dataclass
from importlib import import_module
from uuid import UUID

from django.conf import settings

from shelterbelt.sealing import keyring
from shelterbelt.sealing.checkpoints import Signer
from shelterbelt.sealing.errors import SealingError


@dataclass(frozen=True)
class Log:
    """One agency's ledger. A `daily` one shows its growth once a day and in full steps only."""

    agency: UUID
    name: str
    ref: str
    daily: bool

    @property
    def origin(self) -> str:
        """The log's name on its checkpoints: it does not change, and tells nobody's."""
        return f"shelterbelt/{self.ref}"

    @property
    def signer(self) -> Signer:
        """The key that this node signs its checkpoints with."""
        return Signer(self.origin, keyring().public_keys().sign)


def logs() -> list[Log]:
    """Every ledger of this node."""
    module, name = settings.LEDGER_LOGS.rsplit(".", 1)
    found: Callable[[], list[Log]] = getattr(import_module(module), name)
    return found()


def chosen(agency: str | None) -> list[Log]:
    """The ledgers meant on a command line: the one of this agency, or all."""
    found = [log for log in logs() if agency in (None, log.name, log.ref)]
    if not found:
        raise SealingError("This node holds no agency of that name.")
    return found


def one(agency: str | None) -> Log:
    """The one ledger meant; where there are several, it has to be named."""
    found = chosen(agency)
    if len(found) > 1:
        names = ", ".join(log.name for log in found)
        raise SealingError(f"This node keeps more than one ledger: say --agency and one of {names}.")
    return found[0]
