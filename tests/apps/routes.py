"""What every address of a node needs: the right, the kind of thing that its reference names, the ways to send to it.

The route matrix and the pairs of worlds read this table; an address that has no line here fails both.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from django.urls import URLPattern, URLResolver, get_resolver

from shelterbelt.access import policy as access
from shelterbelt.access.models import Worker
from shelterbelt.access.rules import Permission
from shelterbelt.alerts import policy as alerts
from shelterbelt.api import policy as api
from shelterbelt.api.gate import api as gate
from shelterbelt.assessments import policy as assessments
from shelterbelt.breaches import policy as breaches
from shelterbelt.cases import policy as cases
from shelterbelt.consent import policy as consent
from shelterbelt.conversations import policy as conversations
from shelterbelt.disclosures import policy as disclosures
from shelterbelt.feedback import policy as feedback
from shelterbelt.hotline import policy as hotline
from shelterbelt.journal import policy as journal
from shelterbelt.notices import policy as notices
from shelterbelt.orders import policy as orders
from shelterbelt.people import policy as people
from shelterbelt.portal import policy as portal
from shelterbelt.records import policy as records
from shelterbelt.referrals import policy as referrals
from shelterbelt.response import policy as response
from shelterbelt.safety import policy as safety
from shelterbelt.supervision import policy as supervision
from shelterbelt.watching import pairs_policy as pairs
from shelterbelt.watching import policy as watching
from tests.apps.county import RELATIONS, VIEWERS, County, File

HOW = """{count} address(es) of the URLconf have no line in tests/apps/routes.py:

{missing}

Say there what each needs, so that every role is sent to it with its own, granted, withdrawn, expired, walled and
restricted things. Add to WAYS, under the pattern as it is printed here:

    "things/<str:ref>/": Way(SEE_THING, thing="thing"),           # the right, and what the reference names
    "things/<str:ref>/end/": Way(END_THING, thing="thing", methods="post"),
    "things/": Way(SEE_THING),                                    # a list has no thing

`thing` is a name in `File.things` (tests/apps/county.py): make an example there, in police_file or service_file, if it is
of a new kind. Other parts of the address go into `parts`, the query into `query`, what is sent into `sends`; a second right
that must hold too stands behind the first; `either` joins rights of which one is enough; `unless` names roles that are
refused for another reason, which you say beside it; `only` names the roles to whom a thing of one worker's own is open,
whatever the rights say. What is sent to the API has a line in API_WAYS, under its method and its path. An address that
knows nobody, or only one's own account, goes into NOBODY or ONESELF with its reason.
"""
AGREED = "officer officer_two detective supervisor probation_officer"
# What lies in a survivor's own file: trust in it is theirs, and a restriction of their case does not close it.
# What names the case as well (something given under its release, looks at it) is closed with the case.
OWN = ("plan", "own_file", "item", "original", "help_alert")


@dataclass(frozen=True)
class Either:
    """Rights of which one is enough."""

    rights: tuple[Permission, ...]


@dataclass(frozen=True, init=False)
class Way:
    """What one address needs, and how it is filled."""

    needs: tuple[Permission | Either, ...]
    thing: str
    methods: tuple[str, ...]
    parts: dict[str, str]
    query: str
    sends: dict[str, Any]
    unless: tuple[str, ...]
    only: tuple[str, ...]

    def __init__(
        self,
        *needs: Permission | Either,
        thing: str = "",
        methods: str = "get post",
        parts: dict[str, str] | None = None,
        query: str = "",
        sends: dict[str, Any] | None = None,
        unless: str = "",
        only: str = "",
    ) -> None:
        told = {"needs": needs, "thing": thing, "methods": tuple(methods.split()), "parts": parts or {}}
        told |= {"query": query, "sends": sends or {}, "unless": tuple(unless.split())}
        told |= {"only": tuple(only.split())}
        for name, value in told.items():
            object.__setattr__(self, name, value)

    def expects(self, role: str, by: Worker, file: "File | None") -> bool:
        """Whether this role should find something there."""
        if self.only:
            own = self.thing in OWN and "case" not in self.parts
            if file and own and file.relation == "restricted":
                return role in self.only
            return role in self.only and not (file and file.keeps_from(by))
        return role not in self.unless and (self.allows(by) if file is None else self.opens(by, file))

    def allows(self, by: Worker) -> bool:
        """Whether the worker has the rights at all, whatever the thing."""
        return all(_holds(need, lambda right: right.allows(by)) for need in self.needs)

    def opens(self, by: Worker, file: File) -> bool:
        """Whether the policy opens this address of this file to this worker: told by the facts, not by the product."""
        return all(_holds(need, lambda right: _reaches(right, by, file)) for need in self.needs)

    def address(self, route: str, file: File | None) -> str:
        """The address with the file's thing in it."""
        ref = getattr(file.things[self.thing], "ref", "") if file else ""
        things = {name: getattr(row, "ref", "") for name, row in file.things.items()} if file else {}
        parts = {name: things.get(value, value) for name, value in self.parts.items()}
        filled = "/" + fill(route.removeprefix("/"), {"ref": ref, **parts})
        return f"{filled}?{self.query.format(ref=ref)}" if self.query else filled


def _holds(need: Permission | Either, test: Any) -> bool:
    return any(test(right) for right in need.rights) if isinstance(need, Either) else bool(test(need))


def _reaches(right: Permission, by: Worker, file: File) -> bool:
    if not right.allows(by):
        return False
    if file.relation == "public":
        return True
    if file.keeps_from(by):
        return False
    if file.holder.id == by.agency_id:
        return "own_agency" in right.rule.name
    return "granted(" in right.rule.name and file.opens_to(by)


def either(*rights: Permission) -> Either:
    """Rights of which one is enough."""
    return Either(rights)


ASK = cases.OPEN_INCIDENT
ANSWER = (referrals.SEE_REQUESTS, referrals.ANSWER_REQUESTS)
REACH = (notices.SEE_SAFE_CONTACT, cases.WRITE_CASE)
CHANGE = (notices.CHANGE_SAFE_CONTACT, cases.WRITE_CASE)
ANY_RECORDS = either(records.SEE_RECORDS, records.ASK_ERASURE, records.CONFIRM_ERASURE)
PART = {"code": "contacts"}
SUBPOENA, ORDER = {"kind": "subpoena"}, {"kind": "court_order"}

WAYS: dict[str, Way] = {
    "": Way(disclosures.SEE_GUIDE, methods="get"),
    # The plan in a survivor's own file: for the one worker to whom it is entrusted
    "cases/<str:ref>/plan/": Way(safety.OPEN_FILE, cases.WRITE_CASE, thing="case", methods="get"),
    "plans/": Way(safety.SEE_FILE, methods="get"),
    "plans/<str:ref>/": Way(safety.SEE_FILE, thing="plan", methods="get", only="advocate"),
    "plans/<str:ref>/choose/": Way(safety.SEE_FILE, thing="plan", only="advocate"),
    "plans/<str:ref>/all/": Way(safety.SEE_FILE, thing="plan", methods="get", only="advocate"),
    "plans/<str:ref>/again/": Way(safety.SEE_FILE, thing="plan", only="advocate"),
    "plans/<str:ref>/readers/": Way(safety.SEE_FILE, thing="plan", methods="get", only="advocate"),
    "plans/<str:ref>/trusted/": Way(safety.SEE_FILE, thing="plan", only="advocate"),
    "plans/<str:ref>/end/": Way(safety.SEE_FILE, thing="plan", only="advocate"),
    "plans/<str:ref>/parts/<str:code>/": Way(safety.SEE_FILE, thing="plan", parts=PART, only="advocate"),
    "plans/<str:ref>/parts/<str:code>/before/": Way(
        safety.SEE_FILE, thing="plan", parts=PART, methods="get", only="advocate"
    ),
    "plans/<str:ref>/parts/<str:code>/readers/": Way(
        safety.SEE_FILE, thing="plan", parts=PART, only="advocate"
    ),
    "plans/<str:ref>/paper/": Way(safety.SEE_FILE, thing="plan", only="advocate"),
    # What a survivor shows to the one worker, and gave them to carry
    "cases/<str:ref>/shown/": Way(safety.OPEN_FILE, cases.WRITE_CASE, thing="case", methods="get"),
    "shown/<str:ref>/": Way(journal.SEE_SHOWN, thing="item", methods="get", only="advocate"),
    "shown/picture/<str:ref>/": Way(journal.SEE_SHOWN, thing="original", methods="get", only="advocate"),
    "carried/<str:ref>/": Way(journal.CARRY, thing="giving", methods="get", only="advocate"),
    "carried/<str:ref>/file/": Way(journal.CARRY, thing="giving", methods="post", only="advocate"),
    # What a survivor and whom they trust tell each other: for the one worker to whom the own file is entrusted
    "entrusted/": Way(conversations.SEE_WORDS, methods="get"),
    "entrusted/hours/": Way(conversations.TELL_HOURS),
    "entrusted/<str:ref>/words/": Way(conversations.SEE_WORDS, thing="own_file", only="advocate"),
    "entrusted/<str:ref>/words/<str:worker>/": Way(
        conversations.WRITE_WORDS,
        thing="own_file",
        parts={"worker": "trusted"},
        methods="post",
        only="advocate",
    ),
    "entrusted/<str:ref>/looks/<str:case>/": Way(
        conversations.SHOW_LOOKS, thing="own_file", parts={"case": "case"}, methods="post", only="advocate"
    ),
    "entrusted/<str:ref>/wishes/<str:wish>/": Way(
        conversations.SETTLE_WISH,
        thing="own_file",
        parts={"wish": "wish"},
        sends={"do": "signed"},
        methods="post",
        only="advocate",
    ),
    # Who is detained, what survivors are to be told of it, and supervision
    "detained/": Way(supervision.SEE_DETAINED, methods="get"),
    "detained/news/": Way(supervision.SEE_DETAINED_NEWS, methods="get"),
    "detained/news/<str:ref>/": Way(supervision.SEE_DETAINED_NEWS, thing="detained_news"),
    "detained/bookings/<str:ref>/": Way(supervision.SEE_DETAINED, thing="booking", methods="get"),
    "detained/bookings/<str:ref>/unlink/": Way(supervision.LINK_BOOKING, thing="booking", methods="post"),
    "detained/people/<str:ref>/": Way(supervision.SEE_DETAINED, thing="detained_person", methods="get"),
    "detained/lines/<str:ref>/take-back/": Way(
        supervision.LINK_BOOKING, thing="detained_line", methods="post"
    ),
    "cases/<str:ref>/detained/": Way(supervision.SEE_DETAINED_NEWS, cases.WRITE_CASE, thing="case"),
    "supervision/": Way(supervision.SEE_SUPERVISION, methods="get"),
    "supervision/new/": Way(supervision.SUPERVISE),
    "supervision/<str:ref>/": Way(supervision.SEE_SUPERVISION, thing="supervision", methods="get"),
    "supervision/<str:ref>/end/": Way(supervision.SUPERVISE, thing="supervision", methods="post"),
    "supervision/<str:ref>/conditions/new/": Way(supervision.SUPERVISE, thing="supervision"),
    "conditions/<str:ref>/": Way(supervision.SEE_SUPERVISION, thing="condition"),
    "conditions/<str:ref>/tap/": Way(supervision.SUPERVISE, thing="condition", methods="post"),
    "conditions/<str:ref>/plan/": Way(supervision.SUPERVISE, thing="condition", methods="post"),
    "conditions/<str:ref>/end/": Way(supervision.SUPERVISE, thing="condition", methods="post"),
    # Trackers and feeds: issued, turned, ended; where they are stands on no page
    "trackers/": Way(watching.KEEP_TRACKERS),
    "trackers/new/": Way(watching.KEEP_TRACKERS),
    "trackers/<str:ref>/turn/": Way(watching.KEEP_TRACKERS, thing="tracker", methods="post"),
    "trackers/<str:ref>/end/": Way(watching.KEEP_TRACKERS, thing="tracker", methods="post"),
    "trackers/feeds/<str:ref>/turn/": Way(watching.KEEP_FEEDS, thing="feed", methods="post"),
    "trackers/feeds/<str:ref>/end/": Way(watching.KEEP_FEEDS, thing="feed", methods="post"),
    # Orders: written down, found, drawn, handed over as files
    "orders/": Way(orders.SEE_ORDER, methods="get"),
    "orders/find/": Way(orders.FIND_ORDER),
    "orders/new/": Way(orders.WRITE_ORDER),
    "orders/shared/": Way(orders.SHARE_ORDERS),
    "orders/shared/<str:ref>/end/": Way(orders.SHARE_ORDERS, thing="orders_agreement", methods="post"),
    "orders/<str:ref>/": Way(orders.SEE_ORDER, thing="order", methods="get"),
    "orders/<str:ref>/change/": Way(orders.WRITE_ORDER, thing="order"),
    "orders/<str:ref>/happened/": Way(orders.WRITE_ORDER, thing="order"),
    "orders/<str:ref>/places/": Way(orders.WRITE_ORDER, thing="order"),
    "orders/<str:ref>/terms/": Way(orders.WRITE_ORDER, thing="order"),
    "orders/<str:ref>/hearings/": Way(orders.WRITE_ORDER, thing="order"),
    "orders/<str:ref>/weapons/": Way(orders.WRITE_ORDER, thing="order"),
    "orders/<str:ref>/weapons/<str:line>/": Way(
        orders.WRITE_ORDER, thing="order", parts={"line": "order_surrender"}
    ),
    "orders/<str:ref>/lines/<str:what>/<str:line>/": Way(
        orders.WRITE_ORDER, thing="order", parts={"what": "term", "line": "order_term"}
    ),
    "orders/<str:ref>/paper/": Way(orders.SEE_ORDER, thing="order", methods="get"),
    "orders/<str:ref>/data/": Way(orders.SEE_ORDER, thing="order", methods="get"),
    "orders/<str:ref>/date/<str:line>/": Way(
        orders.SEE_ORDER, thing="order", parts={"line": "order_hearing"}, methods="get"
    ),
    "cases/<str:ref>/petition/": Way(orders.DRAFT_PETITION, thing="case"),
    "breaches/": Way(breaches.SEE_BREACH, methods="get"),
    "breaches/counts/": Way(breaches.COUNT_BREACHES, methods="get"),
    "breaches/<str:ref>/": Way(breaches.SEE_BREACH, thing="breach", methods="get"),
    "breaches/<str:ref>/said/": Way(breaches.DECIDE_BREACH, thing="breach", methods="post"),
    "breaches/<str:ref>/order/": Way(breaches.DECIDE_BREACH, thing="breach", methods="post"),
    "breaches/<str:ref>/steps/": Way(breaches.FOLLOW_BREACH, thing="breach", methods="post"),
    "breaches/<str:ref>/steps/<str:line>/strike/": Way(
        breaches.FOLLOW_BREACH, thing="breach", parts={"line": "breach_step"}, methods="post"
    ),
    "breaches/<str:ref>/papers/": Way(breaches.FOLLOW_BREACH, thing="breach", methods="post"),
    "breaches/<str:ref>/papers/<str:line>/": Way(
        breaches.SEE_BREACH, thing="breach", parts={"line": "breach_piece"}, methods="post"
    ),
    "breaches/<str:ref>/files/": Way(breaches.FOLLOW_BREACH, thing="breach", methods="post"),
    "breaches/<str:ref>/proof/": Way(breaches.TAKE_OUT_PROOF, thing="breach", methods="post"),
    # The police's orders are open to probation by agreement, and what somebody there knows of them can be told.
    "orders/<str:ref>/breaches/": Way(breaches.REPORT_BREACH, thing="order", methods="get", only=AGREED),
    "orders/<str:ref>/breaches/new/": Way(breaches.REPORT_BREACH, thing="order", only=AGREED),
    "cases/<str:ref>/breaches/": Way(breaches.SEE_BREACH, cases.WRITE_CASE, thing="case", methods="get"),
    "cases/<str:ref>/orders/": Way(orders.SEE_ORDER, cases.WRITE_CASE, thing="case", methods="get"),
    "cases/<str:ref>/places/": Way(orders.PROPOSE_PLACES, cases.WRITE_CASE, thing="case"),
    # Accounts
    "accounts/": Way(access.MANAGE_ACCOUNTS, methods="get"),
    "accounts/new/": Way(access.MANAGE_ACCOUNTS),
    "accounts/<str:ref>/": Way(access.MANAGE_ACCOUNTS, thing="account"),
    "accounts/<str:ref>/code/": Way(access.MANAGE_ACCOUNTS, thing="account", methods="post"),
    "accounts/<str:ref>/lost/": Way(access.MANAGE_ACCOUNTS, thing="account", methods="post"),
    "accounts/<str:ref>/close/": Way(access.MANAGE_ACCOUNTS, thing="account"),
    "alerts/": Way(access.SEE_ALERTS, methods="get"),
    "alerts/<str:ref>/seen/": Way(access.SEE_ALERTS, thing="alert", methods="post"),
    # Whoever asked that a sign-in be renewed is not the second person.
    "alerts/<str:ref>/reset/": Way(access.CONFIRM_RESET, thing="account", unless="administrator"),
    "accounts/<str:ref>/details/": Way(access.MANAGE_ACCOUNTS, thing="account"),
    "programs/": Way(api.MANAGE_CLIENTS, methods="get"),
    "programs/new/": Way(api.MANAGE_CLIENTS),
    "programs/<str:ref>/revoke/": Way(api.MANAGE_CLIENTS, thing="program"),
    # Broken glass: asked by one officer, agreed to by another worker of their agency, looked into by the reviewer
    "glass/": Way(access.ASK_GLASS),
    "glass/<str:ref>/": Way(access.ASK_GLASS, thing="glass", methods="get", only="officer_two"),
    "glass/<str:ref>/open/": Way(access.ASK_GLASS, thing="glass_alone", methods="post", only="officer_two"),
    "glass/<str:ref>/close/": Way(access.ASK_GLASS, thing="glass", methods="post", only="officer_two"),
    "glass/<str:ref>/agree/": Way(
        access.AGREE_GLASS, thing="glass", methods="post", only="officer detective supervisor"
    ),
    "glass/<str:ref>/decline/": Way(
        access.AGREE_GLASS, thing="glass", methods="post", only="officer detective supervisor"
    ),
    "glass/<str:ref>/reviewed/": Way(access.REVIEW_GLASS, thing="glass", methods="post"),
    # Whom workers know, and the reviewer's desk
    "known/": Way(people.DECLARE),
    "known/<str:ref>/end/": Way(people.DECLARE, thing="declaration", methods="post", only="officer_two"),
    "review/": Way(people.REVIEW, methods="get"),
    "review/<str:ref>/": Way(people.REVIEW, thing="doubt"),
    "review/walls/<str:ref>/": Way(people.REVIEW, thing="wall"),
    # Incidents
    "incidents/handed-over/": Way(cases.WRITE_CASE, methods="get"),
    # Whoever wrote it gives it away, nobody else.
    "incidents/<str:ref>/hand-over/": Way(ASK, thing="draft", methods="post", only="officer"),
    "incidents/new/": Way(ASK, methods="post"),
    "incidents/<str:ref>/": Way(cases.SEE_INCIDENT, thing="incident", methods="get"),
    "incidents/<str:ref>/recorded/": Way(ASK, thing="incident", methods="get"),
    "incidents/<str:ref>/check/": Way(ASK, thing="draft"),
    "incidents/<str:ref>/files/": Way(ASK, thing="incident"),
    "incidents/<str:ref>/roles/": Way(cases.CORRECT_ROLES, thing="incident"),
    "incidents/<str:ref>/<slug:step>/": Way(ASK, thing="draft", parts={"step": "scene"}),
    "incidents/<str:ref>/<slug:step>/draft/": Way(ASK, thing="draft", parts={"step": "scene"}, methods="put"),
    "cases/<str:ref>/kept-out/": Way(cases.KEEP_OUT, thing="case"),
    "cases/<str:ref>/kept-out/<str:entry>/end/": Way(
        cases.KEEP_OUT, thing="case", parts={"entry": "kept"}, methods="post"
    ),
    "cases/<str:ref>/team/": Way(cases.RESTRICT_FILE, thing="case"),
    "cases/<str:ref>/team/end/": Way(cases.RESTRICT_FILE, thing="case", methods="post"),
    # No file here has a team: tests/apps/access/test_teams.py is about those.
    "cases/<str:ref>/team/<str:worker>/leave/": Way(
        cases.RESTRICT_FILE, thing="case", parts={"worker": "nobody"}, methods="post", only="nobody"
    ),
    "files/<str:ref>/": Way(cases.SEE_EVIDENCE, thing="evidence", methods="get"),
    "files/<str:ref>/original/": Way(cases.SEE_EVIDENCE, thing="evidence", methods="post"),
    # Screens and levels
    "screens/new/": Way(assessments.TAKE_SCREEN, thing="case", query="case={ref}"),
    "screens/<str:ref>/": Way(assessments.SEE_SCREEN, thing="screen"),
    "screens/<str:ref>/wait/": Way(assessments.SEE_SCREEN, thing="screen"),
    "screens/<str:ref>/result/": Way(assessments.SEE_SCREEN, thing="screen"),
    "screens/<str:ref>/<str:question>/": Way(
        assessments.SEE_SCREEN, thing="screen", parts={"question": "gun_access"}
    ),
    "cases/<str:ref>/sheets/new/": Way(assessments.TAKE_ASSESSMENT, thing="case"),
    "cases/<str:ref>/sheets/beside/": Way(assessments.SEE_ASSESSMENT, thing="case", methods="get"),
    "cases/<str:ref>/danger/": Way(assessments.SEE_ASSESSMENT, thing="case", methods="get"),
    "incidents/<str:ref>/sheets/new/": Way(assessments.TAKE_ASSESSMENT, thing="incident"),
    "sheets/<str:ref>/": Way(assessments.SEE_ASSESSMENT, thing="sheet", methods="get"),
    "sheets/<str:ref>/before/": Way(assessments.TAKE_ASSESSMENT, thing="sheet_open", methods="get"),
    "sheets/<str:ref>/check/": Way(assessments.TAKE_ASSESSMENT, thing="sheet_open"),
    "sheets/<str:ref>/result/": Way(assessments.SEE_ASSESSMENT, thing="sheet", methods="get"),
    "sheets/<str:ref>/paper/": Way(assessments.SEE_ASSESSMENT, thing="sheet", methods="get"),
    "sheets/<str:ref>/questions/<str:question>/": Way(
        assessments.TAKE_ASSESSMENT, thing="sheet_open", parts={"question": "violence_increased_12m"}
    ),
    "sheets/<str:ref>/correct/<str:question>/": Way(
        assessments.TAKE_ASSESSMENT, thing="sheet", parts={"question": "violence_increased_12m"}
    ),
    "cases/<str:ref>/level/": Way(assessments.SET_LEVEL, thing="case"),
    # What happened or is planned, the forecast, and what to have ready before an act
    "cases/<str:ref>/happenings/new/": Way(assessments.RECORD_HAPPENING, thing="case"),
    "happenings/<str:ref>/": Way(assessments.SEE_HAPPENING, thing="happening"),
    "happenings/<str:ref>/end/": Way(assessments.RECORD_HAPPENING, thing="happening", methods="post"),
    "cases/<str:ref>/forecast/": Way(assessments.SEE_FORECAST, thing="case", methods="get"),
    "cases/<str:ref>/before/": Way(assessments.RECORD_HAPPENING, thing="case"),
    "acts/<str:ref>/": Way(assessments.SEE_HAPPENING, thing="act"),
    # A lower level waits for anybody but whoever asked, and that one alone takes it back.
    "reassessments/<str:ref>/": Way(assessments.AGREE_LEVEL, thing="reassessment", unless="detective"),
    "reassessments/<str:ref>/call-off/": Way(
        assessments.SET_LEVEL, thing="reassessment", methods="post", only="detective"
    ),
    # Contact, referrals, the directory
    "contact/<str:ref>/": Way(referrals.ASK_CONTACT, thing="incident"),
    "contact/<str:ref>/wait/": Way(referrals.ASK_CONTACT, thing="incident"),
    "contact/<str:ref>/ask/": Way(referrals.ASK_CONTACT, thing="incident"),
    "contact/<str:ref>/how/": Way(referrals.ASK_CONTACT, thing="incident"),
    "contact/<str:ref>/consulted/": Way(referrals.ASK_CONTACT, thing="choice", methods="post"),
    "requests/": Way(referrals.SEE_REQUESTS),
    "requests/<str:ref>/": Way(*ANSWER, thing="request"),
    "requests/<str:ref>/take/": Way(*ANSWER, thing="request", methods="post"),
    "requests/<str:ref>/try/": Way(*ANSWER, thing="request", methods="post"),
    "requests/<str:ref>/case/": Way(*ANSWER, cases.OPEN_DIRECT_CASE, thing="request"),
    "requests/<str:ref>/end/": Way(*ANSWER, thing="request", methods="post"),
    # Help alerts: only whoever is there, and whom the survivor trusts
    "help-alerts/": Way(alerts.BE_THERE),
    "help-alerts/again/": Way(alerts.BE_THERE, methods="post"),
    "help-alerts/leave/": Way(alerts.BE_THERE, methods="post"),
    "help-alerts/<str:ref>/": Way(alerts.SEE_HELP_ALERT, thing="help_alert", only="advocate"),
    "help-alerts/<str:ref>/answer/": Way(
        alerts.ANSWER_HELP_ALERT, thing="help_alert", methods="post", only="advocate"
    ),
    "help-alerts/<str:ref>/seen/": Way(
        alerts.SEE_HELP_ALERT, thing="help_alert", methods="get", only="advocate"
    ),
    # What is watched for a survivor, with whom they trust; what others ask an agency with trackers to share
    "cases/<str:ref>/watch/": Way(pairs.SEE_OWN_WATCH, thing="own_case", methods="get", only="advocate"),
    "cases/<str:ref>/watch/pair/": Way(pairs.KEEP_PAIRS, thing="own_case", methods="post", only="advocate"),
    "cases/<str:ref>/watch/device/": Way(pairs.KEEP_PAIRS, thing="own_case", methods="post", only="advocate"),
    "pairs/": Way(pairs.DECIDE_PAIRS, methods="get"),
    "pairs/<str:ref>/": Way(pairs.DECIDE_PAIRS, thing="pair_share"),
    # Alarms of orders: who is on duty at the agency that runs the tracker
    "watch/": Way(watching.SEE_ALARMS),
    "watch/again/": Way(watching.BE_ON_DUTY, methods="post"),
    "watch/leave/": Way(watching.BE_ON_DUTY, methods="post"),
    "watch/test/": Way(watching.BE_ON_DUTY, methods="post"),
    "watch/drill/": Way(watching.HOLD_DRILL, methods="post"),
    "watch/<str:ref>/": Way(watching.SEE_ALARMS, thing="alarms", methods="get"),
    "watch/<str:ref>/take/": Way(watching.TAKE_ALARMS, thing="alarms", methods="post"),
    "watch/<str:ref>/done/": Way(watching.TAKE_ALARMS, thing="alarms", methods="post"),
    # Calls for help: the police whom a survivor named
    "help-calls/": Way(alerts.SEE_CALLS_FOR_HELP, methods="get"),
    "help-calls/<str:ref>/": Way(alerts.SEE_CALLS_FOR_HELP, thing="call_for_help", methods="get"),
    "help-calls/<str:ref>/take/": Way(alerts.TAKE_CALL_FOR_HELP, thing="call_for_help", methods="post"),
    "help-calls/<str:ref>/close/": Way(alerts.TAKE_CALL_FOR_HELP, thing="call_for_help", methods="post"),
    "cases/<str:ref>/help/": Way(alerts.SET_UP_HELP, thing="own_case", only="advocate"),
    "cases/<str:ref>/account/": Way(portal.GIVE_CODE, cases.WRITE_CASE, thing="case"),
    "connect/": Way(portal.GIVE_CODE),
    "connect/erase/": Way(portal.ERASE_OWN),
    "cases/<str:ref>/help/end/": Way(alerts.SET_UP_HELP, thing="own_case", methods="post", only="advocate"),
    # What is told without an account, contacts with the hotline, what people said of agencies
    "online/": Way(hotline.SEE_REPORTS, methods="get"),
    "online/<str:ref>/": Way(hotline.ANSWER_REPORTS, thing="report"),
    "online/<str:ref>/take/": Way(hotline.ANSWER_REPORTS, thing="report", methods="post"),
    "online/<str:ref>/call/": Way(hotline.ANSWER_REPORTS, thing="report", methods="post"),
    "online/<str:ref>/hand-over/": Way(hotline.ANSWER_REPORTS, thing="report", methods="post"),
    "online/<str:ref>/case/": Way(hotline.ANSWER_REPORTS, cases.OPEN_DIRECT_CASE, thing="report"),
    "calls/": Way(hotline.SEE_CALLS, methods="get"),
    "calls/new/": Way(hotline.LOG_CALLS),
    "calls/counts/": Way(hotline.SEE_CALL_COUNTS, methods="get"),
    "calls/<str:ref>/": Way(hotline.LOG_CALLS, thing="call", methods="get"),
    "calls/<str:ref>/back/": Way(hotline.LOG_CALLS, thing="call", methods="post"),
    "calls/<str:ref>/hand-over/": Way(hotline.LOG_CALLS, thing="call", methods="post"),
    "calls/<str:ref>/pass-on/": Way(hotline.LOG_CALLS, thing="call", methods="post"),
    "calls/<str:ref>/case/": Way(hotline.LOG_CALLS, cases.OPEN_DIRECT_CASE, thing="call"),
    "feedback/": Way(feedback.SEE_FEEDBACK, methods="get"),
    "cases/new/": Way(cases.OPEN_DIRECT_CASE),
    "cases/<str:ref>/note/": Way(cases.WRITE_CASE, thing="case"),
    "directory/": Way(referrals.SEE_DIRECTORY),
    "directory/<str:ref>/": Way(referrals.SEE_DIRECTORY, thing="service"),
    "cases/<str:ref>/refer/": Way(referrals.REFER, thing="case"),
    "cases/<str:ref>/refer/phone/<str:service_ref>/": Way(
        referrals.REFER, thing="case", parts={"service_ref": "service"}
    ),
    "referrals/": Way(referrals.SEE_REFERRALS),
    "referrals/<str:ref>/": Way(referrals.SEE_REFERRALS, thing="referral"),
    "referrals/<str:ref>/case/": Way(
        referrals.SEE_REFERRALS, cases.OPEN_DIRECT_CASE, referrals.ANSWER_REFERRALS, thing="referral"
    ),
    # How to reach them
    "cases/<str:ref>/reach/": Way(*REACH, thing="case"),
    "cases/<str:ref>/reach/send/": Way(notices.SEND_NOTICE, cases.WRITE_CASE, thing="case", methods="post"),
    "cases/<str:ref>/reach/change/": Way(*CHANGE, thing="case"),
    "cases/<str:ref>/reach/check/": Way(*CHANGE, thing="case"),
    "cases/<str:ref>/reach/stop/": Way(*CHANGE, thing="case"),
    "cases/<str:ref>/reach/<str:notice>/stop/": Way(
        notices.STOP_NOTICE, cases.WRITE_CASE, thing="case", parts={"notice": "notice"}, methods="post"
    ),
    # Releases
    "cases/<str:ref>/releases/new/": Way(consent.TAKE_RELEASE, cases.WRITE_CASE, thing="case"),
    "cases/<str:ref>/died/": Way(consent.RECORD_DEATH, cases.WRITE_CASE, thing="case"),
    "releases/end/": Way(consent.WITHDRAW_RELEASE),
    "releases/<str:ref>/": Way(consent.SEE_RELEASE, thing="release"),
    "releases/<str:ref>/less/": Way(consent.NARROW_RELEASE, thing="release"),
    "releases/<str:ref>/withdraw/": Way(consent.WITHDRAW_RELEASE, thing="release"),
    "releases/<str:ref>/paper/<str:what>/": Way(
        consent.SEE_RELEASE, thing="release", parts={"what": "form"}, methods="get"
    ),
    # Cases and work
    "cases/": Way(cases.SEE_BOARD),
    "cases/<str:ref>/": Way(cases.SEE_CASE, thing="case"),
    "cases/export/": Way(api.EXPORT_CASES),
    "work/": Way(response.SEE_WORK),
    "work/<str:ref>/": Way(response.DO_WORK, thing="action"),
    "overdue/": Way(response.SEE_OVERDUE),
    # Somebody asks for records
    "asked/": Way(disclosures.SEE_GUIDE, methods="get"),
    "asked/contacts/": Way(disclosures.CHANGE_PRACTICE),
    "asked/<slug:kind>/": Way(disclosures.SEE_GUIDE, parts=SUBPOENA, methods="get"),
    "demands/": Way(disclosures.SEE_DEMAND, methods="get"),
    "demands/new/<slug:kind>/": Way(disclosures.ENTER_DEMAND, parts=SUBPOENA),
    "demands/<str:ref>/": Way(disclosures.SEE_DEMAND, thing="demand", methods="get"),
    "demands/<str:ref>/answer/": Way(disclosures.ANSWER_DEMAND, thing="demand", methods="post"),
    "demands/<str:ref>/case/": Way(disclosures.ANSWER_DEMAND, thing="demand", methods="post"),
    "demands/<str:ref>/paper/": Way(disclosures.SEE_DEMAND, thing="demand", methods="get"),
    "demands/<str:ref>/steps/<slug:step>/": Way(
        disclosures.ANSWER_DEMAND, thing="demand", parts={"step": "call_lawyer"}, methods="post"
    ),
    "authorities/": Way(disclosures.SEE_AUTHORITY, methods="get"),
    "authorities/new/<slug:kind>/": Way(disclosures.ENTER_AUTHORITY, parts=ORDER),
    "authorities/<str:ref>/": Way(disclosures.SEE_AUTHORITY, thing="authority", methods="get"),
    "authorities/<str:ref>/told/": Way(disclosures.ENTER_AUTHORITY, thing="authority", methods="post"),
    "authorities/<str:ref>/check/": Way(disclosures.CHECK_AUTHORITY, thing="authority", methods="post"),
    "authorities/<str:ref>/return/": Way(disclosures.CHECK_AUTHORITY, thing="authority", methods="post"),
    "authorities/<str:ref>/end/": Way(disclosures.END_AUTHORITY, thing="authority", methods="post"),
    "authorities/<str:ref>/paper/": Way(disclosures.SEE_AUTHORITY, thing="authority", methods="get"),
    "cases/<str:ref>/looks/": Way(disclosures.SEE_ACCESS_LOG, thing="case", methods="get"),
    "cases/<str:ref>/looks/paper/": Way(disclosures.SEE_ACCESS_LOG, thing="case", methods="get"),
    "cases/<str:ref>/looks/list.pdf": Way(disclosures.SEE_ACCESS_LOG, thing="case", methods="get"),
    "cases/<str:ref>/given/": Way(disclosures.SEE_DISCLOSURES, thing="case", methods="get"),
    "held/": Way(disclosures.SEE_HOLDINGS),
    "held/<str:ref>/": Way(disclosures.SEE_HOLDINGS, thing="case", methods="get"),
    # Records
    "records/": Way(either(records.SEE_RECORDS, records.CONFIRM_ERASURE)),
    "records/cases/<str:ref>/": Way(ANY_RECORDS, thing="case"),
    "records/cases/<str:ref>/hold/": Way(records.KEEP_HOLDS, thing="case"),
    "records/cases/<str:ref>/erase/": Way(records.ASK_ERASURE, thing="case"),
    "records/holds/<str:ref>/": Way(records.KEEP_HOLDS, thing="hold"),
    "records/holds/<str:ref>/paper/": Way(records.KEEP_HOLDS, thing="hold"),
}
REFERRALS = referrals.SEE_REFERRALS
ENDED = {"channel": "phone"}
API_WAYS: dict[tuple[str, str], Way] = {
    ("get", "/api/v1/cases"): Way(cases.SEE_BOARD),
    ("post", "/api/v1/cases"): Way(cases.OPEN_DIRECT_CASE, sends={"survivor": {"name": "Ines"}}),
    ("get", "/api/v1/cases/{ref}"): Way(cases.SEE_CASE, thing="case"),
    ("post", "/api/v1/cases/{ref}/notes"): Way(cases.WRITE_CASE, thing="case", sends={"text": "Words"}),
    ("get", "/api/v1/sharing"): Way(cases.SEE_BOARD),
    ("get", "/api/v1/actions"): Way(response.SEE_WORK),
    ("get", "/api/v1/cases/{ref}/actions"): Way(cases.SEE_CASE, thing="case"),
    ("get", "/api/v1/actions/{ref}"): Way(response.DO_WORK, thing="action"),
    ("post", "/api/v1/actions/{ref}/take"): Way(response.DO_WORK, thing="action"),
    ("post", "/api/v1/actions/{ref}/finish"): Way(
        response.DO_WORK, thing="action", sends={"outcome": "done"}
    ),
    ("get", "/api/v1/grants"): Way(consent.SEE_DISCLOSED),
    ("get", "/api/v1/grants/{ref}"): Way(consent.SEE_DISCLOSED, thing="grant"),
    ("post", "/api/v1/grants/{ref}/end"): Way(
        consent.SEE_DISCLOSED, consent.END_GRANT, thing="grant", sends=ENDED
    ),
    ("post", "/api/v1/detained"): Way(
        supervision.TELL_DETAINED, sends={"source": "county_jail", "whole": True, "lines": []}
    ),
    ("get", "/api/v1/referrals"): Way(REFERRALS),
    ("get", "/api/v1/referrals/{ref}"): Way(REFERRALS, thing="referral"),
    # Only what came in is answered: the shelter's.
    ("post", "/api/v1/referrals/{ref}/answer"): Way(
        REFERRALS,
        referrals.ANSWER_REFERRALS,
        thing="referral",
        sends={"answer": "accepted"},
        unless="advocate",
    ),
    ("get", "/api/v1/ledger/checkpoint"): Way(api.CHECK_LEDGER),
    ("get", "/api/v1/ledger/consistency"): Way(api.CHECK_LEDGER, query="first=0&second=1"),
    ("get", "/api/v1/ledger/{stream}"): Way(api.CHECK_LEDGER, parts={"stream": "entries"}),
    # One's own lines alone: tests/apps/api is about them; here no line is anybody's.
    ("get", "/api/v1/ledger/{stream}/{number}"): Way(
        api.CHECK_LEDGER, parts={"stream": "entries", "number": "1"}, only="nobody"
    ),
}
# Addresses that know nobody: they answer everybody alike, or by a signature that tests/apps/exchange is about.
NOBODY = ("health/", "help/", "exchange/", "n/")
# Addresses of one's own account: tests/apps/access is about them, and test_every_route about another's session or key.
ONESELF = ("account/",)
# Addresses of programs: what they need stands in API_WAYS, and which there are in the API's own document.
PROGRAMS = ("api/",)


def fill(route: str, parts: dict[str, str]) -> str:
    """A pattern with these parts."""
    for name, value in parts.items():
        for form in ("str", "slug", "int", "uuid", "path"):
            route = route.replace(f"<{form}:{name}>", value)
        route = route.replace(f"<{name}>", value).replace("{" + name + "}", value)
    return route


def patterns(resolver: Any = None, before: str = "") -> Iterator[str]:
    """Every address of the node as its pattern."""
    for found in (resolver or get_resolver()).url_patterns:
        route = before + str(found.pattern)
        if isinstance(found, URLResolver):
            yield from patterns(found, route)
        elif isinstance(found, URLPattern):
            yield route


def personal() -> list[str]:
    """The addresses behind which somebody's work or file is."""
    return [route for route in patterns() if not route.startswith((*NOBODY, *ONESELF, *PROGRAMS))]


def operations() -> list[tuple[str, str]]:
    """What the document of the API names: each method of each path."""
    paths = gate.get_openapi_schema()["paths"]
    return [(method, path) for path, methods in paths.items() for method in methods]


def without_line() -> str:
    """What to do about addresses that nobody has said anything about; empty when there are none."""
    missing = [route for route in personal() if route not in WAYS]
    missing += [f"{method} {path}" for method, path in operations() if (method, path) not in API_WAYS]
    return HOW.format(count=len(missing), missing="\n".join(f"    {m}" for m in missing)) if missing else ""


def tries(county: County, by: Worker) -> Iterator[tuple[str, Way, File | None]]:
    """Every address with every thing that stands to this worker in a way of its own.

    To whom no grant of a file could open it, every file of another agency is the same; to whom the right is missing, all are.
    """
    for route, way in WAYS.items():
        yield from ((route, way, file) for file in things_for(county, by, way))


def api_tries(county: County, by: Worker) -> Iterator[tuple[str, str, Way, File | None]]:
    """The same of the API, with the method of each."""
    for (method, path), way in API_WAYS.items():
        yield from ((method, path, way, file) for file in things_for(county, by, way))


def things_for(county: County, by: Worker, way: Way) -> list[File | None]:
    """The things that stand to this worker in a way of their own."""
    if not way.thing:
        return [None]
    files = [f for f in county.files if way.thing in f.things and not _lacking(way, f)]
    files = [f for f in files if f.relation == "public"] if way.thing == "service" else files
    tried = [f for f in files if f.relation in _relations(f, by)]
    return list(tried if way.allows(by) or way.only else tried[:1])


def _lacking(way: Way, file: File) -> set[str]:
    return {"notice", "kept"} & set(way.parts.values()) - set(file.things)


def _relations(file: File, by: Worker) -> tuple[str, ...]:
    if file.relation == "public":
        return ("public",)
    if file.holder.id == by.agency_id:
        return ("plain", "walled", "restricted")
    return RELATIONS if file.holder.kind == "police" and by.agency.kind in VIEWERS else ("plain",)
