"""One order under the names that NIEM 6.0 gives a protection order, as JSON, for the clerk who types it into another system.

It sends nothing anywhere. No address, no label of ours, and no place that the respondent must not learn of is in it.
"""

from collections.abc import Iterator
from datetime import date, datetime
from typing import Any
from zoneinfo import ZoneInfo

from shelterbelt.agencies.sealed import opened
from shelterbelt.orders.models import PROTECTED, RESPONDENT, Order
from shelterbelt.orders.queries.facts import order_facts, terms_of, words_of
from shelterbelt.orders.queries.pages import named
from shelterbelt.rules.orders import ISSUED, RECALLED, SERVED, Happened, stand

CONTEXT = {
    "j": "https://docs.oasis-open.org/niemopen/ns/model/domains/justice/6.0/",
    "nc": "https://docs.oasis-open.org/niemopen/ns/model/niem-core/6.0/",
    "sb": "https://shelterbelt.example/ns/orders/1#",
}
BRADY = {"yes": True, "no": False}


def niem(order: Order, *, at: datetime) -> dict[str, Any]:
    """The order as it stands at an instant; what nobody knows is left out, never filled in."""
    told, facts = opened(order), order_facts(order)
    how = stand(facts, at=at)
    days = {kind: _day(facts.happened, kind, order.zone) for kind in (ISSUED, SERVED, RECALLED)}
    body = {
        "nc:ActivityIdentification": _id(told.get("docket")),
        "nc:ActivityDateRange": _some(
            {
                "nc:StartDate": _date(_local(how.begins_at, order.zone)),
                "nc:EndDate": _date(_last(how.until_at, order.zone)),
            }
        ),
        "j:CourtOrderIssuingCourt": _court(told),
        "j:CourtOrderIssuingJudicialOfficial": _person({"name": told.get("judge", "")}),
        "j:CourtOrderIssuingDate": _date(days[ISSUED]),
        "j:CourtOrderServiceDate": _date(days[SERVED]),
        "j:CourtOrderRecallDate": _date(days[RECALLED]),
        "j:CourtOrderStatus": {"nc:StatusDescriptionText": how.state},
        "j:CourtOrderJurisdiction": _some({"nc:JurisdictionText": told.get("issued_in")}),
        "j:ProtectionOrderBradyIndicator": BRADY.get(told.get("brady", "")),
        "j:ProtectionOrderCondition": list(_conditions(order)),
        "j:ProtectionOrderRestrictedPerson": _first(order, RESPONDENT),
        "sb:ProtectedPerson": [_person(one) for role, one in named(order) if role == PROTECTED],
        "sb:OrderKind": order.kind,
        "sb:UntilFurtherOrder": how.ends == "further_order",
        "sb:ServedKnown": how.served,
        "sb:VehiclePlate": told.get("plates"),
    }
    return {"@context": CONTEXT, "j:ProtectionOrder": _some(body)}


def _conditions(order: Order) -> Iterator[dict[str, str]]:
    for row, term in terms_of(order):
        yield {
            "j:ProtectionOrderConditionCode": term.code,
            "j:ProtectionOrderConditionText": str(words_of(row)["words"]),
        }


def _court(told: dict[str, Any]) -> dict[str, Any]:
    ori = _id(told.get("ori"))
    return _some(
        {
            "nc:OrganizationName": told.get("court"),
            "j:OrganizationAugmentation": {"j:OrganizationORIIdentification": ori} if ori else None,
        }
    )


def _first(order: Order, role: str) -> dict[str, Any]:
    return next((_person(told) for one, told in named(order) if one == role), {})


def _person(told: dict[str, Any]) -> dict[str, Any]:
    """Name, other names, birth date, how they look: what a paper has, and no way to reach anybody."""
    return _some(
        {
            "nc:PersonName": _some({"nc:PersonFullName": told.get("name")}),
            "nc:PersonAlternateName": [
                {"nc:PersonFullName": name} for name in told.get("other_names", ()) if name
            ],
            "nc:PersonBirthDate": _some({"nc:Date": told.get("born_on")}),
            "nc:PersonDescriptionText": told.get("looks"),
        }
    )


def _day(happened: tuple[Happened, ...], kind: str, zone: str) -> date | None:
    """The first day of its kind, by the clock of the issuing place."""
    days = [one.on or one.at.astimezone(ZoneInfo(zone)).date() for one in happened if one.kind == kind]
    return min(days, default=None)


def _local(at: datetime | None, zone: str) -> date | None:
    return at.astimezone(ZoneInfo(zone)).date() if at else None


def _last(until_at: datetime | None, zone: str) -> date | None:
    """The last day on which it still binds."""
    return _local(
        datetime.fromtimestamp(until_at.timestamp() - 1, ZoneInfo(zone)) if until_at else None, zone
    )


def _date(day: date | None) -> dict[str, str]:
    return {"nc:Date": day.isoformat()} if day else {}


def _id(text: Any) -> dict[str, str]:
    return {"nc:IdentificationID": str(text)} if text else {}


def _some(told: dict[str, Any]) -> dict[str, Any]:
    """Without what is not known."""
    return {name: value for name, value in told.items() if value not in (None, "", {}, [])}
