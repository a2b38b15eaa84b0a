"""Whatever a survivor reads can be read at eleven, in English and in Spanish: the library's texts and the portal's.

`hard` is what every page of the portal is looked at with: a page's texts together, and each long text alone.
"""

from collections import defaultdict
from collections.abc import Iterable, Iterator
from datetime import date
from functools import cache

import pytest
from babel.messages.pofile import read_po

from shelterbelt.library import covers, limits, plans
from shelterbelt.library.plans import Part
from shelterbelt.measures import reading
from shelterbelt.ui.catalogue import LOCALE, PACKAGE, texts

ENOUGH = 30  # words: in fewer, one long name decides the number
PORTAL = "portal/"
ON = date(2026, 11, 22)


def hard(said: Iterable[str], language: str) -> Iterator[str]:
    """What of these texts of one page is not plain: a long sentence, a long text, or all of them together."""
    found = list(said)
    measure = reading.spanish if language == "es" else reading.english
    for text in (*found, "\n".join(found)):
        ease = measure(text)
        if ease.longest > reading.MOST_WORDS:
            yield f"{ease.longest} words in one sentence: {text[:120]}"
        elif ease.words >= ENOUGH and not reading.plain(text, language):
            yield f"{ease.score:.1f}: {text[:120]}"


@cache
def portal() -> dict[str, list[tuple[str, str]]]:
    """The texts of the portal in English and Spanish, by the file that they stand in."""
    with (LOCALE / "es" / "LC_MESSAGES" / "django.po").open("rb") as place:
        spanish = read_po(place, locale="es")
    found: dict[str, list[tuple[str, str]]] = defaultdict(list)
    for message in texts(PACKAGE / PORTAL):
        said = [message.id] if isinstance(message.id, str) else list(message.id)
        known = spanish.get(message.id, message.context)
        told = known.string if known else ""
        for file, _line in message.locations:
            found[PORTAL + file] += zip(
                said, [told] * len(said) if isinstance(told, str) else told, strict=False
            )
    return found


def pages(part: Part, language: str) -> Iterator[list[str]]:
    """A part as it is shown, a page at a time, and then as a whole."""
    yield [said.by(language) for said in (part.title, part.intro, part.why, *part.careful)]
    for prompt in part.prompts:
        shown = [prompt.text, *([prompt.help] if prompt.help else []), *(item.text for item in prompt.items)]
        yield [part.title.by(language), *(said.by(language) for said in shown)]
    yield [said.by(language) for said in part.texts()]


def test_a_hard_sentence_is_found() -> None:
    said = (
        "Notwithstanding jurisdictional limitations, petitioners requesting emergency relief communicate "
        "contemporaneous documentation to the appropriate authorities, simultaneously notifying the administration "
        "of correctional establishments, whose responsibilities encompass dissemination of information."
    )
    assert list(hard([said], "en"))
    assert list(hard(["Go there. " * 20, "You go to the door and " * 6], "en"))
    assert not list(hard(["You can stop. Nobody will ask you why. " * 5], "en"))


@pytest.mark.parametrize("language", ["en", "es"])
def test_every_part_of_the_plan_can_be_read_at_eleven(language: str) -> None:
    wrong = [
        f"{part.id}: {fault}"
        for part in plans.plan().parts
        for page in pages(part, language)
        for fault in hard(page, language)
    ]
    assert not wrong, "\n".join(wrong)


@pytest.mark.parametrize("language", ["en", "es"])
def test_what_to_cover_and_what_is_reported_can_be_read_at_eleven(language: str) -> None:
    told = [covers.says(line.topic).by(language) for line in covers.lines()]
    told += [limits.before().by(language), limits.without().by(language)]
    told += [one.says.by(language) for one in limits.limits_for("hospital", on=ON)]
    assert not list(hard(told, language))


@pytest.mark.parametrize("index", [0, 1], ids=["en", "es"])
def test_every_page_of_the_portal_can_be_read_at_eleven(index: int) -> None:
    wrong = [
        f"{file}: {fault}"
        for file, said in portal().items()
        for fault in hard([pair[index] for pair in said if pair[index]], ("en", "es")[index])
    ]
    assert not wrong, "\n".join(wrong)


def test_every_text_of_the_portal_has_its_spanish() -> None:
    """Pages for workers may wait; a survivor's may not."""
    read = {file: said for file, said in portal().items() if "/worker_" not in file}
    assert len(read) > 10
    missing = [f"{file}: {english}" for file, said in read.items() for english, told in said if not told]
    assert not missing, "\n".join(missing)
