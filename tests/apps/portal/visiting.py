"""Survivors who visit the portal, in tests: an account, a client that is signed in, and the addresses of rooms."""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime
from typing import Any

from django.conf import settings
from django.db import transaction
from django.test import Client

from shelterbelt.access.survivors import Survivor
from shelterbelt.agencies.models import Agency
from shelterbelt.people.models import Person
from shelterbelt.portal import ways
from shelterbelt.portal.actions.accounts import make_account, open_own_account, survivor_of
from shelterbelt.portal.actions.visits import begin_visit
from shelterbelt.portal.models import Account
from shelterbelt.portal.visitors import Visitor
from shelterbelt.store.asker import as_agency, set_asker
from shelterbelt.ui.clock import now
from tests.world import AT

PASSPHRASE = "maple ribbon cabin orange lamp"
OWN = "http://localhost"


def account_for(person: Person | None, agency: Agency, *, name: str = "", at: datetime = AT) -> Account:
    """An account of this person; for nobody in particular, one that somebody opened by themselves."""
    from secrets import token_hex

    name = name or f"maple-{token_hex(6)}"
    with transaction.atomic():
        if person is None:
            return open_own_account(agency, name, PASSPHRASE, at=at)
        with as_agency(agency.id, at=at):
            return make_account(person.id, agency.id, name, PASSPHRASE, by=person.id, at=at)


@contextmanager
def by_own_hand(survivor: Survivor, *, at: datetime = AT) -> Iterator[None]:
    """What the portal's transaction sees: this survivor's own file, and nothing else."""
    with transaction.atomic():
        set_asker(None, None, at, survivor=survivor.id)
        yield


class Visiting:
    """A client that visits: `visiting.get("plan-home")`, `visiting.post("plan-part", code, {…})` with the form's token."""

    def __init__(self, account: Account, *, decoy: bool = False, language: str = "en") -> None:
        self.client = Client(HTTP_HOST="localhost", HTTP_ORIGIN=OWN)
        self.survivor = survivor_of(account)
        with by_own_hand(self.survivor, at=now()):
            held, visit = begin_visit(account, decoy=decoy, language=language, agent="", at=now())
        self.client.cookies[settings.PORTAL_COOKIE] = held
        self.visitor = Visitor(self.survivor, account, visit, ways.Secret(held), now(), language, decoy)

    def way(self, name: str, *args: Any) -> str:
        """The address of a room's page in this visit."""
        return ways.way(self.visitor, name, *args)

    def get(self, name: str, *args: Any) -> Any:
        """The answer of a page."""
        return self.client.get(self.way(name, *args))

    def post(self, name: str, *args: Any, **told: Any) -> Any:
        """The answer to a form, sent as a browser would."""
        return self.client.post(self.way(name, *args), {"t": self.visitor.secret.form, **told})

    def path_of(self, address: str) -> str | None:
        """What an address of this visit means: `visiting.path_of(answer.headers["Location"])`."""
        return self.visitor.secret.opened(address.removeprefix("/n/").removesuffix("/"))
