"""The codes of a forecast in words: what may come, how far, what lifts it, what changed. Never a percentage."""

from collections.abc import Iterable, Iterator
from functools import lru_cache

from django.utils.translation import gettext as _

from shelterbelt.assessments.forms import told as told_tag
from shelterbelt.assessments.queries import numbers
from shelterbelt.library import shelf
from shelterbelt.rules.draws import draws
from shelterbelt.rules.hazard import Forecast, Process, changed
from shelterbelt.rules.kernels import Parameters
from shelterbelt.rules.reasons import Reason

SEED, DRAWN = 20260101, 100


@lru_cache(maxsize=4)
def _drawn(digest: str) -> tuple[Parameters, ...]:
    return draws(numbers().parameters, SEED, DRAWN)


def drawn(parameters: Parameters) -> tuple[Parameters, ...]:
    """The drawn parameters of one published version, always the same."""
    return _drawn(parameters.digest)


def changes(
    before: Forecast, now: Forecast, *, only: float | None = None, ahead: frozenset[str] = frozenset()
) -> Iterator[str]:
    """What differs since somebody last looked, in words; `only` one horizon, `ahead`: what is but planned."""
    for reason in changed(before, now):
        said = _change(reason, only, ahead)
        if said:
            yield said


def _change(reason: Reason, only: float | None, ahead: frozenset[str]) -> str:
    kind = reason.code.removeprefix("forecast.")
    if kind in ("rose", "fell"):
        process, hours, was, band = reason.about.split(":")
        if only is not None and float(hours) != only:
            return ""
        said = _("%(process)s, %(when)s: now “%(now)s”, before “%(was)s”")
        words = {"process": process_word(Process(process)), "when": span(float(hours))}
        return said % {**words, "now": band_word(band), "was": band_word(was)}
    if kind == "proposes":
        if not reason.about:
            return _(
                "It no longer proposes a level. What it raised stays until people look at all of it anew."
            )
        level = _(shelf.label_of("levels", reason.about)).lower()
        return _("It proposes at least the level %(level)s") % {"level": level}
    if kind == "parameters":
        return _("It is worked out with newer numbers")
    sayings = {
        "new_driver": _("New: %(what)s"),
        "no_more_driver": _("No longer lifting it: %(what)s"),
        "new_holding": _("Now the strongest thing that protects: %(what)s"),
        "no_more_holding": _("No longer the strongest thing that protects: %(what)s"),
    }
    return sayings[kind] % {"what": named(reason.about, ahead)}


def names(codes: Iterable[str], ahead: frozenset[str] = frozenset()) -> list[str]:
    """Codes in words, each once, in their order."""
    return list(dict.fromkeys(named(code, ahead) for code in codes))


def named(code: str, ahead: frozenset[str]) -> str:
    """A code in words; of what only lies ahead nobody is to think that it has happened."""
    return f"{label(code)} ({_('planned')})" if code in ahead else label(code)


def label(code: str) -> str:
    """What a code of the forecast is called; one that the file no longer knows by itself."""
    word = numbers().words.get(code)
    return _(word.label) if word else code.partition(".")[2].replace("_", " ").capitalize()


def process_word(process: Process) -> str:
    """What a process is called."""
    return label(f"baseline.{process.value}")


def band_word(band: str) -> str:
    """What a band is called."""
    return label(f"band.{band}")


def sure(tag: str) -> str:
    """Where a number comes from, in words: of a mixed one each part."""
    return " · ".join(told_tag(part) for part in tag.split("/") if part)


def span(hours: float) -> str:
    """A horizon in words."""
    if hours <= 72:
        return _("next %(n)d hours") % {"n": hours}
    return _("next %(n)d days") % {"n": hours / 24}
