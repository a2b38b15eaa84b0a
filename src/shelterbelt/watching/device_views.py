"""Workers' pages of trackers and feeds: the list, one that is issued, its secret once, its end."""

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_http_methods, require_POST

from shelterbelt.access.door import asker
from shelterbelt.access.rules import may, require
from shelterbelt.ledger.actions import reading
from shelterbelt.orders.queries.pages import order_by_ref
from shelterbelt.watching import device_queries as queries
from shelterbelt.watching.actions import devices
from shelterbelt.watching.addresses import address_of
from shelterbelt.watching.device_forms import SPEAKS, FeedForm, TrackerForm
from shelterbelt.watching.models import FEED, OWNTRACKS, Device
from shelterbelt.watching.policy import KEEP_FEEDS, KEEP_TRACKERS

USER = "device"


@require_http_methods(["GET", "POST"])
def trackers(request: HttpRequest) -> HttpResponse:
    """All trackers and feeds of the agency; the form that makes a feed."""
    by, at = asker(request)
    require(by, KEEP_TRACKERS, at=at)
    form = FeedForm(request.POST if request.method == "POST" else None)
    if request.method == "POST" and form.is_valid():
        return _told(request, devices.issue_feed(form.cleaned_data["label"], by=by, at=at))
    reading("trackers", about=by.agency_id, by=by.id, agency=by.agency_id, at=at)
    faces = [{"face": one, "speaks": SPEAKS[one.protocol]} for one in queries.trackers(by=by, at=at)]
    shown = {"trackers": faces, "feeds": queries.feeds(by=by, at=at), "form": form, "at": at}
    shown["keeps_feeds"] = may(by, KEEP_FEEDS, at=at)
    return render(request, "watching/pages/trackers.html", shown, status=422 if form.errors else 200)


@require_http_methods(["GET", "POST"])
def tracker_new(request: HttpRequest) -> HttpResponse:
    """Issue a tracker; its secret is shown once, in answer."""
    by, at = asker(request)
    require(by, KEEP_TRACKERS, at=at)
    feeds = [(one["ref"], one["label"]) for one in queries.feeds(by=by, at=at) if not one["ended_at"]]
    given = request.POST if request.method == "POST" else None
    form = TrackerForm(given, orders=queries.orders_to_track(by=by, at=at), feeds=feeds)
    if request.method == "POST" and form.is_valid():
        told = form.cleaned_data
        order = order_by_ref(told["order"], by=by, at=at)
        feed = queries.feed_by_ref(told["feed"], by=by, at=at) if told["feed"] else None
        return _told(
            request, devices.issue_tracker(order, told["protocol"], told["label"], feed=feed, by=by, at=at)
        )
    return render(
        request, "watching/pages/tracker_new.html", {"form": form}, status=422 if form.errors else 200
    )


@require_POST
def tracker_turn(request: HttpRequest, ref: str) -> HttpResponse:
    """Another secret, shown once."""
    by, at = asker(request)
    device = queries.tracker_by_ref(ref, by=by, at=at)
    if device.ended_at or device.secret_digest is None:
        return redirect("trackers")
    return _told(request, devices.turn_secret(device, by=by, at=at))


@require_POST
def tracker_end(request: HttpRequest, ref: str) -> HttpResponse:
    """Nothing is taken from it any more."""
    by, at = asker(request)
    device = queries.tracker_by_ref(ref, by=by, at=at)
    if not device.ended_at:
        devices.end_device(device, by=by, at=at)
    return redirect("trackers")


@require_POST
def feed_turn(request: HttpRequest, ref: str) -> HttpResponse:
    """Another secret for a feed, shown once."""
    by, at = asker(request)
    feed = queries.feed_by_ref(ref, by=by, at=at)
    return redirect("trackers") if feed.ended_at else _told(request, devices.turn_feed(feed, by=by, at=at))


@require_POST
def feed_end(request: HttpRequest, ref: str) -> HttpResponse:
    """Nothing is taken from a feed any more."""
    by, at = asker(request)
    feed = queries.feed_by_ref(ref, by=by, at=at)
    if not feed.ended_at:
        devices.end_feed(feed, by=by, at=at)
    return redirect("trackers")


def _told(request: HttpRequest, issued: devices.Issued) -> HttpResponse:
    """What to type into the device; this page is the only one that has it."""
    thing = issued.thing
    protocol = thing.protocol if isinstance(thing, Device) else FEED
    shown: dict[str, Any] = {
        "secret": issued.secret,
        "passphrase": issued.passphrase,
        "number": thing.number if isinstance(thing, Device) else None,
        "address": address_of(protocol),
        "speaks": SPEAKS[protocol],
        "owntracks": protocol == OWNTRACKS,
        "user": USER,  # any will do: the secret says which device it is
        "feed": protocol == FEED,
    }
    return render(request, "watching/pages/secret.html", shown)
