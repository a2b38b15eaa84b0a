"""The room of a survivor's own watch: how it stands, their device, who hears, pairs, their zones and planned meetings.

Everything here can be ended by their own hand; a pair is asked for with a worker, because it needs a signed release.
"""

from typing import Any
from uuid import UUID

from django.http import Http404, HttpRequest, HttpResponse
from django.utils.translation import gettext as _

from shelterbelt.agencies.models import Agency
from shelterbelt.journal.actions.writing import file_for
from shelterbelt.orders.show import drawn
from shelterbelt.portal import own, shell, ways
from shelterbelt.portal.visitors import Visitor
from shelterbelt.safety.models import OwnFile
from shelterbelt.ui.ground import OURS
from shelterbelt.watching.actions import own_watch as actions
from shelterbelt.watching.actions.devices import Issued, end_device, issue_own_device, keep_trail, turn_secret
from shelterbelt.watching.actions.pairs import end_pair as end_the_pair
from shelterbelt.watching.addresses import address_of
from shelterbelt.watching.own_forms import DeviceForm, MeetingForm, ToldForm, ZoneForm
from shelterbelt.watching.own_line import OFF, own_line
from shelterbelt.watching.own_queries import Drawn, Own, own_watch
from shelterbelt.watching.own_words import BECAUSE, IDLE, LINES, NO_PROMISE, STATES, WARNS
from shelterbelt.watching.pair_sources import zone_of

PAGES = "portal/watch/pages/"


def line_of(visitor: Visitor) -> dict[str, Any] | None:
    """The one line of the first page; none where nothing is watched."""
    found = own_line(visitor.survivor, at=visitor.at)
    if found.state == OFF:
        return None
    minutes = (
        None if found.signal_at is None else max(0, int((visitor.at - found.signal_at).total_seconds()) // 60)
    )
    return {"says": LINES[found.state], "minutes": minutes, "promise": NO_PROMISE, "state": found.state}


def home(request: HttpRequest, visitor: Visitor) -> HttpResponse:
    """How it stands, and everything that can be chosen."""
    return _home(visitor)


def _home(visitor: Visitor, status: int = 200, **shown: Any) -> HttpResponse:
    told, here = _own(visitor), own.around(visitor)
    choice = told.choice
    content: dict[str, Any] = {
        "line": line_of(visitor),
        "off": LINES[OFF],
        "own": told,
        "heard": own.said(told.device.heard_at, here.agency) if told.device else "",
        "kept": own.said(told.kept_at, here.agency),
        "device_form": DeviceForm(),
        "told_form": ToldForm(initial={"calls_help": choice.calls_help, "quiet_word": choice.quiet_word}),
        "pairs": [
            {
                "pair": one,
                "state": STATES[one.row.state],
                "because": BECAUSE.get(one.because or one.row.ended_because, ""),
                "since": own.said(one.row.asked_at, here.agency),
            }
            for one in told.pairs
        ],
    }
    return shell.page(visitor, PAGES + "home.html", status=status, **(content | shown))


def _issued(visitor: Visitor, issued: Issued) -> HttpResponse:
    """What to type into the device; this page is the only one that has it."""
    protocol = issued.thing.protocol
    return shell.page(
        visitor, PAGES + "secret.html", issued=issued, protocol=protocol, address=address_of(protocol)
    )


def device(request: HttpRequest, visitor: Visitor) -> HttpResponse:
    """Set it up, give it another secret, keep its way or not, end it. A secret is shown once, on the page that follows."""
    if request.method != "POST":
        raise Http404
    file, told, act = _file(visitor), _own(visitor), request.POST.get("act", "")
    if act == "begin" and told.device is None:
        form = DeviceForm(request.POST)
        if not form.is_valid():
            return _home(visitor, 422, device_form=form)
        issued = issue_own_device(file, form.cleaned_data["protocol"], "", by=visitor.survivor, at=visitor.at)
        return _issued(visitor, issued)
    if told.device is None:
        raise Http404
    if act == "turn":
        issued = turn_secret(told.device, by=visitor.survivor, at=visitor.at)
        return _issued(visitor, issued)
    if act == "end":
        actions.forget_trail(told.device, by=visitor.survivor, at=visitor.at)
        end_device(told.device, by=visitor.survivor, at=visitor.at)
    elif act in ("keep", "brief"):
        keep_trail(told.device, keep=act == "keep", by=visitor.survivor, at=visitor.at)
    return ways.to(visitor, "watch-home")


def forget(request: HttpRequest, visitor: Visitor) -> HttpResponse:
    """All that is kept of where their device was goes at once."""
    told = _own(visitor)
    if request.method != "POST" or told.device is None:
        raise Http404
    actions.forget_trail(told.device, by=visitor.survivor, at=visitor.at)
    return ways.to(visitor, "watch-home")


def told(request: HttpRequest, visitor: Visitor) -> HttpResponse:
    """Who hears of an alarm."""
    form = ToldForm(request.POST)
    if request.method != "POST" or not form.is_valid():
        raise Http404
    chosen = form.cleaned_data
    actions.choose(
        _file(visitor),
        calls_help=chosen["calls_help"],
        quiet_word=chosen["quiet_word"],
        by=visitor.survivor,
        at=visitor.at,
    )
    return ways.to(visitor, "watch-home")


def test(request: HttpRequest, visitor: Visitor) -> HttpResponse:
    """A test goes to everybody who would hear."""
    if request.method != "POST":
        raise Http404
    try:
        actions.try_out(_file(visitor), by=visitor.survivor, at=visitor.at)
    except actions.NotTaken:
        return _home(visitor, 409, tried="soon")
    return _home(visitor, tried="sent")


def end_pair(request: HttpRequest, visitor: Visitor, ref: str) -> HttpResponse:
    """A pair is watched no more, at once."""
    row = next((one.row for one in _own(visitor).pairs if one.row.ref == ref), None)
    if request.method != "POST" or row is None:
        raise Http404
    end_the_pair(row, by=visitor.survivor, at=visitor.at)
    return ways.to(visitor, "watch-home")


def zones(request: HttpRequest, visitor: Visitor) -> HttpResponse:
    """Their zones, drawn as ours: dashed, without force; and the form for another."""
    mine = _own(visitor)
    form = ZoneForm(request.POST if request.method == "POST" else None, last=mine.last)
    if request.method == "POST" and form.is_valid():
        try:
            warns = form.cleaned_data["warns"]
            actions.draw_zone(_file(visitor), form.told(), warns, by=visitor.survivor, at=visitor.at)
            return ways.to(visitor, "watch-zones")
        except ValueError:
            form.add_error(None, _("This is no place that can be watched, or there are too many."))
    shown = [
        {
            "number": number,
            "ref": one.row.ref,
            "label": one.label,
            "metres": round(one.told["metres"]),
            "warns": WARNS[one.row.warns],
            "idle": "" if mine.can_warn(one.row.warns) else IDLE[one.row.warns],
        }
        for number, one in enumerate(mine.zones, 1)
    ]
    places = [(number, zone_of(one.row)) for number, one in enumerate(mine.zones, 1)]
    picture = drawn(places, whose=OURS, title=_("My warning zones"), ours=_("yours, without force"))
    status = 422 if form.errors else 200
    return shell.page(visitor, PAGES + "zones.html", status=status, form=form, zones=shown, picture=picture)


def zone_away(request: HttpRequest, visitor: Visitor, ref: str) -> HttpResponse:
    """A zone goes."""
    actions.remove_zone(_drawn(request, _own(visitor).zones, ref).row, by=visitor.survivor, at=visitor.at)
    return ways.to(visitor, "watch-zones")


def meetings(request: HttpRequest, visitor: Visitor) -> HttpResponse:
    """Meetings that are planned, and the form for another."""
    mine, agency = _own(visitor), own.around(visitor).agency
    given = request.POST if request.method == "POST" else None
    sources = mine.sources()
    form = MeetingForm(given, last=mine.last, sources=sources, at=visitor.at, zone=agency.time_zone)
    if request.method == "POST" and form.is_valid():
        try:
            covers = [UUID(one) for one in form.cleaned_data["covers"]]
            file = _file(visitor)
            actions.plan_passage(
                file, form.told(), form.span, sources=covers, by=visitor.survivor, at=visitor.at
            )
            return ways.to(visitor, "watch-meetings")
        except ValueError:
            form.add_error("ends", _("A meeting ends after it begins, within a day, and is not over yet."))
    shown = [_meeting(one, agency) for one in mine.meetings]
    return shell.page(
        visitor,
        PAGES + "meetings.html",
        status=422 if form.errors else 200,
        form=form,
        meetings=shown,
        any=bool(sources),
    )


def meeting_over(request: HttpRequest, visitor: Visitor, ref: str) -> HttpResponse:
    """A meeting does not take place, or is over."""
    actions.end_passage(_drawn(request, _own(visitor).meetings, ref).row, by=visitor.survivor, at=visitor.at)
    return ways.to(visitor, "watch-meetings")


def _meeting(one: Drawn, agency: Agency) -> dict[str, Any]:
    return {
        "ref": one.row.ref,
        "label": one.label,
        "from": own.said(one.row.from_at, agency),
        "until": own.said(one.row.until_at, agency),
        "metres": round(one.told["reach"]),
    }


def _file(visitor: Visitor) -> OwnFile:
    """Their own file, begun by their own hand if there is none yet."""
    return file_for(visitor.survivor, at=visitor.at)


def _own(visitor: Visitor) -> Own:
    return own_watch(visitor.survivor.id, at=visitor.at)


def _drawn(request: HttpRequest, rows: tuple[Drawn, ...], ref: str) -> Drawn:
    found = next((one for one in rows if one.row.ref == ref), None)
    if request.method != "POST" or found is None:
        raise Http404
    return found
