"""Finding a held button is one step; who is due is found by an index whatever a plan knows of the values asked for."""

from django.db import migrations, models

# What `hold` and `set_asker` of store/asker.py do, around the question: with the rights of whoever calls it.
HELD = """
create function alerts_button_held(held bytea, at timestamptz)
returns setof alerts_button language plpgsql as $$
declare found_one alerts_button;
begin
    perform set_config('app.held', encode(held, 'hex'), true);
    select * into found_one from alerts_button b where b.digest = held and b.until_at > alerts_button_held.at;
    if found_one.id is null then return; end if;
    perform set_config('app.agency', '', true), set_config('app.worker', '', true),
        set_config('app.at', alerts_button_held.at::text, true), set_config('app.signing_in', '', true),
        set_config('app.survivor', found_one.person_id::text, true);
    return next found_one;
end $$;
"""


class Migration(migrations.Migration):
    dependencies = [("alerts", "0005_unreadable")]

    operations = [
        migrations.RemoveIndex(model_name="call", name="call_due"),
        migrations.AddIndex(
            model_name="call",
            index=models.Index(
                condition=models.Q(("next_at__isnull", False)), fields=["agency", "next_at"], name="call_due"
            ),
        ),
        migrations.RunSQL(HELD, "drop function alerts_button_held(bytea, timestamptz);"),
    ]
