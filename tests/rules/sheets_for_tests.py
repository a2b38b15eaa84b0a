"""Sheets that tests score: small ones by chance, and those of published rules."""

from itertools import product

from hypothesis import strategies as st

from shelterbelt.rules.answered import answered
from shelterbelt.rules.levels import Level
from shelterbelt.rules.sheets import (
    Band,
    Bin,
    Danger,
    Detection,
    Missing,
    Norm,
    Option,
    Question,
    Rate,
    Sheet,
    Trigger,
)

GAPS = (None, "declined", "not_asked")


def yes_no(id: str, points: float = 1, *, excludes: tuple[str, ...] = ()) -> Question:
    return Question(id, (Option("yes", points, True), Option("no", 0)), excludes)


def lap() -> Detection:
    """The eleven questions and two people's concern; in `rules.screening` the concern is no question."""
    first, second = ("q1", "q2", "q3"), tuple(f"q{n}" for n in range(4, 12))
    questions = tuple(yes_no(id, 0) for id in (*first, *second, "survivor", "worker"))
    triggers = (
        Trigger("A", first, does=("offer_call",)),
        Trigger("B", second, at_least=4, unless=("A",), does=("offer_call",)),
        Trigger("C", ("survivor", "worker"), does=("offer_call",)),
        Trigger("neck", ("q5",), does=("medical_evaluation",), side=True),
    )
    return Detection(Sheet("lap", "1", questions, triggers))


def da() -> Danger:
    """The twenty questions with their weights (evidence tag M), and 3a beside 3."""
    weights = [1, 5, 4, 4, 3, 3, 3, 2, 2, *[1] * 10, 0]
    questions = [yes_no(f"i{n}", weight) for n, weight in enumerate(weights, start=1)]
    questions.insert(3, yes_no("i3a", -3, excludes=("i3",)))
    ends = (("variable", -3, 7), ("increased", 8, 13), ("severe", 14, 17), ("extreme", 18, 37))
    bands = tuple(Band(id, lo, hi, level) for (id, lo, hi), level in zip(ends, Level, strict=True))
    suicide = Trigger("safety", ("i20",), does=("suicide_safety",), side=True)
    return Danger(Sheet("da", "1", tuple(questions), (suicide,), bands))


ODARA_BINS = tuple(
    Bin(id, lo, hi)
    for id, lo, hi in (
        ("0", 0, 0), ("1", 1, 1), ("2", 2, 2), ("3", 3, 3), ("4", 4, 4), ("5-6", 5, 6), ("7-13", 7, 13),
    )
)  # fmt: skip


def odara() -> Danger:
    """Thirteen questions of one point, both published norms (evidence tag M), five answers may be missing."""

    def norm(id: str, rates: tuple[float, ...], base: Rate | None) -> Norm:
        found = {bin.id: Rate(rate) for bin, rate in zip(ODARA_BINS, rates, strict=True)}
        return Norm(id, "s", "sample", "period", "outcome", "follow-up", "M", found, ODARA_BINS, base)

    norms = (
        norm("hilton2004", (0.05, 0.10, 0.20, 0.27, 0.41, 0.59, 0.70), Rate(0.30)),
        norm("hilton2010", (0.07, 0.17, 0.22, 0.34, 0.39, 0.53, 0.74), None),
    )
    bands = tuple(Band(f"b{bin.id.replace('-', '_')}", bin.lo, bin.hi) for bin in ODARA_BINS)
    questions = tuple(yes_no(f"i{n}") for n in range(1, 14))
    sheet = Sheet("odara", "1", questions, (), bands, Missing.PRORATE, 5)
    return Danger(sheet, norms)


def dale() -> Danger:
    """Eleven questions of one point; seven or more is high."""
    bands = (Band("not_high", 0, 6), Band("high", 7, 11, Level.HIGH))
    return Danger(Sheet("dale", "1", tuple(yes_no(f"i{n}") for n in range(1, 12)), (), bands))


@st.composite
def questions(draw: st.DrawFn, most: int = 4) -> tuple[Question, ...]:
    found = [draw(_question(f"q{n}")) for n in range(draw(st.integers(1, most)))]
    if draw(st.booleans()):
        up = [one.id for one in found if one.most > 0 and min(o.points for o in one.options if o.yes) > 0]
        other = Question("down", (Option("no", 0), Option("yes", -2, True)), tuple(up[:1]))
        found.insert(draw(st.integers(0, len(found))), other)
    return tuple(found)


@st.composite
def _question(draw: st.DrawFn, id: str) -> Question:
    if draw(st.integers(0, 4)) == 0:
        return Question(id, (Option("no", 0), Option("yes", 0, True)))
    steps = draw(st.lists(st.integers(1, 3), min_size=1, max_size=3))
    points = [sum(steps[:n]) for n in range(len(steps) + 1)]
    from_here = draw(st.integers(1, len(points) - 1))
    options = [Option(f"a{n}", float(one), n >= from_here) for n, one in enumerate(points)]
    return Question(id, tuple(draw(st.permutations(options))))


@st.composite
def triggers(draw: st.DrawFn, asked: tuple[Question, ...], bands: tuple[str, ...]) -> tuple[Trigger, ...]:
    ids = [one.id for one in asked if one.id != "down"]
    found: list[Trigger] = []
    for n in range(draw(st.integers(0, 4))):
        of = tuple(draw(st.lists(st.sampled_from(ids), min_size=1, unique=True)))
        side = draw(st.integers(0, 4)) == 0
        top = int(sum(one.most for one in asked if one.id in of))
        found.append(
            Trigger(
                id=f"t{n}",
                of=of,
                at_least=draw(st.integers(1, len(of))),
                points=draw(st.integers(1, top)) if top and draw(st.integers(0, 3)) == 0 else None,
                each=tuple((draw(st.sampled_from(ids)),) for _ in range(draw(st.integers(0, 1)))),
                unless=tuple(one.id for one in found if draw(st.booleans())),
                band="" if side or not bands else draw(st.sampled_from(("", *bands))),
                does=tuple(draw(st.lists(st.sampled_from(("call", "doctor", "plan")), unique=True))),
                side=side,
            )
        )
    return tuple(found)


@st.composite
def dangers(draw: st.DrawFn) -> Danger:
    asked = draw(questions())
    sums = sorted({sum(one.points for one in chosen) for chosen in product(*(q.options for q in asked))})
    summed = len(sums) > 1 and draw(st.integers(0, 4)) > 0
    cuts = sorted({sums[0], *draw(st.lists(st.sampled_from(sums), max_size=3))})
    ids = tuple(f"b{n}" for n in range(len(cuts)))
    ends = [max(one for one in sums if one < cut) for cut in cuts[1:]] + [sums[-1]]
    bands = tuple(
        Band(id, lo, hi) if summed else Band(id) for id, lo, hi in zip(ids, cuts, ends, strict=True)
    )
    scored = [one for one in asked if one.scored]
    rules = [Missing.BOUNDS, Missing.NOT_YES]
    if summed and all(one.least == 0 for one in scored):
        rules.append(Missing.PRORATE)
    missing = draw(st.sampled_from(rules))
    sheet = Sheet(
        "by_chance",
        "1",
        asked,
        draw(triggers(asked, ids)),
        bands,
        missing,
        draw(st.integers(0, len(scored) - 1)) if missing is Missing.PRORATE else 0,
        summed,
    )
    return Danger(sheet, draw(_norms(cuts, ends)) if summed else ())


@st.composite
def _norms(draw: st.DrawFn, cuts: list[float], ends: list[float]) -> tuple[Norm, ...]:
    bins = tuple(Bin(f"n{n}", lo, hi) for n, (lo, hi) in enumerate(zip(cuts, ends, strict=True)))
    kept = tuple(one for one in bins if draw(st.integers(0, 3)))
    rates = {one.id: draw(st.sampled_from((Rate(0.2), Rate(0.3, 0.1, 0.5)))) for one in kept}
    base = draw(st.sampled_from((None, Rate(0.3), Rate(0.3, 0.2, 0.4))))
    norm = Norm("n", "s", "sample", "period", "outcome", "follow-up", "M", rates, kept, base)
    return (norm,) if draw(st.booleans()) else ()


@st.composite
def detections(draw: st.DrawFn) -> Detection:
    asked = draw(questions())
    return Detection(Sheet("by_chance", "1", asked, draw(triggers(asked, ()))))


@st.composite
def answers_to(draw: st.DrawFn, sheet: Sheet) -> dict[str, str]:
    found = {}
    for question in sheet.questions:
        code = draw(st.sampled_from((*GAPS, *(option.code for option in question.options))))
        if code is not None:
            found[question.id] = code
    return found


@st.composite
def dangers_answered(draw: st.DrawFn) -> tuple[Danger, dict[str, str]]:
    danger = draw(dangers())
    return danger, draw(answers_to(danger.sheet))


@st.composite
def detections_answered(draw: st.DrawFn) -> tuple[Detection, dict[str, str]]:
    detection = draw(detections())
    return detection, draw(answers_to(detection.sheet))


def completions(sheet: Sheet, answers: dict[str, str]) -> list[dict[str, str]]:
    """Every way to answer what is missing, less those that would contradict themselves anew."""
    before = answered(sheet, answers)
    free = [one for one in sheet.questions if one.id in before.missing]
    found = []
    for chosen in product(*(one.options for one in free)):
        full = {id: option.code for id, option in before.chosen.items()}
        full |= {one.id: option.code for one, option in zip(free, chosen, strict=True)}
        if answered(sheet, full).contradictions == before.contradictions:
            found.append(full)
    return found


def raises_of(sheet: Sheet, answers: dict[str, str]) -> list[dict[str, str]]:
    """Every set of answers with one answer higher: more points, or yes for no at the same points."""
    found = []
    for question in sheet.questions:
        code = answers.get(question.id)
        ladder = sorted(question.options, key=lambda option: (option.points, option.yes))
        if code in GAPS:
            found.append(answers | {question.id: ladder[-1].code})
        else:
            at = [option.code for option in ladder].index(code)
            found += [answers | {question.id: option.code} for option in ladder[at + 1 :]]
    return found
