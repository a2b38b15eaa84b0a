"""Thirty-five field scenarios through the product's own watching: what was told in time, late, as silence, or not at all.

`python -m bench.field` prints the table; `--write` writes the report and its drawings beside the scenarios. `--only NN` follows
one of them step by step; `--export FOLDER` writes truth and reports as files for a vendor's own test.
"""

import argparse
import sys
from collections.abc import Sequence
from pathlib import Path

from bench.field_files import exported
from bench.field_judge import judge
from bench.field_report import clock, result, summary, table, write
from bench.field_story import Story, sent, stories
from bench.field_twin import differs
from bench.field_watch import SECOND, run

ROLLS = 100


def main(words: Sequence[str] | None = None) -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--rolls", type=int, default=ROLLS, help="how often chance is drawn anew")
    parser.add_argument("--write", action="store_true", help="write the report and its drawings")
    parser.add_argument("--only", type=int, help="follow this scenario alone")
    parser.add_argument(
        "--export", type=Path, help="write truth and reports as CSV and GeoJSON into this folder"
    )
    chosen = parser.parse_args(words)
    every = stories()
    if chosen.only is not None:
        return _followed(next(one for one in every if one.number == chosen.only))
    if chosen.export is not None:
        return exported(every, chosen.export)
    results = [result(one, chosen.rolls) for one in every]
    twin = differs(every)
    print("\n".join((*table(results), "", *summary(results), "", twin)))
    if chosen.write:
        write(results, twin)
    return 0


def _followed(story: Story) -> int:
    print(f"{story.number:02d} {story.title}\n{story.imitates}\n")
    reports = sent(story, 0)
    ran = run(story, reports)
    for one in ran.raised:
        told = one.told
        marks = [
            name
            for name, so in (
                ("taken back", told.taken_back),
                ("planned", one.quiet),
                ("too late", told.late_alone),
            )
            if so
        ]
        at = (one.at_ms - story.begins_ms) / SECOND
        print(f"{clock(at):>7}  {told.kind:12} {told.certainty:9} {told.metres:7.0f} m  {', '.join(marks)}")
    print(judge(story, reports, ran))
    return 0


if __name__ == "__main__":
    sys.exit(main())
