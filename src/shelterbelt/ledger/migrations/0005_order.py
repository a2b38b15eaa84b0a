"""Rows are numbered by functions of ours, so that a database that was put back on another server counts on."""

from django.db import migrations

from shelterbelt.ledger.order import BACK, ONCE


class Migration(migrations.Migration):
    dependencies = [("ledger", "0004_tree_rows")]
    operations = [migrations.RunSQL(ONCE, BACK)]
