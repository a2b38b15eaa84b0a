"""What an installation adds: checked first, locked by its digest, and never in the place of something else."""

import hashlib
from pathlib import Path

import pytest
from tests.library.files_for_tests import DANGER, STORIES

from shelterbelt.library import added, packs
from shelterbelt.library.assessments import assessment, names
from shelterbelt.library.files import LibraryError

PACK = """\
pack: 1
instrument: small
version: "1"
language: es
edition: "1"
official: true
statement: Agencies of the county may use it.
texts:
  gun: {text: Hay un arma, help: Cualquiera}
  left: {text: Se ha ido}
  apart: {text: Nunca juntos}
answers: {"yes": "Sí"}
"""


@pytest.fixture(autouse=True)
def home(tmp_path, monkeypatch) -> Path:
    monkeypatch.setenv("SHELTERBELT_HOME", str(tmp_path))
    return tmp_path


@pytest.fixture
def small() -> str:
    return packs.add(DANGER.encode(), STORIES.encode())


def test_without_an_installation_nothing_is_added_and_nothing_is_there(monkeypatch):
    monkeypatch.delenv("SHELTERBELT_HOME")
    assert added.locked() == {}
    with pytest.raises(LibraryError, match="no installation"):
        packs.add(DANGER.encode())


def test_an_added_instrument_is_read_like_those_of_the_product(small, home):
    assert small == "small/1.yaml"
    found = assessment("small", "1")
    assert found.added
    assert found.digest == hashlib.sha256(DANGER.encode()).hexdigest()
    assert ("small", "1") in names()
    assert ("small", "1") not in names(only_product=True)
    assert set(added.locked()) == {"small/1.yaml", "small/1.examples.yaml"}
    assert (home / "instruments" / "small" / "1.yaml").read_text() == DANGER


def test_a_file_that_was_changed_after_it_was_added_is_refused(small, home):
    place = home / "instruments" / small
    assert assessment("small", "1").title == "A small one"
    place.write_text(DANGER.replace("A small one", "Another"))
    with pytest.raises(LibraryError, match="changed after it was added"):
        assessment("small", "1")
    place.unlink()
    with pytest.raises(LibraryError, match="was added and is gone"):
        assessment("small", "1")


def test_a_file_that_was_never_added_is_not_read(home):
    place = home / "instruments" / "small" / "1.yaml"
    place.parent.mkdir(parents=True)
    place.write_text(DANGER)
    with pytest.raises(LibraryError, match="no such file"):
        assessment("small", "1")
    assert ("small", "1") not in names()


def test_adding_the_same_again_changes_nothing_and_other_content_needs_a_new_version(small):
    before = dict(added.locked())
    assert packs.add(DANGER.encode(), STORIES.encode()) == small
    assert added.locked() == before
    other = DANGER.replace("A small one", "Another")
    with pytest.raises(LibraryError, match="give it a new one"):
        packs.add(other.encode())
    assert assessment("small", "1").title == "A small one"
    packs.add(other.replace('version: "1"', 'version: "2"').encode())
    assert (assessment("small", "1").title, assessment("small", "2").title) == ("A small one", "Another")


@pytest.mark.parametrize("id", ["odara", "lethality_screen"])
def test_an_instrument_of_the_product_cannot_be_replaced(id):
    assert id in packs.product_ids()
    for version in ("1", "7"):
        text = DANGER.replace("id: small", f"id: {id}").replace('version: "1"', f'version: "{version}"')
        with pytest.raises(LibraryError, match="cannot be replaced"):
            packs.add(text.encode())
    assert added.locked() == {}


@pytest.mark.parametrize(
    ("data", "stories", "says"),
    [
        (DANGER.replace('court: "no"', "court: no"), None, "line 8: court: A bare no"),
        (DANGER, STORIES.replace("score: 1", "score: 2"), "line 5: .*score is 1"),
        (PACK, None, "line 2: There is no instrument"),
        ("title: nothing", None, "neither"),
        ("- a", None, "neither"),
    ],
)
def test_nothing_with_a_fault_is_added(data, stories, says):
    with pytest.raises(LibraryError, match=says):
        packs.add(data.encode(), stories and stories.encode())
    assert added.locked() == {}


def test_a_pack_changes_the_words_and_nothing_else(small):
    ours = assessment("small", "1")
    assert packs.add(PACK.encode()) == "wording/small/1.es.1.yaml"
    theirs = packs.in_words(ours, "es")
    assert [item.text for item in theirs.items] == ["Hay un arma", "Se ha ido", "Nunca juntos"]
    assert (theirs.items[0].help, theirs.items[1].help) == ("Cualquiera", "")
    assert dict(theirs.items[0].answers) == {"yes": "Sí", "no": "No"}
    assert theirs.wording is not None
    assert (theirs.wording.official, theirs.wording.language) == (True, "es")
    assert theirs.wording.digest == hashlib.sha256(PACK.encode()).hexdigest()
    assert theirs.instrument == ours.instrument
    assert (theirs.digest, theirs.bands, theirs.limits) == (ours.digest, ours.bands, ours.limits)
    assert packs.languages(ours) == ("es",)
    assert packs.in_words(ours, "en") is ours
    assert ours.wording is None


def test_the_newest_edition_counts_and_an_old_result_finds_its_own(small):
    packs.add(PACK.encode())
    for edition in ("2", "10"):
        packs.add(
            PACK.replace('edition: "1"', f'edition: "{edition}"')
            .replace("Se ha ido", f"Ida {edition}")
            .encode()
        )
    ours = assessment("small", "1")
    assert packs.in_words(ours, "es").items[1].text == "Ida 10"
    first = hashlib.sha256(PACK.encode()).hexdigest()
    assert packs.in_words(ours, "es", digest=first).items[1].text == "Se ha ido"
    with pytest.raises(LibraryError, match="no pack of that digest"):
        packs.in_words(ours, "es", digest="0" * 64)
    with pytest.raises(LibraryError, match="give it a new one"):
        packs.add(PACK.replace("Se ha ido", "Otra").encode())


def test_a_pack_that_was_changed_is_refused(small, home):
    (home / "instruments" / packs.add(PACK.encode())).write_text(PACK.replace("Se ha ido", "Otra"))
    with pytest.raises(LibraryError, match="changed after it was added"):
        packs.in_words(assessment("small", "1"), "es")


def test_a_pack_may_speak_for_an_instrument_of_the_product():
    found = assessment("hark", "1")
    texts = "".join(f"  {item.id}: {{text: Pregunta {item.number}}}\n" for item in found.items)
    head = PACK[: PACK.index("texts:")].replace("instrument: small", "instrument: hark")
    packs.add(f"{head}texts:\n{texts}".encode())
    assert packs.in_words(found, "es").items[0].text == "Pregunta 1"


@pytest.mark.parametrize(
    ("before", "after", "line", "says"),
    [
        ("instrument: small", "instrument: smaller", 2, 'There is no instrument "smaller" of version "1".'),
        ('version: "1"', 'version: "3"', 2, 'of version "3"'),
        ("  left: {text", "  gone: {text", 10, 'texts: the instrument has no "gone".'),
        ("  left: {text: Se ha ido}\n", "", 8, "These are missing: left."),
        ('answers: {"yes": "Sí"}', 'answers: {"perhaps": "Quizás"}', 12, 'answers: the instrument has no "perhaps".'),
        ("language: es", "language: Spanish", 4, '"Spanish" is not a word that can stand here'),
        ("language: es", "language: no", 4, "A bare no"),
        ("statement: Agencies of the county may use it.\n", "", 1, '"statement" is missing'),
        ("official: true", "points: {gun: 9}", 6, 'there is no key "points" here'),
        ("pack: 1", "pack: 2", 1, "has to be 1."),
        (PACK, "", 1, "The file is empty."),
        (PACK, "pack: [", 1, "This is not YAML"),
    ],
)  # fmt: skip
def test_a_fault_of_a_pack_is_told_on_its_line(small, before, after, line, says):
    assert PACK.count(before) == 1
    found = packs.pack_faults(PACK.replace(before, after).encode())
    assert any(fault.line == line and says in fault.says for fault in found), found


def test_a_good_pack_has_no_faults(small):
    assert packs.pack_faults(PACK.encode()) == ()


def test_the_list_of_what_was_added_is_itself_checked(small, home):
    (home / "instruments" / added.MANIFEST).write_text("small/1.yaml: nothing\n")
    with pytest.raises(LibraryError):
        added.locked()


def test_what_could_not_be_written_whole_is_not_locked(small, home, monkeypatch):
    before = dict(added.locked())

    def full(self, data):
        raise OSError(28, "No space left on device")

    with monkeypatch.context() as here:
        here.setattr(Path, "write_bytes", full)
        with pytest.raises(OSError, match="No space"):
            packs.add(DANGER.replace('version: "1"', 'version: "2"').encode())
    assert added.locked() == before
    assert assessment("small", "1").title == "A small one"
