"""`shelterbelt score`: a row of answers in, what the instrument says of it out. A detection never says a level."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from shelterbelt.engines.lines import Row, Wrong, only, short
from shelterbelt.engines.scoring import (
    COULD_BE_POSITIVE,
    NO_ANSWERS,
    POSITIVE,
    RAISED,
    Scores,
    score_many,
)
from shelterbelt.engines.tables import Instrument, Table
from shelterbelt.rules.sheets import UNANSWERED, Danger, Detection, Norm, Question


@dataclass(frozen=True, slots=True)
class Given:
    """One row of answers: the place of the option by question, -1 for missing, and the band that a person named."""

    places: tuple[int, ...]
    judged: int


class Answers:
    """One instrument, as it reads rows and answers them. `digest` is that of its file.

    `unsure`: which of its parts are no plain findings, by letter; it stands in every answer.
    """

    def __init__(
        self,
        instrument: Instrument,
        digest: str,
        *,
        unsure: Mapping[str, Sequence[str]] | None = None,
        threads: int = 1,
    ) -> None:
        sheet = instrument.sheet
        self.instrument, self.threads = instrument, threads
        self.table = Table.of(instrument)
        self.stamp: Row = {"instrument": sheet.id, "version": sheet.version, "digest": digest}
        if unsure:
            self.stamp["unsure"] = unsure
        self.place = {question.id: n for n, question in enumerate(sheet.questions)}
        self.options = [{option.code: n for n, option in enumerate(q.options)} for q in sheet.questions]
        pairs = ((question.id, other) for question in sheet.questions for other in question.excludes)
        self.pairs = tuple(dict.fromkeys((min(pair), max(pair)) for pair in pairs))
        self.bands = {band.id: n for n, band in enumerate(sheet.bands)}

    def read(self, row: Row) -> Given:
        """This function will return what a row says. Raises Wrong for what the instrument has not."""
        only(row, "case", "answers", "judged")
        answers = row.get("answers")
        if not isinstance(answers, dict):
            raise Wrong("answers must be an object")
        places = [-1] * len(self.options)
        for id, code in answers.items():
            self._answer(id, code, places)
        return Given(tuple(places), self._judged(row))

    def _answer(self, id: str, code: Any, places: list[int]) -> None:
        if id not in self.place:
            raise Wrong(f"not a question of {self.stamp['instrument']}: {short(id)}")
        place = self.place[id]
        if not isinstance(code, str) or (code not in UNANSWERED and code not in self.options[place]):
            raise Wrong(f"not an answer to {id}")
        places[place] = self.options[place].get(code, -1)

    def _judged(self, row: Row) -> int:
        if "judged" not in row:
            return -1
        if isinstance(self.instrument, Detection):
            raise Wrong("a detection takes no judgement: it has no bands")
        if not isinstance(row["judged"], str) or row["judged"] not in self.bands:
            raise Wrong("judged names no band of the instrument")
        return self.bands[row["judged"]]

    def work(self, rows: Sequence[Given]) -> Iterator[Row]:
        """This function will yield what the instrument says of each row."""
        answers = np.array([row.places for row in rows], np.int8).reshape(-1, len(self.options))
        judged = np.array([row.judged for row in rows], np.int8).reshape(-1, 1)
        found = score_many(self.table, answers, judged=judged, threads=self.threads)
        for i, row in enumerate(rows):
            said = self._danger(found, i) if isinstance(self.instrument, Danger) else _detection(found, i)
            yield self.stamp | said | self._common(found, i, row.places)

    def _common(self, found: Scores, i: int, places: Sequence[int]) -> Row:
        sheet = self.instrument.sheet
        told, possible, does, could_do = found.bits[:, 0, i].tolist()
        triggers = [trigger.id for trigger in sheet.triggers]
        return {
            "triggers": _named(told, triggers),
            "possible_triggers": _named(possible, triggers),
            "does": _named(does, self.table.work[0]),
            "possible_does": _named(could_do, self.table.work[0]),
            "unanswered": [q.id for q, place in zip(sheet.questions, places, strict=True) if place < 0],
            "no_answers": bool(found.flags[0, i] & NO_ANSWERS),
            "contradictions": self._contradictions(places),
        }

    def _contradictions(self, places: Sequence[int]) -> list[list[str]]:
        questions = zip(self.instrument.sheet.questions, places, strict=True)
        yes = (
            {question.id for question, place in questions if _is_yes(question, place)}
            if self.pairs
            else set()
        )
        return [list(pair) for pair in self.pairs if yes.issuperset(pair)]

    def _danger(self, found: Scores, i: int) -> Row:
        sheet = self.instrument.sheet
        sums = [None if np.isnan(value) else value for value in found.sums[:, 0, i].tolist()]
        places = found.bands[:, 0, i].tolist()
        bands = [None if place < 0 else sheet.bands[place].id for place in places]
        level = sheet.bands[places[0]].level if places[0] >= 0 else None
        return {
            **dict(zip(("score", "lowest", "highest"), sums, strict=True)),
            **dict(zip(("band", "lowest_band", "highest_band"), bands, strict=True)),
            "level": None if level is None else level.word,
            "raised_to": bands[0] if found.flags[0, i] & RAISED else None,
            "norms": {norm.id: _bins(norm, sums) for norm in self.norms},
        }

    @property
    def norms(self) -> tuple[Norm, ...]:
        """This property will return the norms of the instrument; a detection has none."""
        return self.instrument.norms if isinstance(self.instrument, Danger) else ()


def _detection(found: Scores, i: int) -> Row:
    flags = int(found.flags[0, i])
    return {"positive": bool(flags & POSITIVE), "could_be_positive": bool(flags & COULD_BE_POSITIVE)}


def _is_yes(question: Question, place: int) -> bool:
    return place >= 0 and question.options[place].yes


def _named(mask: int, names: Sequence[str]) -> list[str]:
    return [name for place, name in enumerate(names) if mask >> place & 1]


def _bins(norm: Norm, sums: Sequence[float | None]) -> Mapping[str, str | None]:
    names = ("bin", "lowest_bin", "highest_bin")
    return {
        name: None if value is None else norm.bin_of(value) for name, value in zip(names, sums, strict=True)
    }
