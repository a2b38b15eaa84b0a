"""Orders whose things happen at hours counted from one noon, for the tests of how they stand."""

from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

from shelterbelt.rules.order_times import FURTHER_ORDER, Lasts
from shelterbelt.rules.orders import Happened, OrderFacts, Standing

DENVER = ZoneInfo("America/Denver")
NOON = datetime(2026, 3, 4, 12, tzinfo=DENVER)
HOUR, DAY = timedelta(hours=1), timedelta(days=1)
FURTHER = Lasts(FURTHER_ORDER)


def hour(number: float) -> datetime:
    return NOON.astimezone(UTC) + number * HOUR


def been(kind: str, number: float, recorded: float | None = None, on: date | None = None) -> Happened:
    return Happened(kind, hour(number), hour(number if recorded is None else recorded), on)


def order(
    *happened: Happened,
    effective: str = "on_issue",
    lasts: Lasts = FURTHER,
    replaced: float | None = None,
    by: str = "",
) -> OrderFacts:
    replaced_at = None if replaced is None else hour(replaced)
    return OrderFacts("final", lasts, "America/Denver", effective, happened, replaced_at, by)


def codes(standing: Standing) -> set[str]:
    return {reason.code for reason in standing.because}


ISSUED, SERVED, TRIED = been("issued", 0), been("served", 10), been("service_tried", 5)
