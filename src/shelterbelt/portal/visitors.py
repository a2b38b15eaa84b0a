"""Who is visiting the portal, as a room's view is told. Decides nothing."""

from dataclasses import dataclass
from datetime import datetime

from shelterbelt.access.survivors import Survivor
from shelterbelt.portal.models import Account, Visit
from shelterbelt.portal.ways import Secret


@dataclass(frozen=True)
class Visitor:
    """A survivor in one visit. `decoy`: they (or somebody) gave the second passphrase: rooms never see such a visitor.

    `shows_until`: they let somebody see where they are, until then.
    """

    survivor: Survivor
    account: Account
    visit: Visit
    secret: Secret
    at: datetime
    language: str
    decoy: bool = False
    shows_until: datetime | None = None
