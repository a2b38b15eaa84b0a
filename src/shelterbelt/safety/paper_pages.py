"""The worker prints a paper of a plan with the survivor beside them. Decides nothing."""

from datetime import datetime

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from shelterbelt.access.door import asker
from shelterbelt.access.models import Worker
from shelterbelt.safety.actions import print_plan
from shelterbelt.safety.models import SafetyPlan
from shelterbelt.safety.paper import FILE_NAME
from shelterbelt.safety.paper_forms import PaperForm
from shelterbelt.safety.queries import chosen_of, plan_by_ref


def link_of(plan: SafetyPlan, *, by: Worker, at: datetime) -> tuple[str, str]:
    """What the page of a plan says about papers."""
    return _("On paper"), reverse("plan_paper", args=[plan.ref])


@require_http_methods(["GET", "HEAD", "POST"])
def paper(request: HttpRequest, ref: str) -> HttpResponse:
    """Choose which paper, and have it as a file."""
    by, at = asker(request)
    plan = plan_by_ref(ref, by=by, at=at)
    children = [ref] if chosen_of(plan).whom == "child" else []
    first = {"language": (get_language() or "en")[:2]}
    form = PaperForm(request.POST or None, plans=[(ref, "")], of_children=children, initial=first)
    if request.method == "POST" and form.is_valid():
        told = form.cleaned_data
        data = print_plan(plan, told["kind"], language=told["language"], large=told["large"], by=by, at=at)
        answer = HttpResponse(data, content_type="application/pdf")
        answer["Content-Disposition"] = f'attachment; filename="{FILE_NAME}"'
        return answer
    shown = {"form": form, "plan": ref}
    return render(request, "safety/pages/paper.html", shown, status=422 if form.errors else 200)
