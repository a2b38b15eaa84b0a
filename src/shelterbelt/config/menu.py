"""Which pages a worker finds in the menu, in the order they need them. Decides from permissions only."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from shelterbelt.access import policy as access
from shelterbelt.access.models import Worker
from shelterbelt.access.rules import Permission
from shelterbelt.access.watching import glass_unreviewed, glass_waits
from shelterbelt.alerts.calls import calls_untaken
from shelterbelt.alerts.policy import BE_THERE, SEE_CALLS_FOR_HELP
from shelterbelt.alerts.queries import alerts_waiting
from shelterbelt.api.policy import MANAGE_CLIENTS
from shelterbelt.breaches.policy import SEE_BREACH
from shelterbelt.breaches.queries.pages import breaches_waiting
from shelterbelt.cases.policy import OPEN_DIRECT_CASE, SEE_BOARD
from shelterbelt.conversations.policy import SEE_WORDS
from shelterbelt.conversations.queries import waiting_words
from shelterbelt.disclosures.policy import SEE_GUIDE
from shelterbelt.disclosures.queries import demands_due
from shelterbelt.feedback.policy import SEE_FEEDBACK
from shelterbelt.hotline import policy as hotline
from shelterbelt.hotline.queries import calls_waiting, reports_waiting
from shelterbelt.orders.policy import FIND_ORDER, SEE_ORDER
from shelterbelt.orders.queries.pages import MOST_COUNTED, orders_ending
from shelterbelt.people.policy import DECLARE, REVIEW
from shelterbelt.people.review import doubts_waiting
from shelterbelt.records.policy import CONFIRM_ERASURE
from shelterbelt.referrals import policy as referrals
from shelterbelt.referrals.queries import inbox_waiting
from shelterbelt.response import policy as response
from shelterbelt.safety.policy import SEE_FILE
from shelterbelt.supervision.policy import SEE_DETAINED, SEE_SUPERVISION
from shelterbelt.supervision.queries import news_waiting
from shelterbelt.watching.duty_queries import alarms_waiting
from shelterbelt.watching.pair_queries import shares_waiting
from shelterbelt.watching.pairs_policy import DECIDE_PAIRS
from shelterbelt.watching.policy import KEEP_TRACKERS, SEE_ALARMS


@dataclass(frozen=True)
class Page:
    """One line of the menu: where it leads, and the right that shows it."""

    name: str
    label: Any
    permission: Permission


PAGES = (
    Page("work", _("My work"), response.SEE_WORK),
    Page("help_alerts", _("Help alerts"), BE_THERE),
    Page("calls_for_help", _("Calls for help"), SEE_CALLS_FOR_HELP),
    Page("watch", _("On watch"), SEE_ALARMS),
    Page("contact_requests", _("Contact requests"), referrals.SEE_REQUESTS),
    Page("calls", _("Calls"), hotline.SEE_CALLS),
    Page("reports", _("Told online"), hotline.SEE_REPORTS),
    Page("board", _("Cases"), SEE_BOARD),
    Page("orders_find", _("Is there an order?"), FIND_ORDER),
    Page("orders", _("Orders"), SEE_ORDER),
    Page("breaches", _("Breaches"), SEE_BREACH),
    Page("pair_requests", _("Shared trackers"), DECIDE_PAIRS),
    Page("trackers", _("Trackers"), KEEP_TRACKERS),
    Page("detained", _("Who is detained"), SEE_DETAINED),
    Page("supervision_list", _("Supervision"), SEE_SUPERVISION),
    Page("case_new", _("New case"), OPEN_DIRECT_CASE),
    Page("referrals", _("Referrals"), referrals.SEE_REFERRALS),
    Page("plans", _("Safety plans"), SEE_FILE),
    Page("entrusted", _("Who trusts me"), SEE_WORDS),
    Page("overdue", _("Overdue"), response.SEE_OVERDUE),
    Page("desk", _("Review"), REVIEW),
    Page("accounts", _("Accounts"), access.MANAGE_ACCOUNTS),
    Page("programs", _("Programs"), MANAGE_CLIENTS),
    Page("alerts", _("Alerts"), access.SEE_ALERTS),
    Page("glass", _("Closed files"), access.ASK_GLASS),
    Page("records", _("Records"), CONFIRM_ERASURE),
    Page("feedback", _("What people said"), SEE_FEEDBACK),
    Page("directory", _("Directory"), referrals.SEE_DIRECTORY),
    Page("asked", _("Records asked for"), SEE_GUIDE),
    Page("known", _("People I know"), DECLARE),
)
# What waits behind a line of the menu: shown as a number beside it.
WAITING: dict[str, tuple[Callable[..., int], ...]] = {
    "help_alerts": (alerts_waiting,),
    "calls_for_help": (calls_untaken,),
    "watch": (alarms_waiting,),
    "entrusted": (waiting_words,),
    "contact_requests": (inbox_waiting,),
    "orders": (orders_ending,),
    "breaches": (breaches_waiting,),
    "pair_requests": (shares_waiting,),
    "detained": (news_waiting,),
    "calls": (calls_waiting,),
    "reports": (reports_waiting,),
    "desk": (doubts_waiting, glass_unreviewed),
    "glass": (glass_waits,),
    "asked": (demands_due,),
}
BOARD_FIRST = ("detective", "supervisor", "prosecutor", "probation_officer", "court_clerk")
FIRST = dict.fromkeys(BOARD_FIRST, "board") | {"coordinator": "overdue", "reviewer": "desk"}


def menu(worker: Worker, path: str, *, at: datetime) -> list[dict[str, Any]]:
    """The pages in the order in which this worker needs them."""
    lines = []
    for page in PAGES:
        if page.permission.allows(worker):
            url = reverse(page.name)
            lines.append({"name": page.name, "url": url, "label": page.label, "current": False})
    here = max(
        (line for line in lines if path.startswith(line["url"])),
        key=lambda line: len(line["url"]),
        default=None,
    )
    if here:
        here["current"] = True
    for line in lines:
        if counts := WAITING.get(line["name"]):
            line["count"] = _shown(sum(count(by=worker, at=at) for count in counts))
    return lines


def _shown(number: int) -> int | str | None:
    """A number as the menu has room for it; nothing for none."""
    return f"{MOST_COUNTED}+" if number > MOST_COUNTED else number or None


def first_page(worker: Worker, *, at: datetime) -> str:
    """Where a worker begins: the page that their first role works from."""
    lines = menu(worker, "/", at=at)
    wanted = next((FIRST[role] for role in worker.roles if role in FIRST), "")
    return next((line["url"] for line in lines if line["name"] == wanted), lines[0]["url"] if lines else "")
