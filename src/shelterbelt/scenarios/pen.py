"""Writes one course down, event by event; nothing after its end."""

from dataclasses import dataclass, field
from datetime import datetime, timedelta
from random import Random

from shelterbelt.scenarios import events as e
from shelterbelt.scenarios.places import Worker


@dataclass
class Pen:
    """Writes a course down. `end` is the instant after which nothing may happen."""

    rng: Random
    staff: dict[str, tuple[Worker, ...]]
    end: datetime
    written: list[e.Event] = field(default_factory=list)

    def worker(self, role: str, agency: str) -> str:
        return self.rng.choice([w.code for w in self.staff[role] if w.agency == agency])

    def add(self, event: e.Event) -> bool:
        if event.at < self.end:
            self.written.append(event)
        return event.at < self.end

    def after(self, at: datetime, low: float, high: float) -> datetime:
        """An instant between `low` and `high` hours later, on a whole minute."""
        return at + timedelta(minutes=int(self.rng.uniform(low, high) * 60))
