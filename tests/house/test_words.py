"""The product's words: no blame, no gender, no alarm; and nothing that names what it must not."""

import re
from collections.abc import Iterator
from functools import cache
from pathlib import Path

import pytest
from babel.messages.pofile import read_po

from shelterbelt.ui.catalogue import texts
from tests.house.source import PACKAGE, ROOT, modules, tracked, words_of

# What is not said to or about people, and what is said instead.
UNSAID = {
    r"\bvictims?\b(?![-’']* ?(services?|rights)\b)": "the survivor; a victim service is a kind of agency",
    r"\balleged(ly)?\b": "say what was seen, heard or told, and by whom",
    r"\b(abusers?|batterers?|offenders?|aggressors?)\b": "the other person; the person who caused the harm",
    r"\bsuspects?\b": "the other person",
    r"\b(failed|refused) to\b": "say what was",
    r"\bwhy (did|does|do)(n['’]t| not) (you|they|the survivor)\b": "no question asks for a justification",
    r"\b(non-?complian|uncooperative|hysteric|provok|reluctant|complainant|recant)\w*": "say what was",
    r"\bclaim(s|ed|ing)?\b": "they said",
    r"\b(domestic dispute|lovers['’]? quarrel|crime of passion|altercation)\b": "say what happened",
    r"\b(low|no|zero) risk\b": "nothing is called safe",
    r"\b(is|are) (now )?safe now\b": "nothing is called safe",
    r"\b(she|her|hers|herself|he|him|his|himself|wife|husband|girlfriend|boyfriend)\b": "they; the survivor",
    r"\bclick here\b|\bhere\b</a>": "a link says where it leads",
    r"\b\d+ ?(%|per ?cent\b)": "no percentage of danger",
    r"!(?![=\w])": "nothing shouts",
}
# The one place that a page may lead to outside: where "Exit this page" goes.
EXIT = "https://www.bbc.com/weather"
# Names, and no page of anybody's is asked for by them.
NIEM = (
    "https://docs.oasis-open.org/niemopen/ns/model/domains/justice/6.0/",
    "https://docs.oasis-open.org/niemopen/ns/model/niem-core/6.0/",
    "https://shelterbelt.example/ns/orders/1#",
)
NAMESPACES = ("http://www.w3.org/2000/svg", "http://www.w3.org/1999/xlink", *NIEM)


def unsaid(text: str) -> Iterator[str]:
    """What is wrong with a text for people."""
    for pattern, instead in UNSAID.items():
        if found := re.search(pattern, text, re.IGNORECASE):
            yield f"“{found[0]}” in “{text[:100]}”: {instead}"


@cache
def told() -> tuple[str, ...]:
    """Every text for people that code, pages and library hold, in English."""
    found: list[str] = []
    for message in texts():
        found += [message.id] if isinstance(message.id, str) else list(message.id)
    return tuple(text for text in found if text)


def templates() -> list[Path]:
    """Every page and part of a page."""
    return sorted(PACKAGE.glob("*/pages/**/*.html"))


def bare(page: str) -> list[str]:
    """What a page says outside of its translated texts: what stands between tags and in spoken attributes."""
    page = re.sub(r"\{%\s*comment\s*%\}.*?\{%\s*endcomment\s*%\}|\{#.*?#\}", "", page, flags=re.DOTALL)
    page = re.sub(r"<(script|style)\b.*?</\1>", "", page, flags=re.DOTALL)
    page = re.sub(r"\{%\s*blocktrans.*?\{%\s*endblocktrans\w*\s*%\}", "", page, flags=re.DOTALL)
    page = re.sub(r"\{% block (main_class|body_class|referrer) %\}.*?\{% endblock %\}", "", page)
    page = re.sub(r"\{%.*?%\}|\{\{.*?\}\}", " ", page, flags=re.DOTALL)
    spoken = re.findall(r"""(?:aria-label|title|alt|placeholder)="([^"]*)\"""", page)
    between = re.sub(r"<[^>]*>", "\n", page)
    return [text for line in [*spoken, *between.splitlines()] if (text := line.strip())]


def test_there_are_words_to_look_at() -> None:
    assert len(told()) > 500
    assert len(templates()) > 40


def test_no_text_blames_names_a_gender_or_promises_safety() -> None:
    wrong = [fault for text in told() for fault in unsaid(text)]
    assert not wrong, "\n".join(wrong)


def test_no_page_says_anything_that_cannot_be_translated() -> None:
    kept = {"Shelterbelt", "Shift"}  # the name, and a key of the keyboard
    # The same bytes for everybody.
    one_language = {PACKAGE / "ui" / "pages" / name for name in ("404.html", "nothing.html")}
    for path in templates():
        for text in bare(words_of(path)) if path not in one_language else ():
            said = re.sub(r"&\w+;|[^A-Za-z]", "", text)
            if len(said) > 2 and said not in kept:
                raise AssertionError(f"{path.relative_to(PACKAGE)}: {text}")


def test_no_translation_blames() -> None:
    for path in sorted(PACKAGE.glob("ui/locale/*/LC_MESSAGES/*.po")):
        with path.open("rb") as source:
            for message in read_po(source):
                said = message.string if isinstance(message.string, str) else " ".join(message.string)
                assert not re.search(
                    r"\bvíctimas?\b|maltratad|agresor|haga clic aquí", said, re.IGNORECASE
                ), said


@pytest.mark.parametrize("path", [*sorted(ROOT.glob("*.md")), *sorted((ROOT / "docs").glob("*.md"))], ids=str)
def test_the_manual_keeps_to_the_words_too(path: Path) -> None:
    skipped = (r"\d+ ?(%|", "failed", "(?![=", "claim", "he|him", "here", "suspects")
    for line in re.sub(
        r"^```.*?^```|`[^`]*`|“[^”]*”|\"[^\"]*\"", "", words_of(path), flags=re.M | re.S
    ).splitlines():
        for pattern, instead in UNSAID.items():
            if not any(part in pattern for part in skipped):
                found = re.search(pattern, line, re.IGNORECASE)
                assert not found or path.name == "words.md", f"{line.strip()}: {instead}"


def test_the_check_sees_what_must_not_be_said() -> None:
    for text in (
        "The victim called.",
        "The alleged assault",
        "They refused to cooperate",
        "Why didn’t you leave?",
        "Danger: 73 %",
        "Ask her what she wants",
        "Low risk",
        "Danger!",
    ):
        assert list(unsaid(text)), text
    assert not list(unsaid("A victim service holds its own files."))


# Places


def test_no_page_or_script_names_another_host() -> None:
    served = [
        *templates(),
        *(PACKAGE / "ui" / "static").glob("*.svg"),
        *(PACKAGE / "ui" / "static" / "js").glob("*"),
    ]
    for path in [*served, *(PACKAGE / "ui" / "sass").glob("*.scss")]:
        text = words_of(path)
        for name in NAMESPACES:
            text = text.replace(name, "")
        text = re.sub(r"//# sourceMappingURL=.*", "", text)
        assert not re.search(r"(https?:)?//[a-z0-9-]+\.[a-z]", text), path.relative_to(PACKAGE)


def test_the_only_address_elsewhere_in_code_is_where_the_exit_leads() -> None:
    for place in modules():
        for found in re.findall(r"https?://[^\s\"'{}]+", words_of(PACKAGE / place)):
            local = re.match(r"http://(localhost|127\.0\.0\.1)", found) or found in NAMESPACES
            assert local or (found == EXIT and place in ("portal/views.py", "config/settings.py")), (
                f"{place}: {found}"
            )


def test_help_lines_lead_to_a_telephone_and_to_no_page() -> None:
    links = re.findall(r"link: \"?([^\",}]*)", words_of(PACKAGE / "portal" / "help.yaml"))
    assert len(links) > 5
    assert all(not link.strip() or link.startswith(("tel:", "sms:")) for link in links)


def test_no_file_names_a_package_registry() -> None:
    hosts = [
        ".".join(parts)
        for parts in (("pypi", "org"), ("pythonhosted", "org"), ("npmjs", "org"), ("npmjs", "com"))
    ]
    hosts += [
        ".".join(parts) for parts in (("yarnpkg", "com"), ("ghcr", "io"), ("docker", "io"), ("golang", "org"))
    ]
    for path in tracked():
        text = words_of(path).lower()
        assert not [host for host in hosts if host in text], path.relative_to(ROOT)
    for name in ("package-lock.json", "requirements.lock"):
        assert not re.search(r'"resolved"|--(extra-)?index-url|--find-links', words_of(ROOT / name)), name


def test_no_file_names_a_place_on_somebodys_machine() -> None:
    homes = re.compile(
        r"(?<![\w.:/-])/(" + "|".join(("root", "home/[a-z]+", "Users/[A-Za-z]+", "work/[a-z]+")) + r")/"
    )
    for path in tracked():
        if path.name != "test_words.py":
            found = homes.search(words_of(path))
            assert not found, f"{path.relative_to(ROOT)}: {found[0] if found else ''}"


def test_no_file_names_somebodys_address() -> None:
    address = re.compile(r"[\w.+-]+@([\w-]+\.)+[a-z]{2,}\b")
    for path in tracked():
        if path.name in ("package-lock.json", "LICENSE"):
            continue
        for found in address.finditer(words_of(path)):
            kept = re.search(r"@([\w-]+\.)*example(\.(org|com|net))?$|@li\.org$", found[0])
            assert kept, f"{path.relative_to(ROOT)}: {found[0]}"


def test_nothing_big_is_kept_with_the_source() -> None:
    for path in tracked():
        assert path.stat().st_size < 1_000_000, path.relative_to(ROOT)
