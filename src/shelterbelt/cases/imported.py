"""What one batch of an export becomes: sealed incidents, people, roles and cases, with their ledger entries.

An entry's digest is of what was sealed: one of the bare words could be guessed.
Refuses to write a row whose key the agency has taken in before. The caller holds the agency's transactions.
"""

from collections.abc import Sequence
from datetime import datetime
from functools import lru_cache
from hashlib import sha256
from typing import Any, NamedTuple
from uuid import UUID

from psycopg import sql

from shelterbelt import sealing
from shelterbelt.agencies.models import Agency
from shelterbelt.agencies.tokens import search_texts
from shelterbelt.cases.bulk import Insert, Rows, fetch_all, insert_of, send
from shelterbelt.cases.feed import FeedRow, Party
from shelterbelt.cases.models import Case, CaseIncident, Incident, Involvement
from shelterbelt.ledger.actions import record
from shelterbelt.ledger.models import Entry
from shelterbelt.people.conflicts import find_conflicts
from shelterbelt.people.models import Person, Token
from shelterbelt.rules.levels import DEFAULT
from shelterbelt.rules.names import normal
from shelterbelt.store.ids import new_ref, uuid7
from shelterbelt.store.turns import one_at_a_time

KNOWN = "select source_key from cases_incident where agency_id = %s and source = %s and source_key = any(%s)"
MARKED = "select token, person_id from people_token where agency_id = %s and token = any(%s)"
JOINED = (
    "select survivor_id, other_id, id from cases_case "
    "where agency_id = %s and survivor_id = any(%s) and closed_at is null order by id"
)
THIS_ACT = sql.SQL("ledger_xid()")
AS_UNKNOWN = {"level": DEFAULT.word, "level_rank": int(DEFAULT)}


class Pair(NamedTuple):
    """The people of a row and the open case that joins them, as far as the row names them."""

    survivor: UUID | None
    perpetrator: UUID | None
    case: UUID | None


Pairs = dict[bytes, Pair]


class Batch:
    """Rows of one export on their way into one agency's files: made ready first, then written in one act.

    `recent` are the pairs of a batch being written meanwhile: should that fail, so does this, on its keys.
    """

    def __init__(self, agency: Agency, source: str, *, at: datetime, recent: Pairs | None = None) -> None:
        self.agency, self.source, self.at = agency.id, source, at
        self.ring = sealing.keyring()
        self.recent: Pairs = recent or {}
        self.pairs: Pairs = {}
        self.taken = 0
        self.opened_cases = 0
        here, sealed = {"agency_id": agency.id}, ("id", "ref", "key", "sealed")
        self.incidents = Rows(
            Incident,
            (*sealed, "happened_at", "source_key", "case_count"),
            {**here, "source": source, "opened_at": at, "recorded_at": at, "revision": 1},
        )
        self.people = Rows(Person, sealed, {**here, "recorded_at": at})
        self.tokens = Rows(Token, ("person_id", "token"), here)
        self.roles = Rows(Involvement, ("id", "incident_id", "person_id", "role"), {**here, "since_at": at})
        self.cases = Rows(
            Case,
            (*sealed, "survivor_id", "other_id"),
            {**here, "opened_at": at, "door": "police", **AS_UNKNOWN},
        )
        self.attached = Rows(CaseIncident, ("id", "case_id", "incident_id"), here)
        self.entries = Rows(Entry, ("kind", "about", "digest"), {**here, "at": at, "xid": THIS_ACT})
        self.insert: Insert | None = None

    def prepare(self, rows: Sequence[FeedRow]) -> None:
        """Seal the rows that are new to the agency; reads what it holds, writes nothing."""
        keys = [self.ring.index_token(self.agency, f"feed:{self.source}:{row.key}").hex() for row in rows]
        known = self._known(keys)
        paired = zip(keys, rows, strict=True)
        fresh = [(key, row, self._pair_token(row)) for key, row in paired if key not in known]
        self._find_pairs([token for _, _, token in fresh if token])
        for key, row, token in fresh:
            self._incident(key, row, token)
        self.taken = len(fresh)
        if fresh:
            told = [self.roles, self.cases, self.attached, self.entries]
            self.insert = insert_of([self.incidents, self.people, self.tokens, *told])

    def lock(self) -> None:
        """Let no other import of this source into this agency write until the transaction ends."""
        one_at_a_time(f"import:{self.agency}:{self.source}")

    def write(self) -> None:
        """Write what was made ready, an entry for each row, and one more: it wakes the ledger's followers once.

        If another import was faster with a row, its key is there twice and nothing is written.
        """
        self.lock()
        if self.insert:
            send(self.insert)
            find_conflicts(self.agency, people=[row[0] for row in self.people.values], at=self.at)
            record("batch.imported", about=uuid7(), by=None, agency=self.agency, at=self.at)

    def _known(self, keys: list[str]) -> set[str]:
        return {key for (key,) in fetch_all(KNOWN, [self.agency, self.source, keys])} if keys else set()

    def _pair_token(self, row: FeedRow) -> bytes:
        """One token for exactly these two full names and birth dates; empty unless all four are there.

        It lies among both people's search tokens, so a corrected person is no longer taken for this one.
        """
        both = (row.survivor, row.perpetrator)
        said = [(name, p.born_on) for p in both if p and (name := normal(p.name)) and p.born_on]
        if len(said) < len(both):
            return b""
        text = "\x1f".join(f"{name}\x1f{born_on}" for name, born_on in said)
        return self.ring.index_token(self.agency, f"pair:{text}")

    def _find_pairs(self, tokens: list[bytes]) -> None:
        """The open cases that join two people who both carry one of these tokens.

        Two plain look-ups and not one join: a table that has just grown has no statistics to plan a join by.
        """
        marked: dict[UUID, set[bytes]] = {}
        for token, person in fetch_all(MARKED, [self.agency, tokens]) if tokens else []:
            marked.setdefault(person, set()).add(bytes(token))
        for survivor, perpetrator, case in fetch_all(JOINED, [self.agency, list(marked)]) if marked else []:
            for token in marked[survivor] & marked.get(perpetrator, set()):
                self.pairs[token] = Pair(survivor, perpetrator, case)

    def _incident(self, source_key: str, row: FeedRow, token: bytes) -> None:
        met = self.pairs.get(token) or self.recent.get(token)
        pair = met or self._new_pair(row, token)
        incident, key = uuid7(), self.ring.new_key(self.agency)
        content = steps_of(row, repeated=met is not None)
        sealed = self.ring.seal(key, self.agency, content, about=incident)
        survivor, perpetrator, case = pair
        attached = 1 if case else 0
        self.incidents.values.append(
            (incident, new_ref(), key, sealed, row.happened_at, source_key, attached)
        )
        self.entries.values.append(("incident.imported", incident, sha256(sealed).digest()))
        for person, role in ((survivor, "survivor"), (perpetrator, "perpetrator")):
            if person:
                self.roles.values.append((uuid7(), incident, person, role))
        if case:
            self.attached.values.append((uuid7(), case, incident))
        if case and token:
            self.pairs[token] = pair

    def _new_pair(self, row: FeedRow, token: bytes) -> Pair:
        survivor, perpetrator = self._person(row.survivor, token), self._person(row.perpetrator, token)
        named = row.survivor is not None and row.survivor.name
        return Pair(survivor, perpetrator, self._case(survivor, perpetrator) if survivor and named else None)

    def _person(self, party: Party | None, pair_token: bytes) -> UUID | None:
        if party is None:
            return None
        content = details_of(party)
        person, key = uuid7(), self.ring.new_key(self.agency)
        self.people.values.append(
            (person, new_ref(), key, self.ring.seal(key, self.agency, content, about=person))
        )
        found = search_texts(content)
        self.tokens.values.extend((person, _token(self.ring, self.agency, text)) for text in found)
        if pair_token:
            self.tokens.values.append((person, pair_token))
        return person

    def _case(self, survivor: UUID, perpetrator: UUID | None) -> UUID:
        case, key = uuid7(), self.ring.new_key(self.agency)
        sealed = self.ring.seal(key, self.agency, {}, about=case)
        self.cases.values.append((case, new_ref(), key, sealed, survivor, perpetrator))
        self.entries.values.append(("case.imported", case, b""))
        self.opened_cases += 1
        return case


@lru_cache(8192)
def _token(ring: sealing.Keyring, agency: UUID, text: str) -> bytes:
    """Remembered: the same names come again and again."""
    return ring.index_token(agency, text)


def details_of(party: Party) -> dict[str, Any]:
    """A party as people are kept."""
    born_on = party.born_on.isoformat() if party.born_on else ""
    said = {"name": party.name, "born_on": born_on, "phones": [party.phone] if party.phone else []}
    return {name: value for name, value in said.items() if value}


def steps_of(row: FeedRow, *, repeated: bool) -> dict[str, dict[str, Any]]:
    """A row as the steps of an incident; what no step asks for stands under `feed`.

    Where the two were known, their telephone numbers stay with this incident: known people are not added to.
    """
    arrest = "" if row.arrest is None else "yes" if row.arrest else "no"
    phones = {
        f"{role}_phone": party.phone
        for role, party in (("survivor", row.survivor), ("perpetrator", row.perpetrator))
        if repeated and party
    }
    feed = {
        "reference": row.reference,
        "offence": row.offence,
        "offence_code": row.offence_code,
        "location_kind": row.location_kind,
        "arrest": arrest,
        "note": row.note,
        **phones,
    }
    steps = {"events": {"place": row.place, "narrative": row.narrative}, "feed": feed}
    kept = {step: {name: said for name, said in content.items() if said} for step, content in steps.items()}
    return {step: content for step, content in kept.items() if content}
