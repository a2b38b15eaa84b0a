"""Alder County's agencies, who works there, and who stands for which role in the demo. All invented."""

from dataclasses import dataclass
from random import Random

from shelterbelt.scenarios.people import drawn, name_of

ZONE = "America/Chicago"


@dataclass(frozen=True)
class Agency:
    """An agency; `units` are (code, name), `node` is the installation that holds its files."""

    code: str
    name: str
    kind: str
    node: str
    protocol: str
    duty_phone: str
    units: tuple[tuple[str, str], ...] = ()
    time_zone: str = ZONE
    fictional: bool = True


@dataclass(frozen=True)
class Worker:
    """A worker; `code` signs in and says no name."""

    code: str
    name: str
    roles: tuple[str, ...]
    agency: str
    unit: str = ""


AGENCIES = (
    Agency(
        "police",
        "Alder County Police",
        "police",
        "system",
        "demo_county/police",
        "309-555-0101",
        (("patrol", "Patrol"), ("detectives", "Detectives")),
    ),
    Agency(
        "millrace",
        "Millrace Town Police",
        "police",
        "system",
        "demo_county/police",
        "309-555-0102",
        (("patrol", "Patrol"), ("detectives", "Detectives")),
    ),
    Agency("prosecutor", "Alder County Prosecutor", "prosecutor", "system", "", "309-555-0103"),
    Agency("probation", "Alder County Probation", "probation", "system", "", "309-555-0104"),
    Agency("court", "Alder County Court Clerk", "court", "system", "", "309-555-0105"),
    Agency("council", "Alder County Coordinating Council", "council", "system", "", "309-555-0106"),
    Agency(
        "hospital", "Prairie Hollow Hospital", "hospital", "hospital", "demo_county/hospital", "309-555-0107"
    ),
    Agency(
        "advocates", "Alder Advocates", "advocates", "advocates", "demo_county/victim_service", "309-555-0108"
    ),
    Agency("shelter", "Lantern House", "shelter", "shelter", "demo_county/victim_service", "309-555-0109"),
)
# (code stem, how many, roles, agency, unit); the last of a group of four or more is its supervisor.
STAFF: tuple[tuple[str, int, tuple[str, ...], str, str], ...] = (
    ("pat", 10, ("officer",), "police", "patrol"),
    ("det", 5, ("detective",), "police", "detectives"),
    ("mil", 3, ("officer", "detective", "supervisor"), "millrace", "patrol"),
    ("pro", 3, ("prosecutor",), "prosecutor", ""),
    ("prb", 3, ("probation_officer",), "probation", ""),
    ("crt", 2, ("court_clerk",), "court", ""),
    ("cor", 1, ("coordinator",), "council", ""),
    ("nur", 4, ("nurse",), "hospital", ""),
    ("adv", 5, ("advocate",), "advocates", ""),
    ("she", 3, ("shelter_worker",), "shelter", ""),
    ("new", 1, (), "council", ""),
    ("adm", 1, ("administrator",), "police", ""),
    ("rev", 1, ("reviewer",), "police", ""),
    ("rec", 1, ("records_officer",), "police", ""),
    ("vad", 1, ("administrator", "records_officer"), "advocates", ""),
    ("had", 1, ("administrator",), "hospital", ""),
    ("sha", 1, ("administrator",), "shelter", ""),
)
DEMO_ROLES = (
    ("officer", "pat-04"),
    ("detective", "det-02"),
    ("supervisor", "pat-10"),
    ("prosecutor", "pro-01"),
    ("probation_officer", "prb-01"),
    ("court_clerk", "crt-01"),
    ("coordinator", "cor-01"),
    ("nurse", "nur-01"),
    ("advocate", "adv-01"),
    ("shelter_worker", "she-01"),
    ("administrator", "adm-01"),
    ("reviewer", "rev-01"),
    ("records_officer", "rec-01"),
    ("all_hats", "mil-01"),
    ("uninvited", "new-01"),
)
WORKER_NAMES = (("en", 0.6), ("es", 0.2), ("ar", 0.06), ("vi", 0.08), ("zh-Hans", 0.06))


def workers(rng: Random) -> tuple[Worker, ...]:
    """This function will staff the county with 46 workers, in the order of STAFF."""
    found = []
    for stem, count, roles, agency, unit in STAFF:
        for n in range(1, count + 1):
            gender = drawn(rng, (("woman", 0.5), ("man", 0.46), ("nonbinary", 0.04)))
            name = name_of(rng, drawn(rng, WORKER_NAMES), gender)
            lead = ("supervisor",) if count >= 4 and n == count else ()
            found.append(Worker(f"{stem}-{n:02d}", name, roles + lead, agency, unit))
    return tuple(found)
