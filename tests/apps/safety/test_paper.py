"""A plan on paper: tagged, in one order, of any letters, and with nothing on it or in it that says where it comes from."""

import io
import re
import shutil
import subprocess
from pathlib import Path
from typing import Any

import pytest
from babel.messages.pofile import read_po
from pypdf import PdfReader

from shelterbelt.library import plans
from shelterbelt.safety import offline, paper
from shelterbelt.safety.paper import CARD, CHILD, FULL, KINDS, Line, OnPaper, Part
from shelterbelt.ui import paper as any_paper
from shelterbelt.ui.catalogue import LOCALE
from shelterbelt.ui.paper import BOX

LONG = "Wolfeschlegelsteinhausenberger" * 10
NAMES = (
    "Niño Peña",
    "王小明",
    "فاطمة الزهراء",
    "\u202eevil\u202c",
    "🏠🚗",
    "Zoë\u200d\u0301",
    LONG,
    'a\\b "c" #d $e$',
)
TOLD = OnPaper(
    "en",
    (
        Part(
            "First", (Line("Who?", NAMES), Line("Where?", ("Quezzelhaven",)), Line("By hand", ())), "People"
        ),
        Part("Second", (Line("When?", ("At night",)),), "Days"),
    ),
    (
        Line("Call", ("Ana 555-0142",)),
        Line("Go to", ("Elm Street " * 60,)),
        *(Line(f"N{n}", NAMES) for n in range(4)),
    ),
)
SHEET = b"""#let told = json(bytes(sys.inputs.told))
#set document(title: "Page", date: none)
#set text(lang: "en", font: "Libertinus Serif")
= Page
#told.words
#told.boxes"""
ORDER = (
    "My notes",
    "People",
    "First",
    "Who?",
    "Niño Peña",
    "Where?",
    "Quezzelhaven",
    "Days",
    "Second",
    "When?",
    "At night",
)


@pytest.fixture(scope="module")
def made() -> dict[tuple[str, bool], bytes]:
    """Each paper, plain and large."""
    return {(kind, large): paper.pdf(kind, TOLD, large=large) for kind in KINDS for large in (False, True)}


def text_of(data: bytes) -> str:
    return "\n".join(page.extract_text() for page in PdfReader(io.BytesIO(data)).pages)


def test_every_paper_is_tagged_and_says_which_standard_it_keeps(
    made: dict[Any, bytes], tmp_path: Path
) -> None:
    for data in made.values():
        root: Any = PdfReader(io.BytesIO(data)).trailer["/Root"]
        assert root["/MarkInfo"]["/Marked"] and "/StructTreeRoot" in root and root["/Lang"] == "en"
        assert b"<pdfuaid:part>1</pdfuaid:part>" in root["/Metadata"].get_data()
        if shutil.which("pdfinfo"):
            (tmp_path / "page.pdf").write_bytes(data)
            told = subprocess.run(
                ["pdfinfo", tmp_path / "page.pdf"], capture_output=True, text=True, check=True
            )
            assert re.search(r"^Tagged: +yes$", told.stdout, re.MULTILINE)


def test_nothing_in_a_paper_says_who_made_it_where_or_when(made: dict[Any, bytes]) -> None:
    for data in made.values():
        read = PdfReader(io.BytesIO(data))
        told = dict(read.metadata or {})
        assert told.pop("/Title") == "Page" and re.fullmatch(r"Typst [\d.]+", str(told.pop("/Creator")))
        assert told == {}, "no author, no producer, no day"
        root: Any = read.trailer["/Root"]
        hidden = root["/Metadata"].get_data().decode()
        for word in (
            "author",
            "creator>",
            "Date",
            "shelterbelt",
            "localhost",
            "http://localhost",
            "/work",
            "/home",
        ):
            assert word.lower() not in hidden.lower().replace("dc:creator", "author"), word
        assert not {"/Names", "/AF", "/OpenAction", "/OCProperties", "/AcroForm"} & set(root)
    assert paper.FILE_NAME == "page.pdf"


def test_same_plan_gives_the_same_bytes_whenever_it_is_made(made: dict[Any, bytes]) -> None:
    assert paper.pdf(FULL, TOLD) == made[FULL, False]


def test_title_is_neutral_in_each_language_and_so_is_the_heading() -> None:
    for language, title, heading in (("en", "Page", "My notes"), ("es", "Página", "Mis notas")):
        data = paper.pdf(FULL, OnPaper(language, (Part("Uno", (Line("Dos", ("Tres",)),)),)))
        read = PdfReader(io.BytesIO(data))
        assert read.metadata and read.metadata.title == title and heading in text_of(data)


def test_text_comes_in_the_order_in_which_it_was_written(made: dict[Any, bytes]) -> None:
    for large in (False, True):
        text = text_of(made[FULL, large])
        places = [text.find(word) for word in ORDER]
        assert -1 not in places and places == sorted(places), list(zip(ORDER, places, strict=True))


def test_names_of_any_letters_stand_there_or_a_box_that_is_explained(made: dict[Any, bytes]) -> None:
    for kind in (FULL, CHILD, CARD):
        data = paper.pdf(kind, TOLD)
        text = text_of(data)
        assert "Niño Peña" in text and 'a\\b "c" #d $e$' in text.replace("\n", " ")
        assert "\u202e" not in text and "🏠" not in text
        assert BOX in text and "stands for a letter" in re.sub(r"\s+", " ", text)
        assert text.replace("\n", "").replace("\u200b", "").count("Wolfeschlegelsteinhausenberger") >= 10


def test_letter_that_no_font_has_never_loses_the_paper_whatever_fonts_a_machine_has() -> None:
    every = "".join(chr(n) for n in range(0x4E00, 0x4E00 + 200)) + "🏠ع"
    data = any_paper.drawn(SHEET, {"words": every + " end"}, said="%(box)s stands", fonts_here=False)
    text = text_of(data)
    assert "end" in text and f"{BOX} stands" in text and "🏠" not in text


def test_fonts_that_come_with_the_product_have_every_letter_of_both_languages() -> None:
    with (LOCALE / "es" / "LC_MESSAGES" / "django.po").open("rb") as place:
        spanish = {str(one.string) for one in read_po(place, locale="es")}
    library = {said.by(language) for said in plans.plan().texts() for language in ("en", "es")}
    letters = "".join(sorted(set("".join(spanish | library)) - {"\n", "\ufffd"}))
    text = text_of(any_paper.drawn(SHEET, {"words": letters}, said="%(box)s missing", fonts_here=False))
    assert "missing" not in text, [one for one in letters if one not in text]


def test_card_fits_panels_of_a_bank_cards_size_and_loses_no_word() -> None:
    words = " ".join(f"w{n}" for n in range(300))
    told = OnPaper("en", card=(Line("Long", (words,)),))
    for large in (False, True):
        text = text_of(paper.pdf(CARD, told, large=large))
        assert [one for one in re.findall(r"\bw\d+\b", text)] == words.split()
    assert list(paper._pieces("a" * 400, 180)) == ["a" * 180, "a" * 180, "a" * 40]


def test_larger_letters_are_larger(made: dict[Any, bytes]) -> None:
    for kind in KINDS:
        sizes = []
        for large in (False, True):
            seen: list[float] = []
            PdfReader(io.BytesIO(made[kind, large])).pages[0].extract_text(
                visitor_text=lambda text, _cm, tm, _font, size, seen=seen: (
                    seen.append(abs(tm[3]) * size) if "Niño" in text or "Ana" in text else None
                )
            )
            sizes.append(max(seen))
        assert sizes[1] > sizes[0] * 1.3, (kind, sizes)


# The locked copy


WORDS = "maple niño cabin ribbon lamp"


def test_locked_copy_holds_no_word_in_clear_and_opens_with_the_words_alone(made: dict[Any, bytes]) -> None:
    data = offline.locked(made[FULL, False], WORDS)
    for word in ("Quezzelhaven", "My notes", "Typst", "Who?", "Niño"):
        for written in (word.encode(), word.encode("utf-16-be"), word.encode().hex().encode()):
            assert written not in data, word
    locked: Any = PdfReader(io.BytesIO(data))
    told = locked.trailer["/Encrypt"]
    assert (told["/V"], told["/R"], told["/Length"]) == (5, 6, 256) and told["/CF"]["/StdCF"][
        "/CFM"
    ] == "/AESV3"
    for wrong in ("", "maple nino cabin ribbon lamp", WORDS.upper(), WORDS + "s"):
        assert not PdfReader(io.BytesIO(data)).decrypt(wrong), wrong
    assert locked.decrypt(offline.plain(f"  {WORDS.replace(' ', '  ')} "))
    assert "Quezzelhaven" in locked.pages[0].extract_text()
    root = locked.trailer["/Root"]
    assert root["/MarkInfo"]["/Marked"] and "/StructTreeRoot" in root, "a screen reader still has its marks"


def test_words_that_are_guessed_soon_or_would_be_cut_are_refused() -> None:
    for easy in ("", "password", "1234 1234 1234 1234 1234", "aaaa bbbb", "maple cabin", "qwertyuiop"):
        assert offline.too_easy(easy), easy
    for good in (WORDS, "correcthorsebatterystaple"):
        assert not offline.too_easy(good)
    assert offline.too_long("ñ" * 64) and not offline.too_long("ñ" * 63)
    assert offline.plain("nin\u0303o") == "niño"
