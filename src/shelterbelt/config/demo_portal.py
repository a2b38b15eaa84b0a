"""The demonstration's survivor: one account on the advocates' node, opened with a code that their advocate gave.

Refuses nothing of its own; its words are drawn anew for each fill and lie in a file that only its owner reads.
"""

import json
from collections.abc import Iterable, Mapping
from datetime import datetime, timedelta

from django.db import transaction

from shelterbelt.access.models import Worker
from shelterbelt.agencies.models import Agency
from shelterbelt.cases.models import Case
from shelterbelt.cases.policy import WRITE_CASE
from shelterbelt.config import nodes
from shelterbelt.config.demo_help import fill_help
from shelterbelt.config.demo_survivor import Two, fill_survivor
from shelterbelt.config.processes import private_text
from shelterbelt.portal.actions.accounts import set_second, survivor_of
from shelterbelt.portal.actions.codes import give_code, use_code
from shelterbelt.portal.policy import GIVE_CODE
from shelterbelt.portal.words import new_name, new_passphrase
from shelterbelt.store.asker import as_agency, set_asker

TOGETHER_FOR = timedelta(days=9)
EXPLAINED = {"explained": ["history", "node", "second", "watched", "wifi"], "note": ""}


def fill_portal(
    agencies: Mapping[str, Agency], workers: Mapping[str, Worker], node: nodes.NodeConfig, *, at: datetime
) -> None:
    """An account with words and second words, for the survivor of the advocate's newest case."""
    here = [one for one in agencies.values() if one.node.is_self and one.kind == "advocates"]
    for agency in here:
        found = _newest(agency, workers.values(), at=at)
        if found is None:
            continue
        by, case = found
        then = max(case.opened_at, at - TOGETHER_FOR)
        with as_agency(agency.id, at=then, worker=by.id):
            code = give_code(case, EXPLAINED, by=by, at=then)
        told = {"name": new_name("en"), "words": new_passphrase("en"), "second": new_passphrase("en")}
        with transaction.atomic():
            set_asker(None, None, then)
            account = use_code(code, told["name"], told["words"], at=then)
            if account is None:
                raise RuntimeError("the demonstration's code was not taken")
            survivor = survivor_of(account)
            set_asker(None, None, then, survivor=survivor.id)
            set_second(account, told["second"], tells=True, by=survivor, at=then)
        fill_survivor(Two(case, by, survivor, then, at), agencies)
        told |= fill_help(case, by=by, at=at)
        told["url"] = f"{node.address}/n/"
        private_text(node.folder.parent / nodes.DEMO_SURVIVOR, json.dumps(told, indent=1))


def _newest(agency: Agency, workers: Iterable[Worker], *, at: datetime) -> tuple[Worker, Case] | None:
    by = next(
        (w for w in workers if w.agency_id == agency.id and GIVE_CODE.allows(w) and WRITE_CASE.allows(w)),
        None,
    )
    if by is None:
        return None
    with as_agency(agency.id, at=at, worker=by.id):
        case = (
            Case.objects.filter(agency=agency, closed_at=None)
            .select_related("survivor")
            .order_by("-opened_at")
            .first()
        )
    return (by, case) if case else None
