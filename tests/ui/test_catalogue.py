"""Every text can be translated, and the public pages are, whole, into Spanish."""

from pathlib import Path

from babel.messages.pofile import read_po

from shelterbelt.library import acts, parameters, shelf, shown
from shelterbelt.library.assessments import assessment, texts
from shelterbelt.ui import catalogue

PUBLIC = (
    "portal/lines.py",
    "portal/pages/help_now.html",
    "portal/pages/leaving.html",
    "portal/pages/line.html",
    "ui/pages/public.html",
)


def test_texts_are_gathered_from_code_and_from_pages() -> None:
    found = {message.id for message in catalogue.texts()}
    assert "Write a name. One name is enough." in found
    assert "You deserve to be safe" in found


def test_the_public_pages_are_complete_in_spanish() -> None:
    assert catalogue.untranslated("es", PUBLIC) == []


def test_every_text_of_the_library_can_be_translated() -> None:
    found = {message.id for message in catalogue.texts()}
    for said in (
        shelf.labels(),
        texts(assessment("danger_assessment", "1")),
        parameters.parameters().texts(),
        acts.acts("demo_county").texts(),
    ):
        assert set(filter(None, said)) <= found


def test_what_a_survivor_is_asked_is_complete_in_spanish() -> None:
    """They may see the screen, or it is read to them. Results, notes and sources are for workers, in English as yet."""
    asked = set(filter(None, shown.asked()))
    assert len(asked) > 150
    assert asked & set(catalogue.untranslated("es")) == set()


def test_a_text_that_nobody_translated_is_found(tmp_path: Path) -> None:
    (tmp_path / "pages").mkdir()
    (tmp_path / "pages" / "x.html").write_text(
        '{% load i18n %}<ul>\n    <li title="it\'s">{% trans "Wholly new" %}</li>\n  </ul>'
    )
    assert [message.id for message in catalogue.texts(tmp_path) if message.id] == ["Wholly new"]


def test_translations_keep_the_places_for_values() -> None:
    with (catalogue.LOCALE / "es" / "LC_MESSAGES" / "django.po").open("rb") as po:
        known = read_po(po, locale="es")
    assert [
        list(message.check()) for message in known if message.id and message.string and list(message.check())
    ] == []
