"""What a device says about itself: a battery that runs down, a strap that opens, a place that cannot be, a clock gone wrong.

It judges no place. Each thing is told when it begins, and again only after it has ended.
"""

from dataclasses import dataclass

from shelterbelt.rules import late
from shelterbelt.rules.fixes import CLOCK, MARKS, TAMPERED, Fix, jumped
from shelterbelt.rules.late import Event, Kept, Turn

BATTERY_LOW, JUMPED = "battery_low", "jumped"
TOLD = {name: bit for name, bit in MARKS.items() if bit & (TAMPERED | CLOCK)}
KINDS = (BATTERY_LOW, JUMPED, *TOLD)


@dataclass(frozen=True, slots=True)
class Settings:
    """From when a battery is low and from when it is charged again, in hundredths; metres a second nobody travels at.

    `late_ms`: how late a fix may come, in milliseconds; `most`: how many are kept for that.
    """

    low: int
    charged: int
    fastest: float
    late_ms: int
    most: int


@dataclass(frozen=True, slots=True)
class State:
    """The last fix, whether the battery has been low since it was charged, and which marks stand."""

    last: Fix | None = None
    low: bool = False
    marks: int = 0


Watch = Kept[State, Fix]
BEGINNING: Watch = Kept(State())


def step(watch: Watch, fix: Fix, settings: Settings) -> Turn[State, Fix]:
    """This function will take one fix in, whenever it comes, and return the watch after it with what is told."""
    return late.take(
        watch,
        fix,
        lambda state, next_: judge(state, next_, settings),
        late_ms=settings.late_ms,
        most=settings.most,
    )


def judge(state: State, fix: Fix, settings: Settings) -> tuple[State, tuple[Event, ...]]:
    """This function will return the state after the next fix in order, and what began with it.

    A battery that is not told says nothing. A jump is told of the later of the two fixes, though either may be wrong.
    """
    told = [Event(fix.ms, name) for name, bit in TOLD.items() if fix.marks & bit & ~state.marks]
    if state.last is not None and jumped(state.last, fix, fastest=settings.fastest):
        told.append(Event(fix.ms, JUMPED))
    low = state.low
    if fix.battery >= 0:
        low = fix.battery <= settings.low or (state.low and fix.battery < settings.charged)
    if low and not state.low:
        told.append(Event(fix.ms, BATTERY_LOW))
    return State(fix, low, fix.marks), tuple(told)
