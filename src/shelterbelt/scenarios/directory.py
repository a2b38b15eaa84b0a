"""Demo services of the directory, shaped as HSDS 3.0 objects. Invented; the shelter gives no address."""

from typing import Any
from uuid import NAMESPACE_URL, uuid5

COUNTY = "Alder County"
EVERYBODY = "Open to everybody, whatever their papers, income or background. Nobody asks for proof."
# key, name, organization, description, number, languages, term, weekly days ("" for all hours), hours
SERVICES: tuple[tuple[str, str, str, str, str, tuple[str, ...], str, str, tuple[str, str]], ...] = (
    ("hotline", "Alder hotline", "Alder Advocates",
     "Somebody to talk to at any hour, in confidence.",
     "309-555-0108", ("en", "es"), "hotline", "", ("", "")),
    ("shelter", "Lantern House shelter", "Lantern House",
     "A safe place to stay, with children and pets. Call first.",
     "309-555-0109", ("en", "es"), "shelter", "", ("", "")),
    ("counselling", "Evening counselling", "Alder Advocates",
     "Talks one to one, free of charge.",
     "309-555-0121", ("en",), "counselling", "MO,TU,TH", ("16:00", "20:00")),
    ("grupo", "Grupo de apoyo en español", "Centro Las Golondrinas",
     "Un grupo de apoyo, con cuidado de niños.",
     "309-555-0122", ("es",), "support_group", "WE", ("18:00", "20:00")),
    ("acompanamiento", "Acompañamiento a citas", "Centro Las Golondrinas",
     "Alguien va con usted a cada cita.",
     "309-555-0123", ("es", "en"), "accompaniment", "MO,TU,WE,TH,FR", ("09:00", "17:00")),
    ("legal", "Legal aid for protection orders", "Prairie Legal Aid",
     "Help with forms, and a lawyer at the hearing.",
     "309-555-0124", ("en", "es"), "legal", "MO,TU,WE,TH,FR", ("09:00", "16:00")),
    ("family_law", "Family law advice", "Prairie Legal Aid",
     "Advice on separation, children and money.",
     "309-555-0125", ("en",), "legal", "TU,TH", ("10:00", "15:00")),
    ("medical", "Emergency care", "Prairie Hollow Hospital",
     "Care at any hour. Ask to be seen alone.",
     "309-555-0107", ("en", "es", "ar"), "medical", "", ("", "")),
    ("forensic", "Nurse examination", "Prairie Hollow Hospital",
     "An examination by a trained nurse, police or not.",
     "309-555-0126", ("en", "es"), "medical", "", ("", "")),
    ("housing", "Housing desk", "Alder Housing Desk",
     "Help to end a lease early and to find another home.",
     "309-555-0127", ("en", "es"), "housing", "MO,WE,FR", ("09:00", "13:00")),
    ("locks", "Lock change", "Alder Housing Desk",
     "New locks within two days, free of charge.",
     "309-555-0128", ("en",), "locks", "MO,TU,WE,TH,FR,SA", ("08:00", "18:00")),
    ("money", "Emergency money", "Alder Relief Fund",
     "Small sums for travel, food and a phone.",
     "309-555-0129", ("en",), "money", "MO,TU,WE,TH,FR", ("10:00", "14:00")),
    ("pets", "A place for animals", "Alder Relief Fund",
     "Looks after animals while their people are away.",
     "309-555-0130", ("en",), "pets", "MO,TU,WE,TH,FR,SA,SU", ("08:00", "19:00")),
    ("interpreters", "Interpreters by phone", "Alder Language Line",
     "Trained interpreters, bound to secrecy.",
     "309-555-0131", ("ar", "zh", "vi", "es"), "language", "", ("", "")),
)  # fmt: skip
TERMS = {
    "hotline": "Hotline",
    "shelter": "Shelter",
    "counselling": "Counselling",
    "support_group": "Support group",
    "accompaniment": "Accompaniment",
    "legal": "Legal help",
    "medical": "Medical care",
    "housing": "Housing",
    "locks": "Locks and doors",
    "money": "Money",
    "pets": "Animals",
    "language": "Interpreting",
}
LANGUAGE_NAMES = {"en": "English", "es": "Spanish", "ar": "Arabic", "zh": "Chinese", "vi": "Vietnamese"}
CONFIDENTIAL = "confidential-location"


def services() -> tuple[dict[str, Any], ...]:
    """This function will return the demo services as HSDS 3.0 `service` objects, organization inside."""
    return tuple(_service(*line) for line in SERVICES)


def _id(*parts: str) -> str:
    return str(uuid5(NAMESPACE_URL, "/".join(("alder-county", *parts))))


def _service(
    key: str,
    name: str,
    owner: str,
    description: str,
    number: str,
    languages: tuple[str, ...],
    term: str,
    days: str,
    hours: tuple[str, str],
) -> dict[str, Any]:
    about = f"{owner} serves {COUNTY}."
    found: dict[str, Any] = {
        "id": _id(key),
        "name": name,
        "description": description,
        "status": "active",
        "eligibility_description": EVERYBODY,
        "organization": {"id": _id("organization", owner), "name": owner, "description": about},
        "phones": [{"id": _id(key, "phone"), "number": number, "type": "voice"}],
        "languages": [
            {"id": _id(key, code), "code": code, "name": LANGUAGE_NAMES[code]} for code in languages
        ],
        "service_areas": [{"id": _id(key, "area"), "name": COUNTY}],
        "schedules": [_schedule(key, days, hours)],
        "attributes": [_attribute(key, term, TERMS[term])],
    }
    if term == "shelter":
        found["attributes"].append(_attribute(key, CONFIDENTIAL, "Confidential location"))
        location = {"id": _id(key, "location"), "location_type": "virtual"}
        found["service_at_locations"] = [{"id": _id(key, "at"), "location": location}]
    return found


def _schedule(key: str, days: str, hours: tuple[str, str]) -> dict[str, Any]:
    if not days:
        return {"id": _id(key, "schedule"), "description": "At any hour, every day."}
    opens_at, closes_at = hours
    schedule = {"id": _id(key, "schedule"), "freq": "WEEKLY", "interval": 1, "byday": days}
    return {**schedule, "opens_at": opens_at, "closes_at": closes_at}


def _attribute(key: str, code: str, name: str) -> dict[str, Any]:
    term = {
        "id": _id("term", code),
        "code": code,
        "name": name,
        "description": name,
        "taxonomy": "alder-county",
    }
    return {
        "id": _id(key, "attribute", code),
        "link_id": _id(key),
        "link_entity": "service",
        "taxonomy_term": term,
    }
