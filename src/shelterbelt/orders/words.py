"""What the codes of orders are called on pages. Decides nothing; what nobody knows is called unknown."""

from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from shelterbelt.rules import order_times, orders
from shelterbelt.rules.order_terms import Span, Window
from shelterbelt.rules.order_times import SECOND, Lasts
from shelterbelt.ui.templatetags.look import said_when

KINDS: dict[str, Any] = {
    "emergency": gettext_lazy("Emergency order"),
    "temporary": gettext_lazy("Temporary order"),
    "final": gettext_lazy("Final order"),
    "criminal_no_contact": gettext_lazy("Criminal no-contact order"),
    "bail": gettext_lazy("Condition of bail"),
    "probation": gettext_lazy("Condition of probation"),
}
STATES: dict[str, Any] = {
    orders.IN_FORCE: gettext_lazy("In force"),
    orders.NOT_SERVED: gettext_lazy("In force, not served"),
    orders.UNKNOWN: gettext_lazy("Not known whether it is in force"),
    orders.NOT_YET: gettext_lazy("Not in force yet"),
    orders.DRAFTED: gettext_lazy("Written down, not issued"),
    orders.REPLACED: gettext_lazy("Another order stands in its place"),
    orders.RECALLED: gettext_lazy("Recalled"),
    orders.OVER: gettext_lazy("Over"),
}
LOOKS = {orders.IN_FORCE: "", orders.NOT_SERVED: "", orders.UNKNOWN: "late"}
SERVED: dict[str, Any] = {
    orders.YES: gettext_lazy("Yes"),
    orders.NO: gettext_lazy("No"),
    orders.UNKNOWN: gettext_lazy("Not known"),
}
HAPPENED: dict[str, Any] = {
    orders.ISSUED: gettext_lazy("Issued"),
    orders.SERVED: gettext_lazy("Served"),
    orders.TRIED: gettext_lazy("Service was tried, nobody was reached"),
    orders.MODIFIED: gettext_lazy("Changed by the court"),
    orders.RECALLED: gettext_lazy("Recalled by the court"),
    orders.EXPIRED: gettext_lazy("Somebody’s list says that it is over"),
    orders.RECOGNISED: gettext_lazy("Recognised here, from elsewhere"),
}
BINDS: dict[str, Any] = {
    orders.ON_ISSUE: gettext_lazy("As soon as it is issued"),
    orders.ON_SERVICE: gettext_lazy("Once it is served"),
}
LENGTHS: dict[str, Any] = {
    order_times.FURTHER_ORDER: gettext_lazy("Until further order"),
    order_times.LAST_DAY: gettext_lazy("Through a last day"),
    order_times.MOMENT: gettext_lazy("Until a day and a time"),
    order_times.HOURS: gettext_lazy("So many hours"),
    order_times.DAYS: gettext_lazy("So many days"),
    order_times.COURT_DAYS: gettext_lazy("So many court days"),
    order_times.MONTHS: gettext_lazy("So many months"),
    order_times.YEARS: gettext_lazy("So many years"),
}
TERMS: dict[str, Any] = {
    "stay_away": gettext_lazy("Stay away from places"),
    "distance": gettext_lazy("Keep a distance from people"),
    "contact": gettext_lazy("No contact"),
    "weapons": gettext_lazy("No weapons"),
    "children": gettext_lazy("Children"),
    "residence": gettext_lazy("The home"),
    "belongings": gettext_lazy("Belongings"),
    "curfew": gettext_lazy("Be at home at certain hours"),
    "other": gettext_lazy("Something else, in words"),
}
SHAPES: dict[str, Any] = {
    "circle": gettext_lazy("Circle"),
    "area": gettext_lazy("Area with an edge"),
    "street": gettext_lazy("Along a street"),
}
BRADY: dict[str, Any] = {
    "yes": gettext_lazy("Yes"),
    "no": gettext_lazy("No"),
    "unknown": gettext_lazy("Not known"),
}
DAYS: tuple[Any, ...] = (
    gettext_lazy("Mon"),
    gettext_lazy("Tue"),
    gettext_lazy("Wed"),
    gettext_lazy("Thu"),
    gettext_lazy("Fri"),
    gettext_lazy("Sat"),
    gettext_lazy("Sun"),
)
ENDS: dict[str, Any] = {
    order_times.FURTHER_ORDER: gettext_lazy("Until further order"),
    orders.NOT_COUNTED: gettext_lazy("Its time counts from service, which has not been"),
    orders.UNKNOWN: gettext_lazy("Not known"),
}
# Why it stands so, where the state alone does not say it.
BECAUSE: dict[str, Any] = {
    "order.binds_when_served": gettext_lazy("It binds once it is served."),
    "order.end_unknown": gettext_lazy("When it ends counts from a day that nobody wrote down."),
    "order.ends_before_issue": gettext_lazy("Its last day lies before the day on which it was issued."),
    "order.issue_unknown": gettext_lazy("When it was issued is not written down."),
    "order.recalled_before_issue": gettext_lazy("A recall is written down from before it was issued."),
    "order.said_to_be_over": gettext_lazy("Somebody’s list says that it is over; the paper does not."),
    "order.served_before_issue": gettext_lazy("A service is written down from before it was issued."),
    "order.served_that_day": gettext_lazy("It was served that day; the hour is not known."),
    "order.service_tried": gettext_lazy("Somebody tried to serve it and reached nobody."),
    "order.service_unknown": gettext_lazy("Whether it was served is not written down."),
    "order.modified": gettext_lazy("The court changed it: read the newest words."),
    "order.recognised": gettext_lazy("It comes from elsewhere and holds here."),
}


def in_words(at: datetime | None, zone: str) -> SafeString | str:
    """An instant by the clock of the issuing place."""
    return said_when(at, "", ZoneInfo(zone)) if at else ""


def until_words(how: orders.Standing, zone: str) -> Any:
    """Until when it lasts: through a day or until an instant there, or why there is neither."""
    if how.until_at is None:
        return ENDS.get(how.ends, ENDS[orders.UNKNOWN])
    local = how.until_at.astimezone(ZoneInfo(zone))
    last = how.until_at - SECOND
    if how.state != orders.RECALLED and last.astimezone(ZoneInfo(zone)).date() < local.date():
        day = said_when(last, "day", ZoneInfo(zone))
        return format_html(_("the end of {day}"), day=day)
    return in_words(how.until_at, zone)


def because_words(how: orders.Standing) -> list[Any]:
    """Why it stands so, for a person to look into."""
    return [BECAUSE[one.code] for one in how.because if one.code in BECAUSE]


def lasts_words(lasts: Lasts) -> str:
    """How long an order lasts, as its paper has it."""
    n = lasts.number
    counted = {
        order_times.HOURS: ngettext("%(n)d hour", "%(n)d hours", n),
        order_times.DAYS: ngettext("%(n)d day", "%(n)d days", n),
        order_times.COURT_DAYS: ngettext("%(n)d court day", "%(n)d court days", n),
        order_times.MONTHS: ngettext("%(n)d month", "%(n)d months", n),
        order_times.YEARS: ngettext("%(n)d year", "%(n)d years", n),
    }
    if lasts.kind in counted:
        return counted[lasts.kind] % {"n": n}
    if lasts.last_on is None:
        return str(LENGTHS[lasts.kind])
    clock = f" {lasts.clock:%H:%M}" if lasts.clock else ""
    return f"{LENGTHS[lasts.kind]}: {lasts.last_on.isoformat()}{clock}"


def hours_words(one: Window | Span, zone: str) -> str:
    """Hours of a term: “Mon, Tue 18:00–07:00 the next day”."""
    if isinstance(one, Span):
        local = ZoneInfo(zone)
        begin, end = one.from_at.astimezone(local), one.until_at.astimezone(local)
        return f"{begin:%Y-%m-%d %H:%M} – {end:%Y-%m-%d %H:%M}"
    days = (
        _("Every day")
        if len(one.weekdays) == len(DAYS)
        else ", ".join(str(DAYS[d]) for d in sorted(one.weekdays))
    )
    begin_clock = one.from_clock.strftime("%H:%M")
    if one.until_clock is None:
        return _("%(days)s from %(begin)s to the end of the day") % {"days": days, "begin": begin_clock}
    told = {"days": days, "begin": begin_clock, "end": one.until_clock.strftime("%H:%M")}
    if one.until_clock < one.from_clock:
        return _("%(days)s from %(begin)s to %(end)s the next day") % told
    return _("%(days)s from %(begin)s to %(end)s") % told
