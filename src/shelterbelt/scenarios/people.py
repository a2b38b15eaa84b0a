"""Invents people: names of four languages, any gender, numbers from the range kept for fiction."""

from datetime import date, timedelta
from random import Random

from shelterbelt.scenarios.events import Person

NAMES: dict[str, dict[str, tuple[str, ...]]] = {
    "en": {
        "woman": (
            "Carol",
            "Jasmine",
            "Ruth",
            "Shanice",
            "Megan",
            "Odette",
            "Tamsin",
            "Keisha",
            "Paula",
            "Wren",
        ),
        "man": ("Derek", "Tyrone", "Colin", "Marcus", "Neil", "Isaiah", "Grant", "Leroy", "Stuart", "Reed"),
        "nonbinary": ("Rowan", "Sage", "Quinn", "Ellis", "Marlowe"),
        "family": (
            "Abbott",
            "O'Malley",
            "Whitlock",
            "Freeman",
            "St. Clair",
            "Hargrove",
            "Boateng",
            "Lindqvist",
            "Okafor",
            "D'Angelo",
            "Pritchard",
            "Vance",
            "Mbeki-Jones",
            "Castellan",
            "Ferris",
            "Nakai",
        ),
    },
    "es": {
        "woman": (
            "María José",
            "Yolanda",
            "Itzel",
            "Rocío",
            "Inés",
            "Guadalupe",
            "Begoña",
            "Ximena",
            "Noemí",
        ),
        "man": ("Joaquín", "Ramón", "Efraín", "Iñaki", "Gustavo", "Ulises", "Andrés", "Néstor", "Hernán"),
        "nonbinary": ("Guadalupe", "Cruz", "Trinidad", "Ariel"),
        "family": (
            "Núñez Barrios",
            "Peña",
            "de la Rosa",
            "Ibáñez",
            "Zúñiga Ortega",
            "Quiñones",
            "Aragón Solís",
            "Villalobos",
            "Echeverría",
            "Güemes",
            "Montaño Ríos",
            "Saldívar",
        ),
    },
    "ar": {
        "woman": ("نورة", "سلمى", "ليلى", "هدى", "رانيا", "مريم", "أمينة", "دعاء"),
        "man": ("خالد", "سامي", "طارق", "يوسف", "ماجد", "نبيل", "عمر", "رشيد"),
        "nonbinary": ("نور", "صباح", "جهاد"),
        "family": ("الحسيني", "بن سالم", "عبد الرحمن", "المصري", "حدّاد", "القرشي", "أبو زيد", "الخطيب"),
    },
    "zh-Hans": {
        "woman": ("秀英", "雨桐", "美玲", "晓燕", "佳怡", "淑芬"),
        "man": ("建国", "志强", "子轩", "伟", "俊杰", "文博"),
        "nonbinary": ("安", "乐天"),
        "family": ("王", "李", "陈", "欧阳", "黄", "赵", "司马", "林"),
    },
    "vi": {
        "woman": ("Thị Hồng", "Thị Mai", "Ngọc Ánh", "Thúy Hằng", "Bích Vân"),
        "man": ("Văn Đức", "Quốc Bảo", "Minh Tuấn", "Hữu Phước", "Đình Long"),
        "nonbinary": ("An", "Thanh"),
        "family": ("Nguyễn", "Trần", "Phạm", "Đặng", "Võ", "Bùi"),
    },
}
LANGUAGES = (("en", 0.58), ("es", 0.20), ("ar", 0.09), ("zh-Hans", 0.07), ("vi", 0.06))
SPEAKS_ENGLISH = {"es": 0.45, "ar": 0.4, "zh-Hans": 0.35, "vi": 0.4}
AREA_CODES = ("217", "309", "447", "618", "730", "779", "815", "861")
STREETS: tuple[str, ...] = (
    "Linden Court",
    "Quarry Lane",
    "Teasel Street",
    "Mill Race",
    "Hawthorn Row",
    "Ferry Road",
    "Orchard Way",
)
STREETS += ("Kiln Street", "Larkspur Avenue", "Depot Street", "Heron Close", "Sycamore Terrace")
TOWNS = ("Alderton", "Millrace", "Fenwick Mills", "Prairie Hollow")


def drawn(rng: Random, weighted: tuple[tuple[str, float], ...]) -> str:
    """This function will draw one of the names by its weight (weights need not add up to one)."""
    return rng.choices([name for name, _ in weighted], [weight for _, weight in weighted])[0]


def phone(rng: Random) -> str:
    """This function will invent a telephone number from the range kept for fiction (555-0100 to 555-0199)."""
    return f"{rng.choice(AREA_CODES)}-555-01{rng.randrange(100):02d}"


def name_of(rng: Random, names: str, gender: str) -> str:
    """This function will put a given and a family name of one language together, in that language's order."""
    pool = NAMES[names]
    given, family = rng.choice(pool[gender]), rng.choice(pool["family"])
    if rng.random() < 0.03:
        return given  # people with one name only
    if names == "zh-Hans":
        return family + given
    return f"{family} {given}" if names == "vi" else f"{given} {family}"


def person(rng: Random, key: str, gender: str, names: str, *, on: date) -> Person:
    """This function will invent a person who is between 18 and 79 years old on the day `on`."""
    english = names == "en" or rng.random() < SPEAKS_ENGLISH[names]
    age_days = int(rng.triangular(18 * 366, 79 * 365, 31 * 365))
    called = (rng.choice(("Bee", "Teo", "Mo", "Chip", "Lu", "Nini")),) if rng.random() < 0.06 else ()
    return Person(
        key=key,
        name=name_of(rng, names, gender),
        gender=gender,
        born_on=on - timedelta(days=age_days) if rng.random() < 0.93 else None,
        phones=tuple(phone(rng) for _ in range(rng.choices((0, 1, 2), (0.1, 0.8, 0.1))[0])),
        address=f"{rng.randrange(1, 240)} {rng.choice(STREETS)}, {rng.choice(TOWNS)}",
        language="en" if english else names,
        interpreter=not english and rng.random() < 0.8,
        other_names=called,
    )


def pair(rng: Random, number: int, *, on: date) -> tuple[Person, Person]:
    """This function will invent a survivor and the other person: every gender on either side."""
    names = drawn(rng, LANGUAGES)
    theirs = names if rng.random() < 0.75 else drawn(rng, LANGUAGES)
    gender = drawn(rng, (("woman", 0.80), ("man", 0.15), ("nonbinary", 0.05)))
    usual = {"woman": (("man", 0.90), ("woman", 0.07), ("nonbinary", 0.03))}
    other = drawn(rng, usual.get(gender, (("woman", 0.5), ("man", 0.42), ("nonbinary", 0.08))))
    survivor = person(rng, f"p{number:03d}a", gender, names, on=on)
    return survivor, person(rng, f"p{number:03d}b", other, theirs, on=on)
