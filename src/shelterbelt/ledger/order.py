"""The order of the ledger's rows: PostgreSQL's transaction numbers, counted on where a database was put back or moved.

Another server counts its transactions from its own beginning. Without this, rows written there would come before the
old ones: never in the tree, and followed by nobody. Refuses to let a number come twice or go back.
"""

import psycopg

FUNCTIONS = """
create or replace function ledger_xid() returns xid8 language sql volatile as
$$ select (pg_current_xact_id()::text::numeric + {past})::text::xid8 $$;
create or replace function ledger_settled() returns xid8 language sql stable as
$$ select (pg_snapshot_xmin(pg_current_snapshot())::text::numeric + {past})::text::xid8 $$;
"""
# A backup from before these functions is counted on first and migrated then: the migration leaves them as they are.
ONCE = (
    "do $once$ begin if to_regproc('ledger_xid') is null then "
    + FUNCTIONS.format(past=0).replace("$$", "$body$")
    + " end if; end $once$;"
)
BACK = "drop function ledger_xid(); drop function ledger_settled();"
LAST = """
select coalesce(max(xid::text::numeric), 0)::bigint
  from (select xid from ledger_entry union all select xid from ledger_reading) as every
"""


def count_on(reader: psycopg.Connection, owner: psycopg.Connection) -> int:
    """From here on every row comes after those that are there; the last number before. `reader` sees every row."""
    with reader.transaction():
        reader.execute("set local row_security = off")  # rather an error than rows that are not seen
        found = reader.execute(LAST).fetchone()
    past = int(found[0]) if found else 0
    owner.execute(FUNCTIONS.format(past=past))
    return past
