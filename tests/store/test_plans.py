"""A request that is taken back leaves the plans of its connection as they were."""

from types import SimpleNamespace

from django.db import connection, transaction

from shelterbelt.store.plans import Plans, keep_plans


def planned() -> int:
    with connection.cursor() as cursor:
        cursor.execute("select count(*) from pg_prepared_statements where statement like '%%planned once%%'")
        return int(cursor.fetchone()[0])


def test_a_rollback_forgets_no_plan(database: str) -> None:
    connection.close()
    connection.ensure_connection()
    keep_plans(connection)
    for _ in range(5):
        with connection.cursor() as cursor:
            cursor.execute("select %s::int /* planned once */", [1])
    assert planned() == 1
    with transaction.atomic():
        with connection.cursor() as cursor:
            cursor.execute("select 1")
        transaction.set_rollback(True)
    assert planned() == 1


def test_a_table_that_is_gone_still_ends_every_plan() -> None:
    plans = Plans()
    plans._names[(b"select 1", ())] = b"one"
    told = SimpleNamespace(status=1, command_status=b"DROP TABLE")
    assert plans._should_discard(0, [told]) and not plans._names  # type: ignore[arg-type,list-item]
