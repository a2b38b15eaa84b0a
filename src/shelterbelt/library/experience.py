"""Hands out what somebody may say about a contact with an agency: questions and answers in two languages.

It refuses a file that breaks its schema or names something twice. There is no place for words of one's own: they would name.
"""

from dataclasses import dataclass
from functools import cache

from shelterbelt.library import files
from shelterbelt.library.files import LibraryError
from shelterbelt.library.said import Said, said

AFTER_CONTACT = "after_contact"
FOLDER = "feedback"


@dataclass(frozen=True, slots=True)
class Line:
    """A question or an answer."""

    id: str
    text: Said


@dataclass(frozen=True, slots=True)
class Asked:
    """All that is asked, and from how many answers on it may be shown."""

    name: str
    version: str
    title: Said
    intro: Said
    least: int
    keep_years: int
    answers: tuple[Line, ...]
    questions: tuple[Line, ...]


@cache
def asked(name: str = AFTER_CONTACT) -> Asked:
    """This function will return what is asked after a contact. Raises LibraryError when the file is wrong."""
    path = f"{FOLDER}/{name}.yaml"
    data = files.read(path, FOLDER)
    if data["name"] != name:
        raise LibraryError(f"{path}: it names another set of questions")
    answers = tuple(Line(one["id"], said(one)) for one in data["answers"])
    questions = tuple(Line(one["id"], said(one)) for one in data["questions"])
    for lines in (answers, questions):
        if len({line.id for line in lines}) != len(lines):
            raise LibraryError(f"{path}: an id stands twice")
    return Asked(
        name=name,
        version=data["version"],
        title=said(data["title"]),
        intro=said(data["intro"]),
        least=data["least"],
        keep_years=data["keep_years"],
        answers=answers,
        questions=questions,
    )
