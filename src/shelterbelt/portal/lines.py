"""The help lines as a page shows them, in one language. Refuses to show a number that nobody has checked."""

from functools import cache
from pathlib import Path
from typing import Any

import yaml
from django.utils.translation import gettext_noop

SOURCE = Path(__file__).with_name("help.yaml")
WAYS = {
    "call": gettext_noop("Call"),
    "text": gettext_noop("Text"),
    "tty": gettext_noop("Text telephone"),
    "call_or_text": gettext_noop("Call or text"),
}


@cache
def _read() -> dict[str, list[dict[str, Any]]]:
    sections: dict[str, list[dict[str, Any]]] = yaml.safe_load(SOURCE.read_text(encoding="utf-8"))
    return sections


def lines(section: str, language: str, *, demonstration: bool) -> list[dict[str, Any]]:
    """The checked lines of a section; invented ones only where the whole installation is a demonstration."""
    return [
        _shown(line, language)
        for line in _read()[section]
        if line["checked_on"] and (demonstration or not line.get("demonstration"))
    ]


def _shown(line: dict[str, Any], language: str) -> dict[str, Any]:
    return {
        "name": _said(line["name"], language),
        "note": _said(line["note"], language),
        "hours": _said(line["hours"], language),
        "demonstration": bool(line.get("demonstration")),
        "ways": [
            {"how": WAYS[way["how"]], "text": _said(way["text"], language), "link": way["link"]}
            for way in line["ways"]
        ],
    }


def _said(words: dict[str, str] | str, language: str) -> str:
    return words if isinstance(words, str) else words[language]
