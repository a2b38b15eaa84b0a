"""Says that a process of this node runs, and reads since when another one does. A pause that was too long is our own outage."""

from datetime import datetime, timedelta

from django.db import connection

from shelterbelt.library.watching import watching
from shelterbelt.watching.alarm_models import Beat

RECEIVER, WATCHER = "receive", "watch"
# In one statement: the row of another moment must not be written over with an older one.
BEAT = (
    "insert into watching_beat as b (name, at, since_at) values (%(name)s, %(at)s, %(at)s)"
    " on conflict (name) do update set at = greatest(b.at, excluded.at), since_at = case"
    " when excluded.at - b.at > make_interval(secs => %(gap)s) then excluded.at else b.since_at end"
)


def beat(name: str, *, at: datetime) -> None:
    """This process runs now. The caller's transaction is in some agency's name."""
    with connection.cursor() as cursor:
        cursor.execute(BEAT, {"name": name, "at": at, "gap": gap().total_seconds()})


def last_beat(name: str) -> Beat | None:
    """When a process last said that it runs; none where there never was one."""
    return Beat.objects.filter(name=name).first()


def gap() -> timedelta:
    """From how long a pause on something was away."""
    return timedelta(milliseconds=watching().silence.outage_ms)
