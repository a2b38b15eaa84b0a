"""A service of the directory as a page shows it. Refuses to show what could lead to a place that may not be found."""

import re
from collections.abc import Mapping
from typing import Any

from shelterbelt.referrals.hours import DAYS
from shelterbelt.referrals.words import SERVICE, labels

NOT_TOLD = ("url", "email", "areas", "places")


def phones_of(record: Mapping[str, Any]) -> list[dict[str, str]]:
    """The numbers of a service, each with what it is."""
    return [_phone(one) for one in record.get("phones", [])]


def _phone(phone: dict[str, Any]) -> dict[str, str]:
    extension = phone.get("extension")
    number = phone["number"] + (f" x{extension:g}" if extension else "")
    dial = re.sub(r"[^0-9+*#]", "", phone["number"])
    return {"number": number, "dial": dial, "kind": phone.get("description") or phone.get("type") or ""}


def rows_of(record: Mapping[str, Any], *, confidential: bool) -> list[dict[str, Any]]:
    """What else is known of a service, each with its label; of a confidential one nothing that leads to its place."""
    places = (
        []
        if confidential
        else [_place(a) for p in record.get("locations", []) for a in p.get("addresses", [])]
    )
    listed = {
        "hours": [_hours(s) for s in record.get("schedules", [])],
        "languages": [x.get("name") or x.get("code") for x in record.get("languages", [])],
        "areas": [x["name"] for x in record.get("areas", []) if x.get("name")],
        "kinds": [x["name"] for x in record.get("terms", [])],
        "places": places,
    }
    told = [name for name in SERVICE if not (confidential and name in NOT_TOLD)]
    texts = [{"key": SERVICE[name], "value": record.get(name, "")} for name in told if name not in listed]
    lists = [
        {"key": SERVICE[name], "list": [x for x in listed[name] if x]} for name in told if name in listed
    ]
    return [row for row in (*texts, *lists) if row.get("value") or row.get("list")]


def _hours(schedule: dict[str, Any]) -> str:
    times = " – ".join(str(schedule[name])[:5] for name in ("opens_at", "closes_at") if schedule.get(name))
    codes = [part.strip()[-2:] for part in schedule.get("byday", "").split(",")]
    days = ", ".join(labels("safe_days", [str(DAYS.index(code)) for code in codes if code in DAYS]))
    words = [days, times, schedule.get("description", "")]
    return " · ".join(word for word in words if word)


def _place(place: dict[str, Any]) -> str:
    parts = ("address_1", "address_2", "city", "state_province", "postal_code")
    return ", ".join(place[part] for part in parts if place.get(part))
