"""Hands what a watch saw in a judge's place on as a possible breach, with the fixes that show it. It confirms nothing."""

from datetime import datetime

from shelterbelt.watching.alarm_models import Alarm
from shelterbelt.watching.deciding import Told


def note_breach(alarm: Alarm, told: Told, *, at: datetime) -> None:
    """A possible breach, where what was told may be one."""
