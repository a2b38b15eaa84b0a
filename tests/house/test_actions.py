"""The shape of every action: permission first, then the change, and a line in the ledger.

Exceptions are named, each with its reason.
"""

import ast
from functools import cache

from tests.house.source import called, modules

SAVES = {"save", "create", "bulk_create", "get_or_create", "update_or_create", "insert_rows"}
# Saving happens in `actions`, and in these modules beside them.
BESIDE = {
    "access/accounts.py": "seals a secret anew after it was used",
    "access/exports.py": "counts what is taken out and shows an alert, within the act it counts",
    "people/conflicts.py": "notes a match within the act that records somebody, or learns of a worker",
    "access/limits.py": "counts tries and remembers used codes; nothing of anybody's file",
    "access/tries.py": "notes what was not found, beside the request that was refused",
    "access/sessions.py": "keeps sessions, as Django's middleware asks",
    "agencies/enrol.py": "makes nodes and agencies known at set-up, before there is a worker or a ledger",
    "agencies/trust.py": "registers, confirms and strikes off nodes, by the operator's command",
    "cases/drafts.py": "actions on a draft; part of cases.actions",
    "cases/evidence.py": "actions on files of evidence",
    "cases/imported.py": "takes an export in, by the operator's command",
    "cases/bulk.py": "how cases.imported inserts",
    "referrals/imports.py": "takes the public directory in, by the operator's command",
    "referrals/once.py": "makes an id; writes nothing",
    "ledger/chain.py": "adds lines that are there to the tree",
    "ledger/checkpoints.py": "keeps what was signed",
    "response/follow.py": "keeps how far the ledger was followed",
    "config/demo.py": "fills the demonstration",
    "watching/parts.py": "what is watched from now on: the watch process, by orders and releases that were asked for",
    "watching/alarms.py": "what a watch told, within the transaction that moves its cursor on",
    "watching/outages.py": "the same, of our own absence and of what does not open",
    "watching/turning.py": "how far the log was taken in",
    "watching/telling.py": "who on duty is told: the watch process",
    "watching/own_telling.py": "the same of a survivor's own watch: their help alerts, by whom they set up",
    "watching/beats.py": "that a process runs",
    "config/restore.py": "takes sessions and secrets back after a restore, by the operator's command",
    "config/cli.py": "notes how far the tables are",
}
# Action modules that are not called `actions`.
ALSO = (
    "access/walls.py",
    "cases/guarding.py",
    "cases/closing.py",
    "access/glass.py",
    "cases/drafts.py",
    "cases/evidence.py",
    "safety/files.py",
    "orders/petitions_actions.py",
)
# Actions that no worker does.
NOBODY_ASKS = {
    "supervision/actions/standing.py:follow_lines": "called by an action that asked, or by an import",
    "supervision/actions/standing.py:follow_undone": "the same",
    "supervision/actions/standing.py:follow_link": "called by an action that asked",
    "supervision/actions/standing.py:follow_unlink": "called by an action that asked",
    "supervision/actions/standing.py:look_again": "time alone: nobody knows any more",
    "supervision/actions/linking.py:forget_unlinked": "the night: a dated file says how long",
    "supervision/actions/telling.py:make_news": "part of what a feed tells",
    "supervision/actions/telling.py:end_news": "part of what a feed tells, or the case is closed",
    "supervision/actions/asking.py:ask_for_news": "the post: by the survivor's own rules",
    "supervision/actions/asking.py:step_news": "the same",
    "supervision/actions/asking.py:name_told": "the same",
    "assessments/actions/happenings.py:hear_happening": "called by an action that asked, or by an import",
    "assessments/actions/happenings.py:unhear_happening": "the same",
    "access/actions.py:open_account": "the operator opens it at set-up; on a page access.appoint asks",
    "access/actions.py:use_code": "nobody is signed in yet: the code itself is the permission",
    "access/actions.py:clear_factors": "called by an action that asked, or a restore does again what was asked",
    "access/actions.py:end_session": "one's own",
    "access/actions.py:end_other_sessions": "one's own",
    "access/actions.py:note_factor_change": "one's own",
    "access/actions.py:make_demo_link": "the demonstration's; refuses an agency that is not fictional",
    "access/glass.py:end_glass_of": "part of closing an account, which asked",
    "access/walls.py:raise_wall": "a match, a declaration or whoever was asked raises it",
    "access/walls.py:restrict": "called by an action that asked",
    "access/walls.py:entrust": "called by an action that asked",
    "access/walls.py:lift": "called by an action that asked",
    "agencies/actions.py:send_letter": "called by an action that asked, in its transaction",
    "agencies/actions.py:mark_delivered": "the post",
    "agencies/actions.py:put_off": "the post",
    "agencies/actions.py:note_arrival": "the post",
    "agencies/actions.py:hold_line": "the post",
    "agencies/actions.py:move_line": "the post",
    "agencies/actions.py:claim": "the post",
    "agencies/actions.py:close_letter": "the post",
    "agencies/actions.py:close_letters_to": "the post",
    "agencies/actions.py:set_aside": "the post",
    "agencies/actions.py:begin_anew": "the post",
    "api/actions.py:end_client_of": "part of closing an account, which asked",
    "api/actions.py:issue_token": "nobody is signed in yet: the secret itself is the permission",
    "people/actions.py:record_person": "called by an action that asked",
    "people/actions.py:change_person": "called by an action that asked",
    "cases/guarding.py:pass_on": "part of recording an incident, which asked",
    "cases/actions.py:involve": "called by an action that asked",
    "cases/actions.py:attach": "called by an action that asked",
    "cases/actions.py:put_level": "called by assessments.show_level; who said or undid a level was asked",
    "assessments/actions/levels.py:raise_level": "an instrument or the forecast says it; the act that calls it asked",
    "assessments/actions/levels.py:write_level": "called by an action that asked",
    "assessments/actions/levels.py:show_level": "called by an action that asked",
    "assessments/actions/levels.py:undo_levels": "called by an action that asked",
    "assessments/actions/levels.py:follow_roles": "the ledger is followed: who corrected the roles was asked",
    "assessments/actions/forecasts.py:call_for_forecasts": "the ledger is followed: whoever wrote it was asked",
    "assessments/actions/forecasts.py:renew_due": "the same",
    "assessments/actions/levels.py:say_again": "called by an action that asked",
    "assessments/actions/rescoring.py:rescore": "the night, or the operator's command; it raises or writes nothing",
    "assessments/actions/forecasts.py:renew_forecast": "the ledger is followed, or the night: whoever wrote it was asked",
    "cases/actions.py:put_next_due": "called when work opened or ended",
    "portal/actions/accounts.py:open_own_account": "nobody is known yet: whoever opens it gets it, and nothing else",
    "portal/actions/accounts.py:make_account": "by a code or by oneself",
    "portal/actions/accounts.py:renew_account": "a code of a trusted worker, who was asked",
    "portal/actions/accounts.py:close_for_death": "part of recording a death, which asked",
    "portal/actions/accounts.py:close_again": "a restore does again what people had done",
    "portal/actions/accounts.py:forget_words": "the same",
    "portal/actions/passkeys.py:remove_again": "the same",
    "portal/actions/passkeys.py:forget_decoys": "part of changing the second words, which asked",
    "portal/actions/codes.py:use_code": "nobody is signed in yet: the code itself is the permission",
    "portal/actions/visits.py:begin_visit": "nobody is signed in yet: the words themselves are the permission",
    "portal/actions/visits.py:note_seen": "whoever holds the visit's secret is there",
    "portal/actions/visits.py:forget_visits": "the daily job",
    "breaches/actions/reporting.py:note_seen": "the watch saw it: it is possible, and a person says what it was",
    "breaches/actions/reporting.py:written": "part of an act that asked, or of what the watch saw",
    "breaches/actions/reporting.py:write_terms": "part of an act that asked, or of what the watch saw",
    "breaches/actions/proving.py:add_piece": "part of an act that asked, or of what the watch saw",
    "breaches/actions/counting.py:renew_counted": "called by an action that asked",
    "response/actions.py:free_work_of": "part of closing an account, which asked",
    "response/actions.py:end_work_about": "the ledger is followed: what it is about was settled by who was asked",
    "response/actions.py:call_up": "a due time has passed, and the protocol has a chain",
    "response/actions.py:end_work_of": "the ledger is followed: somebody who was asked closed the case",
    "journal/actions/custody.py:note_custody": "part of an act on an item, which asked",
    "journal/actions/writing.py:file_for": "a survivor's own file, begun by their own hand",
    "consent/actions/arriving.py:take_in_grant": "takes a letter in",
    "consent/actions/arriving.py:take_in_narrowing": "takes a letter in",
    "consent/actions/arriving.py:take_in_withdrawal": "takes a letter in",
    "consent/actions/arriving.py:take_in_recipient_gone": "takes a letter in",
    "agencies/actions.py:note_closed": "called by who closes an agency, or takes in that it closed",
    "consent/actions/bases.py:tell_of": "called by an action that asked",
    "consent/actions/ending.py:close_grant": "called by an action that asked or took a letter in",
    "consent/actions/ending.py:end_withdrawn": "called by an action that asked",
    "consent/actions/ending.py:end_other": "called by an action that asked or took a letter in",
    "consent/actions/ending.py:end_after_mistake": "called by dying.correct_death, which asked",
    "consent/actions/ending.py:end_by_recipient": "another node's letter was taken in",
    "consent/actions/taking.py:note_shown": "part of answering another node",
    "referrals/actions/inbox.py:take_in_contact_request": "takes a letter in",
    "referrals/actions/receiving.py:take_in_referral": "takes a letter in",
    "referrals/actions/receiving.py:take_in_answer": "takes a letter in",
    "referrals/actions/referring.py:note": "called by an action that asked or took a letter in",
    "referrals/actions/referring.py:may_still_leave": "the post",
    "records/actions/holding.py:hold_for_demand": "called by disclosures when a demand is entered, which asked",
    "records/actions/confirming.py:empty": "called by erase_case, which asked, and by a replay",
    "records/actions/own_file.py:erase_own_file": "called by the portal on the survivor's code, which asked",
    "records/actions/replaying.py:replay": "does again after a restore what people had done",
    "exchange/actions.py:take_in": "takes a letter in",
    "exchange/actions.py:answer_reading": "another node asks; the grant decides",
    "exchange/actions.py:shown": "part of answering another node",
    "exchange/actions.py:forget_questions": "the post",
    "hotline/actions/telling.py:tell": "nobody is signed in: whoever tells something gets the words",
    "hotline/actions/telling.py:come_back": "nobody is signed in yet: the words themselves are the permission",
    "hotline/actions/telling.py:forget_words": "whoever came back with the words",
    "hotline/actions/telling.py:tell_more": "whoever came back with the words",
    "hotline/actions/telling.py:wish": "whoever came back with the words",
    "hotline/actions/telling.py:take_back": "whoever came back with the words",
    "hotline/actions/telling.py:let_report_go": "called by take_back, by the night, and by a restore",
    "hotline/actions/telling.py:leave": "one's own",
    "hotline/actions/keeping.py:forget_old": "the night: a dated file says how long",
    "feedback/actions.py:say_how_it_was": "nobody is known there; with an account, whoever visits",
    "feedback/actions.py:forget_boxes": "the night: a dated file says how long",
    "feedback/actions.py:stir": "the night",
    "feedback/actions.py:tell_sums": "the night",
    "feedback/actions.py:hear_sums": "takes a letter in",
    "response/actions.py:open_action": "a protocol opens work",
    "response/actions.py:adopt": "work follows its incident into a case",
    "response/actions.py:show_next_due": "shows on the board what was done",
    "notices/actions/writing.py:write_notice": "called by an action that asked",
    "notices/actions/writing.py:stop_waiting": "part of stopping all contact, which asked",
    "notices/actions/writing.py:wake_notices": "part of settling a change, which asked",
    "notices/actions/safe.py:stop_until_checked": "a restore: what was said last is lost",
    "notices/actions/safe.py:stop_for_death": "called by an action that asked",
    "notices/actions/sending.py:send_notice": "the post",
    "alerts/actions/setting_up.py:end_for_death": "part of recording a death, which asked",
    "alerts/actions/pressing.py:issue_button": "one's own: what a page of theirs holds",
    "alerts/actions/pressing.py:take_press": "the button itself is the permission",
    "alerts/actions/pressing.py:keep_held": "the button itself is the permission",
    "alerts/actions/pressing.py:take_code": "the button itself is the permission",
    "alerts/actions/places.py:keep_place": "the button itself is the permission",
    "alerts/actions/places.py:end_places": "called by an action that asked, or the code was typed",
    "alerts/actions/places.py:end_old_places": "its time is over",
    "alerts/actions/there.py:note_there": "called by an action that asked",
    "alerts/actions/there.py:note_still_there": "called by an action that asked",
    "alerts/actions/there.py:note_gone": "called by an action that asked",
    "alerts/actions/calling.py:take_presses": "the worker process: whoever pressed held the button",
    "alerts/actions/calling.py:call_next": "the same",
    "alerts/actions/telling.py:tell_one": "the post",
    "alerts/actions/dispatching.py:write_to_police": "the post: the release of the survivor is the permission",
    "alerts/actions/dispatching.py:take_back_unreleased": "the worker process: the release is gone",
    "alerts/actions/dispatching.py:may_still_leave": "the post",
    "alerts/actions/dispatching.py:take_in_call_taken": "a letter of the agency that was told",
    "alerts/actions/desk.py:take_in_call": "a letter of a trusted node",
    "alerts/actions/by_watch.py:begin_for_watch": "the watch process: the survivor's own watch, which they set up",
    "alerts/actions/by_watch.py:call_off_watch": "the same",
    "watching/actions/pairs.py:end_unreleased": "the watch process: the release is gone",
    "watching/actions/pairs.py:end_again": "a restore does again what people had done",
    "watching/actions/pairs.py:take_in_answer": "a letter of the agency that was asked",
    "watching/actions/pairs.py:take_in_fixes": "the same: the release is the permission",
    "watching/actions/pairs.py:take_in_end": "the same",
    "watching/actions/pairs.py:bring_together": "the watch process: where fixes lie",
    "watching/actions/pairs.py:may_leave": "the post",
    "watching/actions/pairs.py:pair_of_letter": "the post",
    "watching/actions/pairs.py:beside": "reads one's own device for an act that asked",
    "watching/actions/shares.py:take_in_request": "a letter of a trusted node",
    "watching/actions/shares.py:take_in_end": "a letter of the agency that asked",
    "watching/actions/shares.py:end_again": "a restore does again what people had done",
    "watching/actions/shares.py:send_fixes": "the watch process: a worker decided, and the share stands",
    "watching/actions/shares.py:may_leave": "the post",
    "watching/actions/pair_letters.py:take_in_end": "a letter of a trusted node",
    "watching/actions/pair_letters.py:may_still_leave": "the post",
    "alerts/actions/desk.py:take_in_call_over": "the same",
    "alerts/actions/answering.py:note_answer": "called by an action that asked",
    "alerts/actions/answering.py:answer_by_link": "the link itself is the permission",
    "conversations/actions/writing.py:forget_old": "the night: how long it is kept is what the survivor said",
    "safety/actions/sharing.py:end_shares_of": "called by an action that asked",
    "safety/actions/sharing.py:end_share_again": "a restore does again what people had done",
    "safety/files.py:end_trust_again": "the same",
    "safety/files.py:end_again": "the same",
    "journal/actions/showing.py:stop_showing_again": "the same",
    "journal/actions/showing.py:end_showing": "called by an action that asked",
    "alerts/actions/setting_up.py:take_out_again": "a restore does again what people had done",
    "alerts/actions/setting_up.py:end_again": "the same",
    "safety/files.py:end_for_death": "part of recording a death, which asked",
    "safety/files.py:reopen_after_mistake": "part of correcting a death, which asked",
    "safety/files.py:make_file": "called by an action that asked, or by the person's own hand",
    "orders/actions/reminding.py:remind": "the hour: a dated file says of which days",
    "orders/actions/writing.py:index_order": "part of an act on an order, which asked",
    "orders/actions/writing.py:index_person": "part of changing what is known of somebody, which asked",
    "orders/actions/writing.py:note_end": "part of an act on an order, which asked",
    "orders/actions/happenings.py:struck": "part of striking a line, which asked",
    "watching/actions/keeping.py:keep_fixes": "the secret of a device or a feed is the permission, looked at in the act",
    "watching/actions/alarm_keeping.py:forget_alarms": "their time is over: a dated file says when",
    "watching/actions/forgetting.py:destroy_trails": "their time is over: a dated file says when",
    "watching/actions/devices.py:end_again": "a restore does again what people had done",
    "watching/actions/devices.py:turn_again": "the same",
}
# Actions whose line in the ledger is written by whoever calls them, or that leave nothing to tell.
NO_LINE = {
    "breaches/actions/reporting.py:write_terms": "the act that calls it has its line",
    "alerts/actions/pressing.py:issue_button": "what a page holds: help.pressed stands for its use",
    "alerts/actions/pressing.py:take_press": "take_presses writes help.pressed",
    "alerts/actions/pressing.py:keep_held": "the button is still held down: help.pressed stands for it",
    "alerts/actions/places.py:carry_on": "place.begun stands for it",
    "alerts/actions/answering.py:note_answer": "whoever calls it writes help.answered",
    "access/glass.py:end_glass_of": "account.closed stands for it",
    "access/actions.py:clear_factors": "the act that calls it has its line",
    "access/actions.py:make_demo_link": "a token of the demonstration",
    "agencies/actions.py:send_letter": "the act that sends it has its line; delivery has another",
    "agencies/actions.py:mark_delivered": "exchange.deliver writes letter.delivered",
    "agencies/actions.py:put_off": "a try that failed changes nothing",
    "agencies/actions.py:note_arrival": "exchange.take_in writes letter.arrived",
    "agencies/actions.py:hold_line": "where a line begins: the letter has its line",
    "agencies/actions.py:move_line": "how far a line has come: the letter has its line",
    "agencies/actions.py:claim": "a letter that is about to be sent",
    "agencies/actions.py:close_letter": "exchange.sending writes letter.refused; a node struck off has node.revoked",
    "agencies/actions.py:close_letters_to": "node.revoked stands for it",
    "agencies/actions.py:set_aside": "a try that failed changes nothing",
    "agencies/actions.py:begin_anew": "a try that failed changes nothing",
    "agencies/actions.py:note_closed": "agency.closed or grant.ended stands for it",
    "consent/actions/bases.py:tell_of": "the act that sends it has its line",
    "breaches/actions/proving.py:add_piece": "the act has its line in the ledger",
    "journal/actions/custody.py:note_custody": "the act has its line in the ledger",
    "consent/actions/ending.py:close_grant": "the act that ends it has its line",
    "cases/drafts.py:save_step": "a draft is no record yet: incident.opened stands for it",
    "cases/actions.py:attach": "part of recording an incident or correcting roles",
    "cases/actions.py:put_level": "the line about the level stands for it",
    "cases/actions.py:put_next_due": "shows what other lines say",
    "cases/evidence.py:look": "a look: the page writes the reading, and custody has its line",
    "assessments/actions/screens.py:answer": "a screen is no result yet: screen.started stands for it",
    "assessments/actions/sheets.py:give_answer": "a sheet is no result yet: assessment.started stands for it",
    "assessments/actions/forecasts.py:call_for_forecasts": "what is to be worked out: the lines that it follows stand for it",
    "assessments/actions/forecasts.py:note_seen": "a look: the page writes the reading",
    "exchange/actions.py:forget_questions": "deletes guards against repeats that are too old to matter",
    "referrals/actions/referring.py:note": "the act that calls it has its line",
    "referrals/actions/referring.py:may_still_leave": "exchange.sending writes letter.recalled",
    "hotline/actions/telling.py:forget_words": "report.told stands for it",
    "hotline/actions/telling.py:let_report_go": "the act that calls it has its line",
    "hotline/actions/telling.py:leave": "closes it in one browser",
    "feedback/actions.py:say_how_it_was": "a line would tell when, and so who (docs/adr/0038-feedback.md)",
    "feedback/actions.py:forget_boxes": "sums of people whom nobody knows",
    "feedback/actions.py:stir": "seals the same anew",
    "portal/actions/accounts.py:forget_words": "the lines of the changes stand, and the journal's",
    "portal/actions/passkeys.py:remove_again": "the same",
    "portal/actions/passkeys.py:forget_decoys": "a line about second words would tell of them: account.changed stands for it",
    "safety/actions/sharing.py:end_shares_of": "plan.ended stands for it",
    "safety/actions/sharing.py:end_share_again": "the lines of the acts stand, and the journal's",
    "safety/files.py:end_trust_again": "the same",
    "safety/files.py:end_again": "the same",
    "journal/actions/showing.py:stop_showing_again": "the same",
    "journal/actions/showing.py:end_showing": "the act that calls it has its line",
    "alerts/actions/setting_up.py:take_out_again": "the lines of the acts stand, and the journal's",
    "alerts/actions/setting_up.py:end_again": "the same",
    "watching/actions/pairs.py:take_in_fixes": "exchange.take_in writes letter.arrived",
    "watching/actions/pairs.py:bring_together": "shows what other lines say",
    "portal/actions/accounts.py:write_household": "notes beside a list for the home; a line would tell that it is used",
    "portal/actions/visits.py:begin_visit": "nobody needs to know when a survivor came",
    "portal/actions/visits.py:speak": "the language of a visit",
    "portal/actions/visits.py:note_seen": "nobody needs to know when a survivor came",
    "portal/actions/visits.py:end_visit": "the same of leaving",
    "portal/actions/visits.py:end_visits": "the same",
    "portal/actions/visits.py:forget_visits": "the same",
    "response/actions.py:adopt": "case.opened stands for it",
    "response/actions.py:show_next_due": "shows what other lines say",
    "notices/actions/writing.py:wake_notices": "the act that calls it has its line; sending has another",
    "conversations/actions/writing.py:note_read": "a look: the page writes the reading",
    "orders/actions/writing.py:index_order": "the act that calls it has its line",
    "orders/actions/writing.py:index_person": "person.changed stands for it",
    "orders/actions/writing.py:note_end": "shows what other lines say",
    "orders/actions/happenings.py:struck": "the act that calls it has its line",
    "watching/actions/keeping.py:keep_fixes": "what devices say is no act of anybody's: the log itself holds it",
    "watching/actions/devices.py:end_again": "the lines of the acts stand, and the journal's",
    "watching/actions/devices.py:turn_again": "the same",
}


def is_save(call: ast.Call) -> bool:
    """Whether a call changes rows: Django's verbs, and `update(column=…)` or `delete()` on rows."""
    name = called(call)
    if name == "save":
        return not call.args  # a picture is saved into a file
    if name == "update":
        return not call.args and bool(call.keywords)
    if name == "delete":
        return not call.args and not call.keywords
    if name == "execute":
        return any(word in text for text in _said(call) for word in ("insert into", "update ", "delete from"))
    return name in SAVES and not _of_a_class(call)


def _of_a_class(call: ast.Call) -> bool:
    """Whether it is a class's own maker (`Keyring.create`), which is no row's."""
    holder = getattr(call.func, "value", None)
    return isinstance(holder, ast.Name) and holder.id[:1].isupper()


def _said(call: ast.Call) -> list[str]:
    return [n.value for n in ast.walk(call) if isinstance(n, ast.Constant) and isinstance(n.value, str)]


@cache
def functions() -> dict[str, ast.FunctionDef]:
    """Every function at the top of an action module, as `place:name`."""
    found = {}
    for place, tree in modules().items():
        if is_action_module(place):
            for node in tree.body:
                if isinstance(node, ast.FunctionDef):
                    found[f"{place}:{node.name}"] = node
    return found


def is_action_module(place: str) -> bool:
    """`actions` of an app, as one file or many, and the two modules that are part of cases' actions."""
    parts = place.split("/")
    in_actions = "actions.py" in parts or "actions" in parts[:-1]
    return (in_actions and parts[0] != "ledger") or place in ALSO


def reached(name: str, wanted: str, seen: frozenset[str] = frozenset()) -> bool:
    """Whether a function calls `wanted` itself or through other functions of action modules."""
    if name in seen:
        return False
    for call in ast.walk(functions()[name]):
        if not isinstance(call, ast.Call):
            continue
        if is_save(call) if wanted == "save" else called(call) == wanted:
            return True
        if any(reached(other, wanted, seen | {name}) for other in _meant(name, called(call))):
            return True
    return False


def _meant(name: str, word: str) -> list[str]:
    """The functions that a name in a module may mean: its own, else one that it imports."""
    place = name.split(":")[0]
    if f"{place}:{word}" in functions():
        return [f"{place}:{word}"]
    return [other for other in functions() if other.endswith(f":{word}")] if word in _imported(place) else []


@cache
def _imported(place: str) -> frozenset[str]:
    return frozenset(
        alias.name
        for node in ast.walk(modules()[place])
        if isinstance(node, ast.ImportFrom) and "shelterbelt" in (node.module or "")
        for alias in node.names
    )


def writers() -> list[str]:
    """Every public function of an action module that changes something."""
    return [n for n in functions() if not n.split(":")[1].startswith("_") and reached(n, "save")]


def asks_first(function: ast.FunctionDef) -> bool:
    """Whether nothing but a docstring and plain preparation stands before `require(…)`."""
    for statement in function.body:
        for node in ast.walk(statement):
            if isinstance(node, ast.Call):
                if called(node) in ("require", "require_own", "theirs"):
                    return True
                if is_save(node) or called(node) in ("record", "record_each", "seal", "send_letter"):
                    return False
    return False


def test_there_are_actions_to_look_at() -> None:
    assert len(writers()) > 30


def test_every_action_asks_for_permission_before_it_changes_anything() -> None:
    for name in writers():
        if name not in NOBODY_ASKS:
            assert asks_first(functions()[name]), f"{name} saves without require(…)"


def test_every_action_leaves_a_line_in_the_ledger() -> None:
    for name in writers():
        if name not in NO_LINE:
            lines = (reached(name, word) for word in ("record", "record_each", "reading"))
            assert any(lines), f"{name} leaves no line"


def test_every_exception_is_an_action_that_needs_it() -> None:
    for name in {**NOBODY_ASKS, **NO_LINE}:
        assert name in functions(), f"{name} is gone"
    for name in NOBODY_ASKS:
        assert not asks_first(functions()[name]), f"{name} asks: take it off the list"
    for name in NO_LINE:
        assert not reached(name, "record"), f"{name} has a line: take it off the list"


def test_only_actions_save() -> None:
    for place, tree in modules().items():
        if is_action_module(place) or place in BESIDE or place.startswith(("store/", "ledger/actions")):
            continue
        for node in ast.walk(tree):
            if isinstance(node, ast.Call) and is_save(node) and _on_rows(node):
                raise AssertionError(f"{place}:{node.lineno} saves: that is for actions")


def _on_rows(call: ast.Call) -> bool:
    """Leave out what only looks like it: a digest's or a dict's update, a connection's own statements."""
    holder = ast.unparse(call.func)
    return called(call) != "update" or "objects" in holder or "filter(" in holder


def test_the_check_sees_an_action_that_does_not_ask() -> None:
    bad = ast.parse("def f(by, at):\n    Thing.objects.create(a=1)\n    require(by, P, at=at)\n").body[0]
    good = ast.parse("def f(by, at):\n    require(by, P, at=at)\n    Thing.objects.create(a=1)\n").body[0]
    assert isinstance(bad, ast.FunctionDef)
    assert isinstance(good, ast.FunctionDef)
    assert not asks_first(bad)
    assert asks_first(good)
