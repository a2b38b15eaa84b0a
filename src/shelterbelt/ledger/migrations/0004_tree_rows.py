"""Row-level security of the tree, and the one change that a line of the ledger allows: taking out what it says of people.

Blanking a row deletes its salt with it; nothing else deletes one, and no row is changed in any other way.
"""

from django.db import migrations

from shelterbelt.store import rows

STREAMS = {"ledger_entry": "entries", "ledger_reading": "readings"}
FUNCTIONS = """
create function ledger_only_forgets() returns trigger language plpgsql as $$
begin
    if coalesce(current_setting('app.forgetting', true), '') <> 'yes' then
        raise exception 'this table is append-only';
    end if;
    return null;
end $$;

create function ledger_forgets_row() returns trigger language plpgsql as $$
declare
    taken_out text[] := array['about', 'by', 'digest', 'grant_id'];
    kept jsonb := to_jsonb(old) - taken_out;
begin
    if to_jsonb(new) - taken_out <> kept or kept ->> 'kind' = 'ledger.forgotten'
       or new.about <> '00000000-0000-0000-0000-000000000000' or new."by" is not null or new.digest <> ''
       or to_jsonb(new) ->> 'grant_id' is not null then
        raise exception 'a line of the ledger can be blanked and not changed';
    end if;
    delete from ledger_salt s using ledger_leaf l
     where l.stream = tg_argv[0] and l.row_id = old.id
       and s.agency_id = l.agency_id and s.number = l.number;
    return new;
end $$;

create function ledger_salt_goes_with_its_row() returns trigger language plpgsql as $$
begin
    if pg_trigger_depth() < 2 then
        raise exception 'a salt goes only with what it hides';
    end if;
    return null;
end $$;

create trigger ledger_salt_goes before delete on ledger_salt
    for each statement execute function ledger_salt_goes_with_its_row();
create trigger ledger_salt_stays before update or truncate on ledger_salt
    for each statement execute function refuse_change();
"""
GONE = """
drop trigger ledger_salt_goes on ledger_salt;
drop trigger ledger_salt_stays on ledger_salt;
drop function ledger_only_forgets, ledger_forgets_row, ledger_salt_goes_with_its_row;
"""
ROWS = """
drop trigger {0}_append_only on {0};
create trigger {0}_append_only before delete or truncate on {0}
    for each statement execute function refuse_change();
create trigger {0}_only_forgets before update on {0}
    for each statement execute function ledger_only_forgets();
create trigger {0}_forgets_row before update on {0}
    for each row execute function ledger_forgets_row('{1}');
"""
ROWS_BACK = """
drop trigger {0}_forgets_row on {0};
drop trigger {0}_only_forgets on {0};
drop trigger {0}_append_only on {0};
create trigger {0}_append_only before update or delete or truncate on {0}
    for each statement execute function refuse_change();
"""


class Migration(migrations.Migration):
    dependencies = [("ledger", "0003_tree")]
    operations = [
        *rows.own("ledger_leaf", "ledger_salt", "ledger_subtree", "ledger_checkpoint"),
        *rows.append_only("ledger_leaf", "ledger_subtree", "ledger_checkpoint"),
        migrations.RunSQL(FUNCTIONS, GONE),
        *(
            migrations.RunSQL(ROWS.format(table, stream), ROWS_BACK.format(table, stream))
            for table, stream in STREAMS.items()
        ),
    ]
