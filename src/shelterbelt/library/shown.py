"""Every English text that files of the library show to people, with the file it stands in: what can be translated.

It translates nothing, and leaves out what an installation added: that brings its own words.
"""

from collections.abc import Iterator

from shelterbelt.library import acts, assessments, court, parameters, shelf
from shelterbelt.library.assessments import Assessment

SURVIVOR = "survivor"


def shown() -> Iterator[tuple[str, str]]:
    """This function will yield each file (its path under the package) with each of its texts; some come twice."""
    for kind, name, text in shelf.placed():
        yield _place(kind, name), text
    for found in _instruments():
        for text in assessments.texts(found):
            yield _place("instruments", f"{found.sheet.id}/{found.sheet.version}"), text
    yield from _with_texts_of_their_own()


def asked() -> Iterator[str]:
    """This function will yield what survivors are asked, and may see on the screen while they are: prompts, questions,
    help and answers of every instrument that is put to them.
    """
    for name in shelf.names_of("instruments"):
        screen = shelf.instrument(*name.split("/"))
        for item in screen.items:
            yield from (item.text, item.help)
        for said in (*screen.before, screen.survivor_concern):
            yield from (said.text, said.help)
        yield from screen.answers.values()
    for found in _instruments():
        if found.asked_of == SURVIVOR:
            yield from assessments.asked(found)


def _with_texts_of_their_own() -> Iterator[tuple[str, str]]:
    for version in parameters.versions():
        for text in parameters.parameters(version=version).texts():
            yield _place("parameters", f"{parameters.RETALIATION}/{version}"), text
    for name in shelf.names_of("acts"):
        for text in acts.acts(name.split("/")[0]).texts():
            yield _place("acts", name), text
    for text in court.texts():
        yield _place(court.FOLDER, court.USUAL), text


def _instruments() -> Iterator[Assessment]:
    for id, version in assessments.names(only_product=True):
        yield assessments.assessment(id, version)


def _place(kind: str, name: str) -> str:
    return f"library/{kind}/{name}.yaml"
