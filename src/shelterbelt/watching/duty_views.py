"""Pages of those on duty: the list that updates itself, one group of alarms with what shows it, and what they do with it."""

from datetime import timedelta
from typing import Any

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from shelterbelt.access.door import asker
from shelterbelt.access.rules import may, require
from shelterbelt.ledger.actions import reading
from shelterbelt.library.watching import watching
from shelterbelt.watching import duty_queries as queries
from shelterbelt.watching import replay_drawing
from shelterbelt.watching.actions import duty
from shelterbelt.watching.alarms import instant
from shelterbelt.watching.duty_forms import DoneForm, DutyForm
from shelterbelt.watching.duty_words import ALARMS, CERTAINTIES, GRADES, STATES, TO_DO, TRIALS
from shelterbelt.watching.policy import HOLD_DRILL, SEE_ALARMS


@require_http_methods(["GET", "POST"])
def watch(request: HttpRequest) -> HttpResponse:
    """Who is on duty, what is open, who is watched; the form that says “I am here”."""
    by, at = asker(request)
    require(by, SEE_ALARMS, at=at)
    form = DutyForm(request.POST if request.method == "POST" else None)
    if request.method == "POST" and form.is_valid():
        duty.be_on_duty(form.until(at), form.cleaned_data["number"], by=by, at=at)
        return redirect("watch")
    reading("watch", about=by.agency_id, by=by.id, agency=by.agency_id, at=at)
    long_ago = timedelta(milliseconds=watching().silence.allowed_ms)
    shown = {
        "form": form,
        "own": queries.own_duty(by=by, at=at),
        "roster": queries.on_duty_now(by=by, at=at),
        "lines": [_line(one) for one in queries.open_groups(by=by, at=at)],
        "over": [_line(one) for one in queries.groups_over(by=by, at=at)],
        "people": queries.watched_people(by=by, at=at, long_ago=long_ago),
        "drills": may(by, HOLD_DRILL, at=at),
        "live": f"{settings.STREAMS}/stream/watch",
        "still": "still" in request.GET or bool(form.errors),
        "at": at,
    }
    return render(request, "watching/pages/watch.html", shown, status=422 if form.errors else 200)


@require_POST
def watch_again(request: HttpRequest) -> HttpResponse:
    """“I am still here.”"""
    by, at = asker(request)
    duty.still_on_duty(by=by, at=at)
    return redirect("watch")


@require_POST
def watch_leave(request: HttpRequest) -> HttpResponse:
    """“I am leaving.”"""
    by, at = asker(request)
    duty.leave_duty(by=by, at=at)
    return redirect("watch")


@require_POST
def watch_test(request: HttpRequest) -> HttpResponse:
    """An alarm for oneself, to see that it arrives."""
    by, at = asker(request)
    duty.try_alarm(by=by, at=at)
    return redirect("watch")


@require_POST
def watch_drill(request: HttpRequest) -> HttpResponse:
    """An alarm for everybody on duty, of which nobody is sent."""
    by, at = asker(request)
    duty.hold_drill(by=by, at=at)
    return redirect("watch")


@require_safe
def watch_alarms(request: HttpRequest, ref: str) -> HttpResponse:
    """One group: what was seen and how surely, the way with the circles, what to do, what was done."""
    by, at = asker(request)
    whole = queries.group_by_ref(ref, by=by, at=at)
    reading("watch_alarms", about=whole.row.id, by=by.id, agency=by.agency_id, at=at)
    return render(request, "watching/pages/alarms.html", _shown(whole, DoneForm(), at))


@require_POST
def watch_alarms_take(request: HttpRequest, ref: str) -> HttpResponse:
    """“I have it.”"""
    by, at = asker(request)
    duty.take_alarms(queries.group_by_ref(ref, by=by, at=at).row, by=by, at=at)
    return redirect("watch_alarms", ref)


@require_POST
def watch_alarms_done(request: HttpRequest, ref: str) -> HttpResponse:
    """What was done; and, where that was pressed, it is over."""
    by, at = asker(request)
    whole = queries.group_by_ref(ref, by=by, at=at)
    form = DoneForm(request.POST)
    if not form.is_valid():
        return render(request, "watching/pages/alarms.html", _shown(whole, form, at), status=422)
    act = duty.close_alarms if "close" in request.POST else duty.note_done
    act(whole.row, form.cleaned_data["words"], by=by, at=at)
    return redirect("watch_alarms", ref)


def _line(one: queries.Line) -> dict[str, Any]:
    return {
        "one": one,
        "kind": ALARMS.get(one.kind, ""),
        "certainty": GRADES[one.certainty],
        "state": STATES[one.state],
        "trial": TRIALS[one.trial],
    }


def _shown(whole: queries.Whole, form: DoneForm, at: Any) -> dict[str, Any]:
    way = queries.shown_of(whole)
    return {
        "whole": whole,
        "line": _line(whole.line),
        "certainty": CERTAINTIES[whole.line.certainty],
        "to_do": TO_DO.get(whole.line.kind, ""),
        "alarms": [
            {"one": one, "kind": ALARMS.get(one.kind, ""), "certainty": GRADES[one.certainty]}
            for one in whole.alarms
        ],
        "way": way,
        "fixes": _fixes(way),
        "picture": _picture(way),
        "form": form,
        "at": at,
    }


def _fixes(way: queries.Shown | None) -> list[dict[str, Any]]:
    """Each fix as a line of the table, the newest first."""
    if way is None:
        return []
    found = [
        {
            "number": number,
            "at": instant(one.ms),
            "off": round(one.metres),
            "where": (one.latitude, one.longitude),
        }
        for number, one in enumerate(way.fixes, 1)
    ]
    return found[::-1]


def _picture(way: queries.Shown | None) -> str:
    if way is None:
        return ""
    says = gettext(
        "%(many)s positions in their order, each with the circle in which the device may have been."
    ) % {"many": len(way.fixes)}
    drawn = replay_drawing.Way(
        title=gettext("The way of the device"),
        says=says,
        length=gettext("%(metres)s metres"),
        fixes=way.fixes,
        zone=way.zone,
    )
    return replay_drawing.draw(drawn)
