"""Gathers every text for people from code, pages and the library into the catalogues, with Babel alone.

It keeps what is translated and translates nothing: a new text is left empty for a person to fill.
"""

import io
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

from babel.messages.catalog import Catalog
from babel.messages.extract import extract
from babel.messages.pofile import read_po, write_po

from shelterbelt.library.shown import shown

PACKAGE = Path(__file__).resolve().parent.parent
LOCALE = Path(__file__).resolve().parent / "locale"
# The same texts give the same file, whenever it is written.
WRITTEN = datetime(2026, 1, 1, tzinfo=UTC)
KEYWORDS = {
    "gettext": None,
    "gettext_lazy": None,
    "gettext_noop": None,
    "_": None,
    "ngettext": (1, 2),
    "ngettext_lazy": (1, 2),
    "pgettext": ((1, "c"), 2),
    "pgettext_lazy": ((1, "c"), 2),
    "npgettext": ((1, "c"), 2, 3),
}


def texts(package: Path = PACKAGE) -> Catalog:
    """Every text of the package, with the files that it stands in."""
    catalogue = Catalog(project="Shelterbelt", charset="utf-8", fuzzy=False, creation_date=WRITTEN)
    for file in _files(package):
        place = file.relative_to(package).as_posix()
        for _line, message, comments, context in extract(
            "python", _source(file), KEYWORDS, ("Translators:",)
        ):
            catalogue.add(message, locations=[(place, 0)], auto_comments=comments, context=context)
    if package == PACKAGE:
        for place, text in shown():
            if text:
                catalogue.add(text, locations=[(place, 0)])
    return catalogue


def untranslated(language: str, only: tuple[str, ...] = ()) -> list[str]:
    """The texts without a translation, of the whole package or of the files named."""
    wanted = texts()
    known = _read(_place(language), language)
    missing = []
    for message in wanted:
        here = {place for place, _line in message.locations}
        if not message.id or (only and not here & set(only)):
            continue
        found = known.get(message.id, message.context)
        if found is None or not _filled(found.string):
            missing.append(str(message.id))
    return missing


def bring_up_to_date(language: str) -> Path:
    """Write the language's catalogue again: new texts empty, old ones gone, translations kept."""
    place = _place(language)
    catalogue = _read(place, language)
    catalogue.update(texts(), no_fuzzy_matching=True)
    catalogue.header_comment = f"# Shelterbelt: {language}"
    for gone in list(catalogue.obsolete):
        del catalogue.obsolete[gone]
    for message in catalogue:
        # Line numbers would change the file whenever a page is touched.
        message.locations = [(file, 0) for file in dict.fromkeys(file for file, _line in message.locations)]
    with place.open("wb") as out:
        write_po(out, catalogue, sort_output=True, width=110, include_lineno=False, omit_header=False)
    return place


def _files(package: Path) -> Iterator[Path]:
    for pattern in ("**/*.py", "**/pages/**/*.html"):
        for file in sorted(package.glob(pattern)):
            if "migrations" not in file.parts:
                yield file


def _source(file: Path) -> io.BytesIO:
    text = file.read_text(encoding="utf-8")
    if file.suffix == ".html":
        from django.utils.translation.template import templatize

        # A page's indentation is none that Python's tokens would accept.
        text = "\n".join(line.lstrip() for line in templatize(text, origin=str(file)).splitlines())
    return io.BytesIO(text.encode("utf-8"))


def _place(language: str) -> Path:
    return LOCALE / language / "LC_MESSAGES" / "django.po"


def _read(place: Path, language: str) -> Catalog:
    if not place.exists():
        place.parent.mkdir(parents=True, exist_ok=True)
        return Catalog(locale=language, project="Shelterbelt", charset="utf-8", fuzzy=False)
    with place.open("rb") as known:
        return read_po(known, locale=language)


def _filled(string: str | tuple[str, ...] | list[str] | None) -> bool:
    return bool(string) and all(string) if isinstance(string, tuple | list) else bool(string)


if __name__ == "__main__":
    for folder in sorted(LOCALE.iterdir()):
        print(bring_up_to_date(folder.name), len(untranslated(folder.name)), "texts without a translation")
