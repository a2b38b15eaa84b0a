"""Instruments as SQL: every answer an instrument gives, as expressions over the columns of its questions."""

from typing import Any

from shelterbelt.engines.tables import HUNDREDTHS
from shelterbelt.rules.sheets import Missing, Question, Sheet, Trigger


class Expressions:
    """One instrument as expressions over the columns of its answers. Points are hundredths."""

    def __init__(self, sheet: Sheet, columns: list[str], s: int, work: tuple[str, ...]) -> None:
        self.sheet, self.work, self.s = sheet, work, s
        self.column = {q.id: c for q, c in zip(sheet.questions, columns, strict=True)}
        self.question = {q.id: q for q in sheet.questions}
        self.partners: dict[str, set[str]] = {q.id: set(q.excludes) for q in sheet.questions}
        for question in sheet.questions:
            for other in question.excludes:
                self.partners[other].add(question.id)

    def first(self) -> list[str]:
        """Sums and counts."""
        s, sheet = self.s, self.sheet
        scored = [q for q in sheet.questions if q.scored]
        gone = [f"({self.column[q.id]} = -1)::int" for q in scored]
        found = [
            f"{_sum(self.points(q, q.least, low=True) for q in sheet.questions)} as low{s}",
            f"{_sum(self.points(q, q.most) for q in sheet.questions)} as high{s}",
            f"{_sum(gone)} as gaps{s}",
            f"{_and(f'{c} = -1' for c in self.column.values())} as none{s}",
        ]
        if sheet.missing is not Missing.BOUNDS:
            found.append(f"{_sum(self._case(q, '0') for q in sheet.questions)} as said{s}")
            full = (f"({self.column[q.id]} = -1)::int * {_hundredths(q.most)}" for q in scored)
            found.append(f"{_sum(full)} as lost{s}")
            no = ((q, min((o.points for o in q.options if not o.yes), default=q.least)) for q in scored)
            found.append(
                f"{_sum(f'({self.column[q.id]} = -1)::int * {_hundredths(p)}' for q, p in no)} as gap{s}"
            )
        for t, trigger in enumerate(sheet.triggers):
            found.append(f"{self._met(trigger, could=False)} as met{s}_{t}")
            found.append(f"{self._met(trigger, could=True)} as may{s}_{t}")
        return found

    def second(self) -> list[str]:
        """The sum that the answers establish."""
        s, sheet = self.s, self.sheet
        scored = sum(q.scored for q in sheet.questions)
        if not sheet.arithmetic:
            return [f"null::int as value{s}"]
        value = f"low{s}"
        if sheet.missing is Missing.PRORATE:
            full = sum(_hundredths(q.most) for q in sheet.questions if q.scored)
            rated = (
                f"floor((said{s} / 100.0) * ({full} / 100.0) / (({full} - lost{s}) / 100.0) + 0.5)::int * 100"
            )
            value = f"case when gaps{s} = 0 then low{s} when gaps{s} > {sheet.most_missing} then null else {rated} end"
        elif sheet.missing is Missing.NOT_YES:
            value = f"said{s} + gap{s}"
        return [f"case when gaps{s} = {scored} then null else {value} end as value{s}"]

    def third(self) -> list[str]:
        """Scores, bands, bits and flags."""
        s, sheet = self.s, self.sheet
        bits = [
            _mask((self._told(t, f"met{s}_{t}"), 1 << t) for t in range(len(sheet.triggers)))
            + f" as told{s}",
            _mask(
                (self._told(t, f"may{s}_{t} and not met{s}_{t}"), 1 << t) for t in range(len(sheet.triggers))
            )
            + f" as possible{s}",
        ]
        does, may = self._work("met"), self._work("may")
        bits += [f"{does} as does{s}", f"{may} & ~{does} as possible_does{s}"]
        main = [t for t, trigger in enumerate(sheet.triggers) if not trigger.side]
        flags = [
            f"{_or(f'met{s}_{t}' for t in main)} as positive{s}",
            f"not {_or(f'met{s}_{t}' for t in main)} and {_or(f'may{s}_{t}' for t in main)} as maybe{s}",
            f"none{s}",
        ]
        return [*self._sums(), *self._bands(), *bits, *flags]

    def _sums(self) -> list[str]:
        s = self.s
        if not self.sheet.arithmetic:
            return [f"null::double as score{s}", f"null::double as lowest{s}", f"null::double as highest{s}"]
        return [
            f"value{s} / 100.0 as score{s}",
            f"low{s} / 100.0 as lowest{s}",
            f"high{s} / 100.0 as highest{s}",
        ]

    def _bands(self) -> list[str]:
        s, sheet = self.s, self.sheet
        if not sheet.bands:
            return [f"-1 as band{s}", f"-1 as lowest_band{s}", f"-1 as highest_band{s}"]
        low, high = self._at(f"low{s}"), self._at(f"high{s}")
        met, may = self._raised("met"), self._raised("may")
        known = f"greatest({self._at(f'value{s}')}, {met})"
        return [
            f"case when {known} >= 0 then greatest({known}, {low}) else -1 end as band{s}",
            f"greatest({low}, {met}) as lowest_band{s}",
            f"greatest({high}, {may}) as highest_band{s}",
        ]

    def _at(self, value: str) -> str:
        if not self.sheet.arithmetic:
            return "-1"
        edges = _sum(f"({value} >= {_hundredths(band.lo)})::int" for band in self.sheet.bands[1:])
        return f"coalesce({edges}, -1)"

    def _raised(self, which: str) -> str:
        named = [(t, one) for t, one in enumerate(self.sheet.triggers) if one.band]
        each = [
            f"case when {which}{self.s}_{t} then {self.sheet.place(one.band)} else -1 end" for t, one in named
        ]
        return f"greatest({', '.join(each)}, -1)" if each else "-1"

    def _told(self, t: int, hit: str) -> str:
        ids = [trigger.id for trigger in self.sheet.triggers]
        spare = _or(f"met{self.s}_{ids.index(id)}" for id in self.sheet.triggers[t].unless)
        return f"({hit} and not {spare})"

    def _work(self, which: str) -> str:
        pairs = []
        for n, code in enumerate(self.work):
            by = [t for t, trigger in enumerate(self.sheet.triggers) if code in trigger.does]
            pairs.append((_or(f"{which}{self.s}_{t}" for t in by), 1 << n))
        return _mask(pairs)

    def _yes(self, id: str) -> str:
        places = [n for n, option in enumerate(self.question[id].options) if option.yes]
        column = self.column[id]
        return (
            f"({column} = {places[0]})"
            if len(places) == 1
            else f"({column} in ({', '.join(map(str, places))}))"
        )

    def _could(self, id: str) -> str:
        ruled = _or(self._yes(other) for other in sorted(self.partners[id]))
        gone = f"{self.column[id]} = -1" + (f" and not {ruled}" if self.partners[id] else "")
        return f"({self._yes(id)} or ({gone}))"

    def points(self, question: Question, missing: float, *, low: bool = False) -> str:
        """The points of an answer, with a missing one at its least or its most."""
        bound = str(_hundredths(missing))
        if self.partners[question.id]:
            no = [option.points for option in question.options if not option.yes]
            left = _hundredths(min(no) if low else max(no))
            ruled = _or(self._yes(other) for other in sorted(self.partners[question.id]))
            bound = f"case when {ruled} then {left} else {bound} end"
        return self._case(question, bound)

    def _case(self, question: Question, missing: str) -> str:
        column, points = self.column[question.id], [_hundredths(option.points) for option in question.options]
        whens = " ".join(f"when {n} then {p}" for n, p in enumerate(points))
        return f"case {column} {whens} else {missing} end"

    def _met(self, trigger: Trigger, *, could: bool) -> str:
        hit = self._could if could else self._yes
        if trigger.points is None:
            found = f"{_sum(f'{hit(id)}::int' for id in trigger.of)} >= {trigger.at_least}"
        else:
            of = [self.question[id] for id in trigger.of]
            bounds = _sum(self.points(q, q.most if could else q.least, low=not could) for q in of)
            found = f"{bounds} >= {_hundredths(trigger.points)}"
        return _and([found, *(_or(hit(id) for id in group) for group in trigger.each)])


def _hundredths(points: float) -> int:
    return round(points * HUNDREDTHS)


def _sum(parts: Any) -> str:
    return f"({' + '.join(f'({part})' for part in parts) or '0'})"


def _or(parts: Any) -> str:
    return f"({' or '.join(parts) or 'false'})"


def _and(parts: Any) -> str:
    return f"({' and '.join(f'({part})' for part in parts)})"


def _mask(pairs: Any) -> str:
    return "(" + (" + ".join(f"(case when {hit} then {bit} else 0 end)" for hit, bit in pairs) or "0") + ")"
