"""The report of the field scenarios: a table, what it comes to beside the baseline, what is missed and why, and drawings."""

from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from bench import field_away, field_draw
from bench.field_judge import ALERT, IN_TIME, NONE, PARTIAL, STILL, Judged, judge
from bench.field_story import FOLDER, PAIR, QUIET, Sent, Story, sent
from bench.field_watch import run

FRAME = Path(__file__).parent / "field_report.in.md"
QUEENSLAND = {ALERT: 51, PARTIAL: 23, NONE: 26}
HEAD = (
    "",
    "Scenario",
    "Watched",
    "True at",
    "In time until",
    "Told",
    "",
    "Could anybody know in time",
    "False",
    "Calls",
    "Right, of 100",
)
COUNTS = (
    "of 100 that had to be told",
    "here ({})",
    "where anybody could know",
    "pairs alone",
    "over all rolls",
    "Queensland (35)",
)
AWAY = (
    "Drawn as",
    "Hectares where the home could lie",
    "Places",
    "Share of it nearer to a middle than the home (5, mean, 95 of 100)",
    "Hectares left after a second drawing with another seed",
)


@dataclass(frozen=True, slots=True)
class Result:
    """One scenario: how the published roll went, and all others."""

    story: Story
    sent: tuple[Sent, ...]
    first: Judged
    every: tuple[Judged, ...]

    def share(self, says: Iterable[str]) -> float:
        """In how many of 100 rolls it came out as one of these."""
        wanted = set(says)
        return 100 * sum(one.says in wanted for one in self.every) / len(self.every)


def result(story: Story, rolls: int = 1) -> Result:
    """This function will run a scenario: roll 0 is the one that is published, the others show what chance does."""
    first = sent(story, 0)
    judged = [judge(story, first, run(story, first))]
    for roll in range(1, rolls):
        reports = sent(story, roll)
        judged.append(judge(story, reports, run(story, reports)))
    return Result(story, first, judged[0], tuple(judged))


def table(results: Sequence[Result]) -> Iterator[str]:
    """This function will return the table of all scenarios as lines of Markdown."""
    yield from _head(HEAD)
    for one in results:
        yield "| " + " | ".join(_cells(one)) + " |"


def _cells(one: Result) -> Iterator[str]:
    story, judged, must = one.story, one.first, one.story.must
    quiet = must.raises == QUIET
    yield f"{story.number:02d}"
    yield f"[{story.title}]({story.name}.yaml)"
    yield story.kind
    yield "never" if quiet else clock(must.came)
    yield "" if quiet else clock(must.by)
    yield f"{judged.told} {clock(judged.at)}" if judged.told else ""
    yield f"**{judged.class_}**" + (f" ({judged.says})" if judged.class_ == PARTIAL else "")
    yield "" if quiet else ("yes" if judged.possible else "**no**")
    yield str(len(judged.false)) if judged.false else ""
    yield str(judged.tellings)
    yield f"{one.share([IN_TIME, STILL]):.0f}"


def clock(seconds: float | None) -> str:
    return "" if seconds is None else f"{int(seconds) // 60}:{int(seconds) % 60:02d}"


def summary(results: Sequence[Result]) -> Iterator[str]:
    """This function will return the counts beside the baseline as lines of Markdown."""
    raising = [one for one in results if one.story.must.raises != QUIET]
    quiet = [one for one in results if one.story.must.raises == QUIET]
    could = [one for one in raising if one.first.possible]
    pairs = [one for one in raising if one.story.kind == PAIR]
    yield from _head(one.format(len(raising)) for one in COUNTS)
    for name in (ALERT, PARTIAL, NONE):
        rolls = [judged.class_ == name for one in raising for judged in one.every]
        shares = (
            *(_share(group, name) for group in (raising, could, pairs)),
            f"{100 * sum(rolls) / len(rolls):.0f}",
        )
        yield f"| {name} | " + " | ".join((*shares, str(QUEENSLAND[name]))) + " |"
    yield ""
    seen = sum(one.first.seen for one in raising if one.first.class_ == ALERT)
    yield f"{seen} of the alerts would have been in time without any word that two come nearer to each other."
    still = sum(one.first.class_ == STILL for one in quiet)
    yield ""
    yield f"{len(quiet)} must stay quiet; {still} did, {len(quiet) - still} raised a false alert."
    ended = Counter(one.story.title for one in results for judged in one.every if judged.ended)
    yield ""
    if ended:
        many = ", ".join(
            f"{title} in {100 * n / len(results[0].every):.0f} of 100 rolls" for title, n in ended.items()
        )
        yield f"An end was told while it went on: {many}."


def _share(group: Sequence[Result], name: str) -> str:
    many = sum(one.first.class_ == name for one in group)
    return f"{100 * many / len(group):.0f} ({many} of {len(group)})"


def write(results: Sequence[Result], twin: str) -> None:
    """This function will write report and drawings into the folder of the scenarios."""
    away = [*_head(AWAY)]
    for one in field_away.measured():
        near = ", ".join(f"{share:.2f}" for share in one.nearer)
        away.append(f"| {one.name} | {one.hectares:.1f} | {one.places} | {near} | {one.again:.1f} |")
    text = FRAME.read_text()
    parts = {
        "SUMMARY": summary(results),
        "TABLE": table(results),
        "AWAY": away,
        "TWIN": [twin],
        "NOTES": notes(results),
    }
    for name, lines in parts.items():
        text = text.replace(f"@{name}@", "\n".join(lines))
    (FOLDER / "report.md").write_text(text)
    (FOLDER / "report.svg").write_text(field_draw.times([(one.story, one.first) for one in results]))
    (FOLDER / "ways.svg").write_text(field_draw.ways([(one.story, one.sent) for one in results]))


def notes(results: Sequence[Result]) -> Iterator[str]:
    """This function will return a line for each scenario that was not told in time or not left quiet, with its reason."""
    for one in results:
        if one.first.class_ not in (ALERT, STILL):
            false = f" Here: {', '.join(one.first.false)}." if one.first.false else ""
            yield f"- **{one.story.number:02d} {one.story.title}**: {one.first.class_}. {one.story.must.why}{false}"


def _head(cells: Iterable[str]) -> Iterator[str]:
    """The head of a table."""
    names = list(cells)
    yield "| " + " | ".join(names) + " |"
    yield "|" + "---|" * len(names)
