"""Pages of who may not see a file: whom its survivor named, and the team that a file is closed to."""

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_http_methods, require_POST

from shelterbelt.access.door import asker
from shelterbelt.access.models import Worker
from shelterbelt.access.queries import name_of
from shelterbelt.access.rules import NotForYou
from shelterbelt.agencies.queries import reachable_agencies
from shelterbelt.cases import closing
from shelterbelt.cases.models import Case
from shelterbelt.cases.policy import KEEP_OUT, RESTRICT_FILE, SEE_CASE
from shelterbelt.cases.queries import case_by_ref, kept_out_by_ref, kept_out_of, team_of
from shelterbelt.ledger.actions import reading
from shelterbelt.people.queries import name_of as name_of_person
from shelterbelt.ui.forms import Form, Line, Pick, Several, Story


class NamedForm(Form):
    """One colleague, one agency or one name, and what the survivor said."""

    worker = Pick((), label=_("Somebody who works here"), required=False)
    agency = Pick((), label=_("An agency"), required=False)
    who = Line(label=_("Somebody else, or a place"), required=False)
    words = Story(
        label=_("What they said, if they want it written"),
        help_text=_("Nobody needs a reason to ask for this."),
        rows=3,
        limit=2000,
        required=False,
    )

    def __init__(self, *args: Any, workers: dict[str, Worker], agencies: dict[str, Any], **more: Any) -> None:
        super().__init__(*args, **more)
        self.workers, self.agencies = workers, agencies
        colleague: Any = self.fields["worker"]
        colleague.choices = [("", ""), *((ref, f"{name_of(w)} ({w.code})") for ref, w in workers.items())]
        place: Any = self.fields["agency"]
        place.choices = [("", ""), *((ref, one.name) for ref, one in agencies.items())]

    def clean(self) -> dict[str, Any]:
        data = super().clean() or {}
        if not self.errors and sum(bool(data.get(name)) for name in ("worker", "agency", "who")) != 1:
            self.add_error("worker", _("Choose one of the three. Write the next one down after this."))
        return data

    def named(self) -> dict[str, Any]:
        """Who it is, as the action takes it."""
        data = self.cleaned_data
        return {
            "worker": self.workers.get(data["worker"]),
            "agency": self.agencies.get(data["agency"]),
            "who": data["who"],
            "words": data["words"],
        }


class TeamForm(Form):
    """Who sees a file, and why nobody else."""

    team = Several((), label=_("Who sees it besides you"), required=False)
    reason = Story(label=_("Why"), rows=3, limit=2000, missing=_("Write why."))

    def __init__(self, *args: Any, workers: dict[str, Worker], **more: Any) -> None:
        super().__init__(*args, **more)
        self.workers = workers
        team: Any = self.fields["team"]
        team.choices = [(ref, f"{name_of(w)} ({w.code})") for ref, w in workers.items()]

    def chosen(self) -> list[Worker]:
        return [self.workers[ref] for ref in self.cleaned_data["team"]]


class JoinForm(Form):
    """One more member of a team."""

    worker = Pick((), label=_("Who else"), missing=_("Choose somebody."))

    def __init__(self, *args: Any, workers: dict[str, Worker], **more: Any) -> None:
        super().__init__(*args, **more)
        self.workers = workers
        field: Any = self.fields["worker"]
        field.choices = [("", ""), *((ref, f"{name_of(w)} ({w.code})") for ref, w in workers.items())]


class OpenForm(Form):
    """Why a file is open to the agency again."""

    reason = Story(label=_("Why"), rows=3, limit=2000, missing=_("Write why."))


@require_http_methods(["GET", "POST"])
def kept_out(request: HttpRequest, ref: str) -> HttpResponse:
    """Whom the survivor named as never to see their file, and the form to name somebody."""
    by, at = asker(request)
    case = case_by_ref(ref, by=by, at=at, permission=KEEP_OUT)
    agencies = {one.ref: one for one in reachable_agencies().exclude(id=by.agency_id).order_by("name")}
    form = NamedForm(
        request.POST if request.method == "POST" else None, workers=_colleagues(by), agencies=agencies
    )
    if request.method == "POST" and form.is_valid():
        closing.keep_out(case, **form.named(), by=by, at=at)
        return redirect("kept_out", ref=ref)
    reading("kept_out", about=case.id, by=by.id, agency=by.agency_id, at=at)
    shown = {"form": form, "rows": kept_out_of(case), "ref": ref, "survivor": name_of_person(case.survivor)}
    return render(request, "cases/pages/kept_out.html", shown, status=422 if form.errors else 200)


@require_POST
def let_in(request: HttpRequest, ref: str, entry: str) -> HttpResponse:
    """The survivor takes a name off the list."""
    by, at = asker(request)
    case = case_by_ref(ref, by=by, at=at, permission=KEEP_OUT)
    closing.let_in(kept_out_by_ref(entry, case, by=by, at=at), by=by, at=at)
    return redirect("kept_out", ref=ref)


@require_http_methods(["GET", "POST"])
def team(request: HttpRequest, ref: str) -> HttpResponse:
    """Close a file to a team, or see and change the team of one that is closed."""
    by, at = asker(request)
    case = case_by_ref(ref, by=by, at=at, permission=RESTRICT_FILE)
    if closing.restriction_of(case) is None:
        return _closing(request, case)
    members = team_of(case, at=at)
    others = {ref: one for ref, one in _caseworkers(by).items() if one not in members}
    form = JoinForm(request.POST if request.method == "POST" else None, workers=others)
    if request.method == "POST" and form.is_valid():
        closing.join_team(case, others[form.cleaned_data["worker"]], by=by, at=at)
        return redirect("file_team", ref=ref)
    reading("file_team", about=case.id, by=by.id, agency=by.agency_id, at=at)
    rows = [{"ref": one.ref, "name": name_of(one), "code": one.code, "mine": one == by} for one in members]
    shown = {"form": form, "rows": rows, "ref": ref, "opens": OpenForm()}
    return render(request, "cases/pages/team.html", shown, status=422 if form.errors else 200)


def _closing(request: HttpRequest, case: Case) -> HttpResponse:
    by, at = asker(request)
    form = TeamForm(request.POST if request.method == "POST" else None, workers=_caseworkers(by))
    if request.method == "POST" and form.is_valid():
        closing.close_to_team(case, team=form.chosen(), reason=form.cleaned_data["reason"], by=by, at=at)
        return redirect("file_team", ref=case.ref)
    reading("file_team", about=case.id, by=by.id, agency=by.agency_id, at=at)
    shown = {"form": form, "ref": case.ref}
    return render(request, "cases/pages/team_new.html", shown, status=422 if form.errors else 200)


@require_POST
def team_leave(request: HttpRequest, ref: str, worker: str) -> HttpResponse:
    """Take somebody out of the team."""
    by, at = asker(request)
    case = case_by_ref(ref, by=by, at=at, permission=RESTRICT_FILE)
    member = next((one for one in team_of(case, at=at) if one.ref == worker), None)
    if member is None:
        raise NotForYou
    closing.leave_team(case, member.id, by=by, at=at)
    return redirect("file_team", ref=ref)


@require_POST
def team_end(request: HttpRequest, ref: str) -> HttpResponse:
    """Open the file to the agency again."""
    by, at = asker(request)
    case = case_by_ref(ref, by=by, at=at, permission=RESTRICT_FILE)
    form = OpenForm(request.POST)
    if form.is_valid():
        closing.open_to_all(case, reason=form.cleaned_data["reason"], by=by, at=at)
    return redirect("file_team", ref=ref)


def _colleagues(by: Worker) -> dict[str, Worker]:
    rows = Worker.objects.select_related("agency").filter(agency_id=by.agency_id, is_active=True)
    return {one.ref: one for one in rows.exclude(id=by.id).order_by("code")}


def _caseworkers(by: Worker) -> dict[str, Worker]:
    return {ref: one for ref, one in _colleagues(by).items() if SEE_CASE.allows(one)}
