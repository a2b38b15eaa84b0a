"""The page of those who trust a worker: messages, wishes about releases, what was done by own hand and wants a check-in."""

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET

from shelterbelt.access.door import asker
from shelterbelt.access.rules import require
from shelterbelt.conversations.policy import SEE_WORDS
from shelterbelt.conversations.queries import Entrusted, entrusted_to
from shelterbelt.ledger.actions import reading
from shelterbelt.library import shelf
from shelterbelt.portal.actions.accounts import forced_at
from shelterbelt.portal.queries import account_of
from shelterbelt.response.queries import open_work_of, work

# What a survivor's own hand opened, whoever held the telephone.
BY_OWN_HAND = frozenset({"safe_check_in", "contact_change_check"})


@require_GET
def entrusted(request: HttpRequest) -> HttpResponse:
    """Everybody who trusts this worker, those with something that waits first."""
    by, at = asker(request)
    require(by, SEE_WORDS, at=at)
    reading("entrusted", about=by.agency_id, by=by.id, agency=by.agency_id, at=at)
    people = [_line(one, request) for one in entrusted_to(by, at=at)]
    return render(request, "portal/entrusted/pages/entrusted.html", {"people": people})


def _line(one: Entrusted, request: HttpRequest) -> dict[str, Any]:
    by, at = asker(request)
    due = [action for case in one.cases for action in open_work_of(case) if action.kind in BY_OWN_HAND]
    account = account_of(one.file.person_id)
    return {
        "forced_at": forced_at(account) if account else None,
        "name": one.name or _("Not named"),
        "words": reverse("words", args=[one.file.ref]),
        "unread": one.unread,
        "wishes": len(one.wishes),
        "choice": _(shelf.label_of("responses", one.choice.code)) if one.choice else "",
        "due": [
            {"title": item.title, "due_at": item.due_at, "url": reverse("action_done", args=[item.ref])}
            for item in work(due, by=by, at=at)
        ],
        "cases": [reverse("case", args=[case.ref]) for case in one.cases],
    }
