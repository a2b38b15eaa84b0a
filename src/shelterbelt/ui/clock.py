"""The one place that reads the clock. Doors stamp what comes in; everything else takes `at`."""

from datetime import UTC, datetime


def now() -> datetime:
    """The present instant, aware, in UTC."""
    return datetime.now(UTC)  # noqa: TID251
