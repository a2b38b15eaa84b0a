"""Row-level security of orders: each agency its own; an agreement opens the sheet of enforcement to a system agency.

Who is party to an order and walled from somebody hides it from them, whatever else opens it. Drafts of places and what was told
of an end stay with their holder.
"""

from django.db import migrations

from shelterbelt.store import rows

SHEET = (
    "orders_orderperson", "orders_ordertoken", "orders_orderhappening", "orders_orderplace", "orders_orderterm",
    "orders_hearing", "orders_surrender",
)  # fmt: skip


def agreed(table: str) -> migrations.RunSQL:
    """What the holder opened to the agency that asks, for as long as that lasts."""
    return rows.policy(
        table,
        "agreed",
        f"exists (select 1 from orders_ordersagreement o where o.reader_id = {rows.AGENCY} "
        f"and o.agency_id = {table}.agency_id and o.from_at <= {rows.AT} and {rows.AT} < o.until_at "
        "and o.ended_at is null)",
        command="select",
    )


class Migration(migrations.Migration):
    dependencies = [("cases", "0003_bars"), ("orders", "0001_orders")]
    operations = [
        *rows.own("orders_order", *SHEET, "orders_reminder", "orders_homeseed", "orders_ordersagreement"),
        rows.policy("orders_ordersagreement", "reader", f"reader_id = {rows.AGENCY}", command="select"),
        agreed("orders_order"),
        *(agreed(table) for table in SHEET),
        rows.barred("orders_order", "id", "case_id", "respondent_id", "petitioner_id"),
        rows.barred("orders_homeseed", "person_id", "case_id"),
        *(rows.seen_with(table, "orders_order", "order_id") for table in (*SHEET, "orders_reminder")),
    ]
