"""Finds the forms that pages show, by following their links as a worker would: a new form is found by itself."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from html.parser import HTMLParser
from typing import Any
from urllib.parse import urljoin, urlsplit

from django.test import Client
from django.urls import resolve

NEVER = ("/account/logout", "/account/reauthenticate", "/static/", "/exchange/")


@dataclass
class Shown:
    """One form as a page shows it: where it goes, what it is filled with, and where somebody may type or choose a file."""

    page: str
    action: str
    method: str = "get"
    fields: dict[str, list[str]] = field(default_factory=dict)
    typed: list[str] = field(default_factory=list)
    files: list[str] = field(default_factory=list)

    @property
    def name(self) -> str:
        """The route that it goes to, and what it asks for: the same form on many pages is one."""
        return f"{self.method} {route(self.action)} {sorted(self.fields)}"


class _Page(HTMLParser):
    def __init__(self, at: str) -> None:
        super().__init__()
        self.at, self.links, self.forms = at, set(), []  # type: tuple[str, set[str], list[Shown]]
        self.form: Shown | None = None
        self.area, self.choice = "", ""

    def handle_starttag(self, tag: str, pairs: list[tuple[str, str | None]]) -> None:
        told = {name: value or "" for name, value in pairs}
        if tag == "a" and told.get("href"):
            self.links.add(urlsplit(urljoin(self.at, told["href"]))._replace(fragment="").geturl())
        elif tag == "form":
            action = urlsplit(urljoin(self.at, told.get("action") or self.at)).path
            self.form = Shown(self.at, action, told.get("method", "get").lower())
            self.forms.append(self.form)
        elif self.form is not None and (name := told.get("name") or (self.choice if tag == "option" else "")):
            self._field(tag, name, told)

    def _field(self, tag: str, name: str, told: dict[str, str]) -> None:
        assert self.form
        kind, value = told.get("type", "text"), told.get("value", "")
        if tag == "select":
            self.choice = name
            self.form.fields.setdefault(name, [])
        elif tag == "option":
            if value and not self.form.fields[name]:
                self.form.fields[name] = [value]
        elif tag == "textarea" or kind in (
            "text",
            "tel",
            "search",
            "email",
            "password",
            "url",
            "number",
            "date",
            "time",
        ):
            self.form.fields.setdefault(name, [value])
            self.form.typed.append(name)
        elif kind == "file":
            self.form.files.append(name)
        elif tag == "input" and (kind != "radio" or name not in self.form.fields):
            self.form.fields.setdefault(name, []).append(value)
        elif tag == "button" and value:
            self.form.fields.setdefault(name, [value])

    def handle_endtag(self, tag: str) -> None:
        if tag == "form":
            self.form = None
        elif tag == "select":
            self.choice = ""


def route(path: str) -> str:
    """The pattern behind an address."""
    try:
        return str(resolve(path).route)
    except Exception:
        return path


def walked(client: Client, *begins: str, most: int = 120) -> Iterator[tuple[str, Any, _Page]]:
    """Every page that links lead to, one of each pattern and query, at most so many."""
    waiting, seen = list(begins), set()
    while waiting and len(seen) < most:
        path = waiting.pop(0)
        parts = urlsplit(path)
        key = (route(parts.path), "?" in path)
        if parts.netloc or key in seen or parts.path.startswith(NEVER):
            continue
        seen.add(key)
        answer = client.get(path)
        if answer.status_code in (301, 302):
            waiting.insert(0, answer["Location"])
        elif answer.status_code == 200 and "html" in answer["Content-Type"]:
            page = _Page(path)
            page.feed(answer.content.decode())
            waiting += sorted(page.links)
            yield path, answer, page


def forms_of(client: Client, *begins: str) -> dict[str, Shown]:
    """Every form that somebody meets, once."""
    found: dict[str, Shown] = {}
    for _path, _answer, page in walked(client, *begins):
        for one in page.forms:
            if not one.action.startswith(NEVER):
                found.setdefault(one.name, one)
    return found
