"""A town that is made at once holds row by row what it holds when every account is opened by the action that does it."""

from collections import Counter
from typing import Any

from django.db import connection

from shelterbelt.agencies.models import Agency
from shelterbelt.people.conflicts import identity_of
from shelterbelt.store.asker import as_agency
from tests.world import AT, CAST, Town, agency, worker

COLUMNS = """
select table_name, column_name from information_schema.columns
 where table_schema = 'public' and column_name in ('agency_id', 'agency')
   and table_name in (select tablename from pg_tables where schemaname = 'public')
"""


def held(of: Agency) -> dict[str, Any]:
    """How many rows an agency has in each table, what its ledger says and how its workers are found."""
    with as_agency(of.id, at=AT), connection.cursor() as cursor:
        cursor.execute(COLUMNS)
        found: dict[str, Any] = {}
        for table, column in cursor.fetchall():
            cursor.execute(f'select count(*) from "{table}" where "{column}"::text = %s', [str(of.id)])
            found[table] = cursor.fetchone()[0]
        cursor.execute("select kind, by, at, digest from ledger_entry where agency_id = %s", [of.id])
        found["told"] = Counter((kind, by, at, bytes(digest)) for kind, by, at, digest in cursor.fetchall())
        cursor.execute("select kind, length(token) from access_workertoken where agency_id = %s", [of.id])
        found["findable"] = Counter(cursor.fetchall())
        cursor.execute(
            "select distinct task_name from procrastinate_jobs where args->>'agency' = %s", [str(of.id)]
        )
        found["woken"] = {name for (name,) in cursor.fetchall()}
        return found


def test_a_town_holds_what_its_actions_would_have_made(place: Town) -> None:
    for kind in ("police", "advocates", "shelter", "hospital", "prosecutor", "probation", "court", "council"):
        made = getattr(place, kind)
        slow = agency(kind)
        for _name, of, role, _unit in CAST:
            if of == kind:
                worker(slow, role)
        theirs, ours = held(slow), held(made)
        assert ours.pop("agencies_unit", 0) == (2 if kind == "police" else 0)
        theirs.pop("agencies_unit", 0)
        assert ours == theirs
        assert ours["told"] and ours["findable"] and len(ours["woken"]) == 2
        skip = ("_state", "id", "ref", "name")
        assert {k: v for k, v in vars(made).items() if k not in skip} == {
            k: v for k, v in vars(slow).items() if k not in skip
        }


def test_everybody_in_a_town_has_their_agency_their_role_their_unit_and_their_name(place: Town) -> None:
    for name, of, role, unit in CAST:
        one = getattr(place, name)
        with as_agency(one.agency_id, at=AT, worker=one.id):
            row = type(one).objects.get(id=one.id)
            assert identity_of(row) == {"name": f"Robin {row.code}"}
        assert (row.agency_id, row.roles, row.is_active) == (
            getattr(place, of).id,
            [role] if role else [],
            True,
        )
        assert row.unit_id == (getattr(place, unit).id if unit else None)
        assert not row.has_usable_password()
