"""A text in the two languages of the portal, side by side in one file. It translates nothing."""

from collections.abc import Mapping
from dataclasses import dataclass

SPANISH = "es"


@dataclass(frozen=True, slots=True)
class Said:
    """One text in English and in Spanish."""

    en: str
    es: str

    def by(self, language: str) -> str:
        """This function will return the text in this language; in English where it is another one."""
        return self.es if language.split("-")[0] == SPANISH else self.en


def said(line: Mapping[str, str]) -> Said:
    """This function will return the text that a checked file gives with the keys en and es."""
    return Said(line["en"], line["es"])
