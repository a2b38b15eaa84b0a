"""What somebody tells of an order, before it is written down: the paper, whom it names, one term. Refuses what is none."""

from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from datetime import datetime, time
from typing import Any

from shelterbelt.rules.order_terms import Span, Term, Window
from shelterbelt.rules.order_times import Lasts
from shelterbelt.rules.orders import ON_ISSUE

YES, NO, UNKNOWN = "yes", "no", "unknown"


@dataclass(frozen=True, slots=True)
class Named:
    """Somebody as the paper names them. `looks`: what the paper says of how they look."""

    name: str
    other_names: tuple[str, ...] = ()
    born_on: str = ""
    phones: tuple[str, ...] = ()
    looks: str = ""

    def content(self) -> dict[str, Any]:
        """As it is sealed, and as `people` records it."""
        return {name: list(v) if isinstance(v, tuple) else v for name, v in asdict(self).items() if v}


@dataclass(frozen=True, slots=True)
class Paper:
    """An order as its paper has it. `issued_in`: the place that issued it, where that is elsewhere."""

    kind: str
    lasts: Lasts
    zone: str
    effective: str = ON_ISSUE
    counts_from: str = ""
    court_calendar: str = ""
    court: str = ""
    ori: str = ""
    docket: str = ""
    judge: str = ""
    words: str = ""
    issued_in: str = ""
    plates: tuple[str, ...] = ()
    brady: str = UNKNOWN

    def content(self) -> dict[str, Any]:
        """What of it is sealed."""
        words = {name: getattr(self, name) for name in WORDS if getattr(self, name)}
        return words | {"plates": list(self.plates), "brady": self.brady}


WORDS = ("court", "ori", "docket", "judge", "words", "issued_in")


@dataclass(frozen=True, slots=True)
class TermTold:
    """One term as the paper has it. `places`: ids of the order's places. Hours are by the clock of the order's zone."""

    code: str
    kind: str
    words: str = ""
    metres: float = 0.0
    places: tuple[str, ...] = ()
    windows: tuple[Window, ...] = ()
    exceptions: tuple[Window | Span, ...] = ()
    from_at: datetime | None = None
    until_at: datetime | None = None

    def term(self) -> Term:
        """As the rules read it."""
        return Term(
            self.code,
            self.kind,
            self.metres,
            self.places,
            self.windows,
            self.exceptions,
            self.from_at,
            self.until_at,
        )

    def content(self) -> dict[str, Any]:
        """What of it is sealed."""
        return {
            "words": self.words,
            "metres": self.metres,
            "places": list(self.places),
            "windows": [hours(one) for one in self.windows],
            "exceptions": [hours(one) for one in self.exceptions],
        }


def hours(one: Window | Span) -> dict[str, Any]:
    """Hours as JSON carries them."""
    if isinstance(one, Span):
        return {"from_at": one.from_at.isoformat(), "until_at": one.until_at.isoformat()}
    return {
        "days": sorted(one.weekdays),
        "from": one.from_clock.isoformat("minutes"),
        "until": one.until_clock.isoformat("minutes") if one.until_clock else "",
        "zone": one.zone,
    }


def hours_of(told: Mapping[str, Any]) -> Window | Span:
    """Hours as the rules read them."""
    if "from_at" in told:
        return Span(datetime.fromisoformat(told["from_at"]), datetime.fromisoformat(told["until_at"]))
    until = time.fromisoformat(told["until"]) if told["until"] else None
    return Window(frozenset(told["days"]), time.fromisoformat(told["from"]), until, told["zone"])


def windows_of(told: Sequence[Mapping[str, Any]]) -> tuple[Window, ...]:
    """Hours of a week, without occasions."""
    return tuple(one for one in map(hours_of, told) if isinstance(one, Window))
