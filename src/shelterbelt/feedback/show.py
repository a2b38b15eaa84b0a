"""How a trend looks on a page: a table of published counts, and pictures drawn from nothing but these."""

from datetime import UTC, datetime
from typing import Any

from django.utils.translation import get_language
from django.utils.translation import gettext as _

from shelterbelt.feedback.queries import Told, Trend
from shelterbelt.library import experience
from shelterbelt.measures.withheld import Quarter, Shown, Span
from shelterbelt.ui.drawing import Drawing, Step, Tick, draw


def shown_trend(trend: Trend, number: int) -> dict[str, Any]:
    """One agency by one door."""
    asked, language = experience.asked(), get_language() or "en"
    heads = [*(line.text.by(language) for line in asked.answers), _("Left out")]
    return {
        "agency": trend.agency,
        "open": trend.door == "open",
        "heads": heads,
        "spans": [_span(span, told, asked, language) for span, told in trend.spans],
        "pictures": [
            found
            for place, line in enumerate(asked.questions)
            if (found := _picture(trend, place, line.text.by(language), f"said-{number}-{place}"))
        ],
    }


def _span(span: Span, told: tuple[Told, ...], asked: experience.Asked, language: str) -> dict[str, Any]:
    texts = {line.id: line.text.by(language) for line in asked.questions}
    rows = [{"question": texts[one.question], "counts": one.counts} for one in told]
    return {"words": span_said(span), "count": span.count, "rows": rows}


def span_said(span: Span) -> str:
    """A quarter, or several of one year."""
    told = {"first": span.first[1], "last": span.last[1], "year": span.first[0]}
    if span.first == span.last:
        return _("Quarter %(first)d of %(year)d") % told
    return _("Quarters %(first)d to %(last)d of %(year)d") % told


def _picture(trend: Trend, place: int, question: str, name: str) -> Any:
    """How many said yes, in thirds, span by span; a span of which that is withheld leaves a gap."""
    found = [(span, _share(span.count, told[place].counts)) for span, told in trend.spans if told]
    steps = tuple(
        Step(_begins(span.first), _begins(_next(span.last)), 3 * share)
        for span, share in found
        if share is not None
    )
    if not steps:
        return None
    from_at, until_at = steps[0].from_at, steps[-1].until_at
    ticks = tuple(Tick(at, f"{at:%Y-%m}") for at in (from_at, until_at))
    bands = (_("few"), _("some"), _("most"))
    says = _("How many of all who answered said yes: few, some or most. The table has the numbers.")
    drawn = draw(Drawing(question, says, bands, from_at, until_at, steps=steps, ticks=ticks, id=name))
    return {"question": question, "drawn": drawn}


def _share(count: Shown, counts: tuple[Shown, ...]) -> float | None:
    yes, left_out = counts[0], counts[-1]
    if left_out == count:
        return None  # nobody answered this question: that is not “few said yes”
    return yes / count if count and yes is not None else None


def _begins(quarter: Quarter) -> datetime:
    return datetime(quarter[0], 3 * quarter[1] - 2, 1, tzinfo=UTC)


def _next(quarter: Quarter) -> Quarter:
    return (quarter[0] + 1, 1) if quarter[1] == 4 else (quarter[0], quarter[1] + 1)
