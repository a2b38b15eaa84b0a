"""`shelterbelt instruments`: list, show, check and add instruments and packs of words. It knows no case.

It needs no node and no database; what is added lies beside the nodes of this installation and is locked there.
"""

import argparse
import os
from collections.abc import Iterable, Iterator
from pathlib import Path
from textwrap import wrap

from shelterbelt.config import nodes
from shelterbelt.config.processes import Fault as Told
from shelterbelt.library import packs, shelf
from shelterbelt.library.assessments import Assessment, Item, assessment, checked, names
from shelterbelt.library.faults import faults_of
from shelterbelt.library.files import LibraryError
from shelterbelt.library.lines import Fault, lined
from shelterbelt.library.stories import story_faults
from shelterbelt.rules.answered import answered
from shelterbelt.rules.sheets import Band, Danger, Missing, Norm, Question, Rate, Trigger

WIDE = 100
TAGS = {
    "F": "found in a public source",
    "F*": "found in a secondary or partial source",
    "M": "UNCHECKED, from general knowledge",
    "D": "computed here from found values",
    "P": "ASSUMED here",
}
GAPS = {
    Missing.BOUNDS: "A missing answer counts least; whatever is still possible is shown beside the result.",
    Missing.NOT_YES: "A missing answer counts as not yes; whatever is still possible is shown beside the result.",
    Missing.PRORATE: "Missing answers are prorated by arithmetic, at most {0} of them; then there is no score.",
}


def list_command(chosen: argparse.Namespace) -> int:
    """Every instrument that this installation has, one a line."""
    _here()
    for name in shelf.names_of("instruments"):
        screen = shelf.instrument(*name.split("/"))
        _row(screen.id, screen.version, "detection", "own", screen.title)
    for id, version in names():
        found = _called(id, version)
        spoken = packs.languages(found)
        words = f"pack: {' '.join(spoken)}" if spoken else "own" + (", added" if found.added else "")
        _row(id, version, "detection" if found.detects else "danger", words, found.title)
    return 0


def show_command(chosen: argparse.Namespace) -> int:
    """One instrument: its questions, rule, bands, norms, accuracy, limits, licence, and whose words they are."""
    _here()
    versions = [version for id, version in names() if id == chosen.id]
    if not versions:
        raise Told(f"There is no instrument {chosen.id!r}. `shelterbelt instruments list` shows them.")
    found = _called(chosen.id, chosen.of_version or max(versions, key=int))
    print("\n".join(_shown(packs.in_words(found, chosen.language))))
    return 0


def check_command(chosen: argparse.Namespace) -> int:
    """Say what is wrong with a file, line by line; the exit code is 1 when anything is."""
    _here()
    place: Path = chosen.file
    data = place.read_bytes()
    kind = packs.kind_of(data)
    stories = _beside(place)
    wrong = [(place, fault) for fault in _faults(kind, place, data)]
    if kind == "assessment" and not wrong and stories is not None:
        wrong = [(stories, fault) for fault in story_faults(_read(place), stories.read_bytes())]
    for where, fault in wrong:
        print(f"{where}:{fault.line}: {fault.says}")
    if wrong:
        print(f"{len(wrong)} {'fault' if len(wrong) == 1 else 'faults'}.")
        return 1
    print(f"{place}: nothing is wrong.")
    if kind == "assessment":
        print("\n".join(_summary(_read(place), stories)))
    return 0


def add_command(chosen: argparse.Namespace) -> int:
    """Add an instrument or a pack to this installation and lock it."""
    _here()
    place: Path = chosen.file
    stories = _beside(place)
    if not nodes.home().exists():
        nodes.make_home(nodes.home())
    try:
        path = packs.add(place.read_bytes(), stories.read_bytes() if stories else None)
    except LibraryError as fault:
        raise Told(f"{place}: {fault}. `shelterbelt instruments check` shows every fault.") from fault
    print(f"Added and locked as {path}. Copy the folder {nodes.home() / 'instruments'} with your backups.")
    return 0


def _here() -> None:
    os.environ["SHELTERBELT_HOME"] = str(nodes.home())


def _row(id: str, version: str, kind: str, words: str, title: str) -> None:
    print(f"{id:22} {version:>3}  {kind:9}  {words:12}  {title}")


def _called(id: str, version: str) -> Assessment:
    try:
        return assessment(id, version)
    except LibraryError as fault:
        raise Told(f"{fault}.") from fault


def _read(place: Path) -> Assessment:
    data = place.read_bytes()
    about = lined(data).data
    return checked(data, str(place), about["id"], about["version"])


def _beside(place: Path) -> Path | None:
    stories = place.with_name(f"{place.stem}.examples.yaml")
    return stories if stories.is_file() and not place.stem.endswith(".examples") else None


def _faults(kind: str, place: Path, data: bytes) -> tuple[Fault, ...]:
    if kind == "pack":
        return packs.pack_faults(data)
    if kind == "assessment_examples":
        return story_faults(_about(place, data), data)
    return faults_of(data)


def _about(place: Path, data: bytes) -> Assessment:
    """The instrument that a file of stories is about: the one beside it, or the one in the library."""
    beside = place.with_name(place.name.replace(".examples", ""))
    if beside != place and beside.is_file() and not faults_of(beside.read_bytes()):
        return _read(beside)
    about = lined(data).data
    return _called(str(about.get("instrument")), str(about.get("version")))


def _summary(found: Assessment, stories: Path | None) -> Iterator[str]:
    sheet = found.sheet
    yield f"  {found.id}, version {found.version}: {len(sheet.questions)} questions, {len(sheet.triggers)} triggers."
    if found.detects:
        yield "  It is a detection: it can open work and sets no level."
    elif sheet.arithmetic:
        none = answered(sheet, {})
        least, most = (sum(points(one.id) for one in sheet.questions) for points in (none.least, none.most))
        yield f"  Scores from {least:g} to {most:g}."
    yield from _text(*_bands(found))
    told = "its stories give their results." if stories else "it has no stories beside it; write some."
    yield f"  {told[0].upper()}{told[1:]}"


def _shown(found: Assessment) -> Iterator[str]:
    kind = "detection: opens work, sets no level" if found.detects else "danger"
    yield f"{found.title}  ({found.id}, version {found.version}; {kind})"
    yield from _text(found.purpose, found.unit)
    yield from _part("Who may use it", ", ".join(sorted(found.administered_by)), found.training_note)
    yield from _part("Before a court", found.court.replace("_", " "), found.court_note)
    yield from _part("Words", *_words(found))
    yield from _part("Licence", found.licence, found.trademark_note)
    yield "Questions"
    asked = {question.id: question for question in found.sheet.questions}
    for item in found.items:
        yield from _question(item, asked[item.id])
    yield from _part(
        "Missing answers", GAPS[found.sheet.missing].format(found.sheet.most_missing), found.missing_note
    )
    yield from _list("Triggers", (line for one in found.sheet.triggers for line in _trigger(found, one)))
    yield from _list("Bands", _bands(found))
    if isinstance(found.instrument, Danger):
        for norm in found.instrument.norms:
            yield from _list(f"Norm {norm.id}", _norm(found, norm))
    yield from _list(
        "Drift", (f"{one.sample}, {one.period}: {one.says} [{TAGS[one.tag]}]" for one in found.drift)
    )
    yield from _list("Accuracy", (*_accuracy(found), found.accuracy_note))
    yield from _list("Limits", found.limits)
    yield from _list("Careful", found.careful)
    yield from _list("Where it comes from", (f"{part}: {TAGS[tag]}" for part, tag in found.tags.items()))
    yield from _list("Sources", (f"{key}: {text}" for key, text in found.sources.items()))


def _words(found: Assessment) -> tuple[str, ...]:
    if found.wording is not None:
        whose = "the official ones, from a pack" if found.wording.official else "from a pack"
        return f"{whose} ({found.wording.language}). {found.wording.statement}", found.wording.digest
    return ("our own, not the official ones.", found.official_wording)


def _question(item: Item, question: Question) -> Iterator[str]:
    points = ", ".join(
        f"{item.answers[one.code]} {one.points:g}" if question.scored else item.answers[one.code]
        for one in question.options
    )
    yield from _text(f"{item.number}. {item.text} ({item.time_frame.replace('_', ' ')}; {points})")


def _trigger(found: Assessment, trigger: Trigger) -> Iterator[str]:
    words = found.triggers[trigger.id]
    count = f"{trigger.points:g} points" if trigger.points is not None else f"{trigger.at_least} yes"
    does = "; ".join(found.work[code] for code in trigger.does)
    band = f"; at least the band {trigger.band}" if trigger.band else ""
    yield f"{words.label}: {count} of {', '.join(trigger.of)}{band}. {words.says} {does}".rstrip()


def _bands(found: Assessment) -> Iterator[str]:
    for band in found.sheet.bands:
        words = found.bands[band.id]
        span = f"{band.lo:g} to {band.hi:g}: " if found.sheet.arithmetic else ""
        yield f"{span}{words.label}; {_level(band)}{f' [{TAGS[words.tag]}]' if words.tag else ''}. {words.says}"


def _level(band: Band) -> str:
    return f"proposes the level {band.level.word}" if band.level is not None else "proposes no level"


def _norm(found: Assessment, norm: Norm) -> Iterator[str]:
    yield f"{found.sources[norm.source]} [{TAGS[norm.tag]}]"
    yield f"{norm.sample}{f', n = {norm.n}' if norm.n else ''}; {norm.period}; {norm.outcome}; {norm.follow_up}"
    yield f"of all: {_rate(norm.base) if norm.base else 'not published'}"
    yield from (f"score {one.id}: {_rate(norm.rates[one.id])}" for one in norm.bins)
    if note := found.norm_notes[norm.id]:
        yield note


def _rate(rate: Rate) -> str:
    span = rate.interval
    return f"{rate.rate:g} ({f'{span[0]:g} to {span[1]:g}' if span else 'no interval published'})"


def _accuracy(found: Assessment) -> Iterator[str]:
    for one in found.accuracy:
        value = "" if one.value is None else f" {one.value:g}"
        for span in (one.interval, one.range):
            value += "" if span is None else f" ({span[0]:g} to {span[1]:g})"
        about = (one.sample, one.outcome, one.follow_up, one.says)
        yield f"{one.measure}{value}: {'; '.join(text.rstrip('.') for text in about if text)} [{TAGS[one.tag]}]"


def _list(title: str, lines: Iterable[str]) -> Iterator[str]:
    found = [line for line in lines if line]
    if found:
        yield from _part(title, *found)


def _part(title: str, *lines: str) -> Iterator[str]:
    yield title
    yield from _text(*lines)


def _text(*lines: str) -> Iterator[str]:
    for line in lines:
        yield from wrap(line, WIDE, initial_indent="  ", subsequent_indent="    ")
