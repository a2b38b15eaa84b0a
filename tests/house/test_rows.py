"""Every table is closed to the application unless a policy opens it; the few that hold nothing personal are named here."""

from django.apps import apps
from django.db import connection

# Nothing in these says anything about a survivor, a party or a worker's name.
OPEN = {
    "agencies_agency": "names of agencies",
    "agencies_node": "addresses and public keys of nodes",
    "agencies_unit": "names of units",
    "referrals_service": "the public directory",
    "auth_group": "unused table of Django's",
    "auth_group_permissions": "unused table of Django's",
    "auth_permission": "names of tables",
    "django_content_type": "names of tables",
    "django_migrations": "names of migrations",
    "account_emailaddress": "unused: accounts have no e-mail address",
    "account_emailconfirmation": "unused: accounts have no e-mail address",
}


def closed() -> dict[str, tuple[bool, bool, int]]:
    """Each table: is row-level security on, is it forced, how many policies has it."""
    with connection.cursor() as cursor:
        cursor.execute(
            "select c.relname, c.relrowsecurity, c.relforcerowsecurity, "
            "(select count(*) from pg_policy p where p.polrelid = c.oid) "
            "from pg_class c join pg_namespace n on n.oid = c.relnamespace "
            "where c.relkind = 'r' and n.nspname = 'public'"
        )
        return {name: (on, forced, policies) for name, on, forced, policies in cursor.fetchall()}


def test_every_table_is_closed_or_named(node: None) -> None:
    for table, (on, forced, policies) in closed().items():
        if table in OPEN or table.startswith("procrastinate_"):
            continue
        assert on and forced, f"{table} has no forced row-level security"
        assert policies, f"{table} has no policy at all"


def test_without_an_asker_nothing_is_seen(place: object) -> None:
    for model in apps.get_models():
        table = model._meta.db_table
        if table in OPEN or table.startswith("procrastinate_"):
            continue
        assert not model._default_manager.exists(), f"{table} is seen by nobody in particular"


def test_the_application_owns_nothing(node: None) -> None:
    with connection.cursor() as cursor:
        cursor.execute(
            "select (select count(*) from pg_class where relowner = r.oid), rolsuper, rolbypassrls "
            "from pg_roles r where rolname = current_user"
        )
        assert cursor.fetchone() == (0, False, False)


def test_what_the_ledger_holds_cannot_be_changed(place: object) -> None:
    import pytest
    from django.db import DatabaseError, transaction

    for table in (
        "ledger_entry",
        "ledger_reading",
        "ledger_leaf",
        "ledger_salt",
        "ledger_subtree",
        "ledger_checkpoint",
    ):
        for statement in (
            f"delete from {table}",
            f"update {table} set agency_id = agency_id",
            f"truncate {table}",
        ):
            with pytest.raises(DatabaseError), transaction.atomic(), connection.cursor() as cursor:
                cursor.execute(statement)
