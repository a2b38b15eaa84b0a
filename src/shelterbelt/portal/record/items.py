"""One item of the record: its words, its files, who had it, and to whom it is shown."""

from typing import Any
from uuid import UUID

from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext as _

from shelterbelt.access.rules import NotForYou
from shelterbelt.journal import actions
from shelterbelt.journal.models import Item
from shelterbelt.journal.queries import (
    CustodyFace,
    custody_of,
    files_of,
    item_by_ref,
    newest_of,
    original_by_ref,
    texts_of,
    viewers_of,
)
from shelterbelt.journal.words import CUSTODY, FILE_KINDS, KINDS, happened
from shelterbelt.portal import shell, ways
from shelterbelt.portal.files import file_answer
from shelterbelt.portal.own import Around, around, said
from shelterbelt.portal.record.forms import FilesForm, ShowForm, WordsForm, words_of
from shelterbelt.portal.record.views import keep_files, told_before
from shelterbelt.portal.visitors import Visitor

PAGES = "portal/record/pages/"


def one(request: HttpRequest, visitor: Visitor, ref: str) -> HttpResponse:
    """The item whole."""
    item, about = _item(visitor, ref), around(visitor)
    shown: dict[str, Any] = {
        "ref": ref,
        "texts": [
            {
                "kind": KINDS.get(text.told.get("kind", ""), ""),
                "happened": happened(text.told),
                "recorded": said(text.recorded_at, about.agency),
                "words": text.told["text"],
            }
            for text in texts_of(item)
        ],
        "files": [_file(visitor, about, face) for face in files_of(item)],
        "custody": [_line(line, about) for line in custody_of(item)],
        "viewers": _viewers(item, about, visitor),
        "others": bool(_unshown(item, about, visitor)),
    }
    return shell.page(visitor, f"{PAGES}item.html", **shown)


def rewrite(request: HttpRequest, visitor: Visitor, ref: str) -> HttpResponse:
    """Write it anew; what stood there stays."""
    item, about = _item(visitor, ref), around(visitor)
    zone: dict[str, Any] = {"at": visitor.at, "zone": about.agency.time_zone}
    form = WordsForm(request.POST or None, initial=words_of(newest_of(item)), **zone)
    if request.method == "POST" and form.is_valid():
        actions.rewrite_item(item, form.told(), by=visitor.survivor, at=visitor.at)
        return ways.to(visitor, "record-item", ref)
    shown: dict[str, Any] = {"form": form, "ref": ref, **told_before(visitor, about)}
    return shell.page(visitor, f"{PAGES}rewrite.html", status=422 if form.errors else 200, **shown)


def add(request: HttpRequest, visitor: Visitor, ref: str) -> HttpResponse:
    """Add a photo, a recording or another file."""
    item = _item(visitor, ref)
    form = FilesForm(request.POST or None, request.FILES or None, needed=True)
    if request.method == "POST" and form.is_valid():
        try:
            keep_files(item, form, visitor)
        except actions.TooMany:
            form.add_error(None, _("There is no room for more files here. Begin a new one."))
        else:
            return ways.to(visitor, "record-item", ref)
    return shell.page(visitor, f"{PAGES}add.html", form=form, ref=ref, status=422 if form.errors else 200)


def show(request: HttpRequest, visitor: Visitor, ref: str) -> HttpResponse:
    """Show the item to somebody whom they trust, or stop showing it."""
    item, about = _item(visitor, ref), around(visitor)
    if request.method == "POST" and (ending := request.POST.get("end", "")):
        actions.stop_showing(item, _worker(about, ending), by=visitor.survivor, at=visitor.at)
        return ways.to(visitor, "record-item", ref)
    form = ShowForm(request.POST or None, workers=_unshown(item, about, visitor))
    if request.method == "POST" and form.is_valid():
        worker = _worker(about, form.cleaned_data["worker"])
        actions.show_item(item, worker, by=visitor.survivor, at=visitor.at)
        return ways.to(visitor, "record-item", ref)
    shown: dict[str, Any] = {"form": form, "ref": ref, **told_before(visitor, about)}
    return shell.page(visitor, f"{PAGES}show.html", status=422 if form.errors else 200, **shown)


def remove(request: HttpRequest, visitor: Visitor, ref: str) -> HttpResponse:
    """Take it away, after a page that says what stays."""
    item = _item(visitor, ref)
    if request.method == "POST":
        actions.remove_item(item, by=visitor.survivor, at=visitor.at)
        return ways.to(visitor, "record-home")
    given = any(line.kind == "handed_over" for line in custody_of(item))
    return shell.page(visitor, f"{PAGES}remove.html", ref=ref, given=given)


def view(request: HttpRequest, visitor: Visitor, ref: str) -> HttpResponse:
    """A picture without its hidden data."""
    found = original_by_ref(ref, by=visitor.survivor, at=visitor.at)
    if not found.has_view:
        raise NotForYou
    data = b"".join(actions.look(found, by=visitor.survivor, at=visitor.at))
    return file_answer(data, "picture.jpg", "image/jpeg", shown=True)


def original(request: HttpRequest, visitor: Visitor, ref: str) -> HttpResponse:
    """The file as it came, by a pressed button."""
    found = original_by_ref(ref, by=visitor.survivor, at=visitor.at)
    if request.method != "POST":
        raise NotForYou
    data = b"".join(actions.copy_out(found, by=visitor.survivor, at=visitor.at))
    return file_answer(data, "file.bin", "application/octet-stream")


def _item(visitor: Visitor, ref: str) -> Item:
    return item_by_ref(ref, by=visitor.survivor, at=visitor.at)


def _file(visitor: Visitor, about: Around, face: Any) -> dict[str, Any]:
    return {
        "kind": FILE_KINDS.get(face.kind, ""),
        "words": face.words,
        "taken": said(face.taken_in_at, about.agency),
        "sha256": face.sha256,
        "view": ways.way(visitor, "record-view", face.ref) if face.has_view else "",
        "ref": face.ref,
    }


def _line(line: CustodyFace, about: Around) -> dict[str, Any]:
    names = {one.id: name for one, name in zip(about.trusted, about.names, strict=True)}
    who = _("you") if line.own_hand else names.get(line.by, _("a worker"))
    return {"at": said(line.at, about.agency), "what": CUSTODY[line.kind], "who": who, "file": line.of_file}


def _viewers(item: Item, about: Around, visitor: Visitor) -> list[dict[str, str]]:
    shown = viewers_of(item, at=visitor.at)
    pairs = zip(about.trusted, about.names, strict=True)
    return [{"ref": one.ref, "name": name} for one, name in pairs if one.id in shown]


def _unshown(item: Item, about: Around, visitor: Visitor) -> list[tuple[str, str]]:
    shown = viewers_of(item, at=visitor.at)
    pairs = zip(about.trusted, about.names, strict=True)
    return [(one.ref, name) for one, name in pairs if one.id not in shown]


def _worker(about: Around, ref: str) -> UUID:
    found: UUID | None = next((one.id for one in about.trusted if one.ref == ref), None)
    if found is None:
        raise NotForYou
    return found
