"""How somebody signed: strokes drawn on the screen, or a paper that was scanned. What was typed needs neither.

Refuses strokes that are no signature, and files that are too large, of another kind than they say, broken, locked or
alive. A picture is drawn anew for showing, so that nothing but its pixels remains; the scan itself stays as it came.
"""

import io
import re
import warnings
import zlib
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import pairwise

from PIL import Image, ImageOps

from shelterbelt.consent.sheets import Sheet

WIDE, HIGH = 1000, 300
LONGEST_DRAWING = 40_000
SHORTEST_LINE = 60
LARGEST_SCAN = 8 * 1024 * 1024
MOST_PIXELS = 40_000_000
LONGEST_SIDE = 1600
MEDIA = ((b"\xff\xd8\xff", "image/jpeg"), (b"\x89PNG\r\n\x1a\n", "image/png"), (b"%PDF-", "application/pdf"))
# What a scanner never writes: programs, attachments, forms that run, and locks.
ALIVE = re.compile(
    rb"/(?:JavaScript|JS|Launch|EmbeddedFiles?|OpenAction|AA|RichMedia|XFA|SubmitForm|ImportData|Encrypt)\b"
)
STREAM = re.compile(rb"(?<!end)stream\r?\n")
ONE_FILTER = re.compile(rb"/Filter\s*(?:/FlateDecode|\[\s*/FlateDecode\s*\])")
MOST_UNPACKED = 16 * 1024 * 1024
POINT = r"\d{1,4},\d{1,4}"
DRAWING = re.compile(rf"{POINT}(?:[ ;]{POINT})*")


class NotUsable(ValueError):
    """A drawing or scan cannot be taken; `code` says why."""

    def __init__(self, code: str) -> None:
        self.code = code
        super().__init__(code)


@dataclass(frozen=True)
class Scan:
    """A scanned paper: as it came, and a plain picture of it where it is a picture."""

    media: str
    data: bytes
    view: bytes | None


@dataclass(frozen=True)
class Mark:
    """What stands for a signature on the paper: a drawing of each who signs, or one scan."""

    drawings: tuple[str, ...] = ()
    scan: Scan | None = None

    @property
    def count(self) -> int:
        """How many drawings, or one for a scan."""
        return 1 if self.scan else len(self.drawings)

    def sheets(self) -> tuple[Sheet, ...]:
        """What is kept beside the form: the scan as it came, and its picture."""
        if self.scan is None:
            return ()
        view = (Sheet("scan_view", "image/jpeg", self.scan.view),) if self.scan.view else ()
        return (Sheet("scan", self.scan.media, self.scan.data), *view)


def drawing(text: str) -> str:
    """Strokes as the page sends them (`x,y x,y;x,y x,y`), checked: within the field, and long enough to be a signature."""
    if not text:
        raise NotUsable("release.drawing_needed")
    if len(text) > LONGEST_DRAWING or not DRAWING.fullmatch(text):
        raise NotUsable("release.drawing_unread")
    strokes = [[_point(point) for point in stroke.split(" ")] for stroke in text.split(";")]
    if any(not (0 <= x <= WIDE and 0 <= y <= HIGH) for stroke in strokes for x, y in stroke):
        raise NotUsable("release.drawing_unread")
    length = sum(abs(a[0] - b[0]) + abs(a[1] - b[1]) for one in strokes for a, b in pairwise(one))
    if length < SHORTEST_LINE:
        raise NotUsable("release.drawing_needed")
    return text


def _point(text: str) -> tuple[int, int]:
    x, y = text.split(",")
    return int(x), int(y)


def picture_of(strokes: str) -> str:
    """The strokes as an SVG picture: lines and nothing else."""
    path = " ".join(f"M{line}" for line in _lines(strokes))
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {WIDE} {HIGH}" width="{WIDE}" height="{HIGH}">'
        f'<path d="{path}" fill="none" stroke="#000" stroke-width="6" stroke-linecap="round" stroke-linejoin="round"/></svg>'
    )


def _lines(strokes: str) -> list[str]:
    # A tap is a point: a line to itself draws it as a dot.
    return [one if " " in one else f"{one} {one}" for one in strokes.split(";")]


def scanned(data: bytes) -> Scan:
    """A scanned paper, by what the file is and not by what it is called."""
    if len(data) > LARGEST_SCAN:
        raise NotUsable("release.scan_large")
    media = next((media for start, media in MEDIA if data.startswith(start)), "")
    if not media:
        raise NotUsable("release.scan_kind")
    if media == "application/pdf":
        return Scan(media, _still(data), None)
    return Scan(media, data, _redrawn(data))


def _still(data: bytes) -> bytes:
    if b"%%EOF" not in data[-2048:]:
        raise NotUsable("release.scan_broken")
    if not is_still(data):
        raise NotUsable("release.scan_alive")
    return data


def is_still(data: bytes) -> bool:
    """Whether a PDF holds nothing that runs, opens or locks, also where its objects are packed."""
    return not ALIVE.search(_unescaped(data)) and all(
        part is not None and not ALIVE.search(_unescaped(part)) for part in _packed_objects(data)
    )


def _packed_objects(data: bytes) -> Iterator[bytes | None]:
    """The objects that a PDF packs into streams, unpacked; None for what cannot be read here or is too much."""
    left = MOST_UNPACKED
    for found in STREAM.finditer(data):
        told = _unescaped(
            data[max(data.rfind(b"obj", 0, found.start()), found.start() - 4096, 0) : found.start()]
        )
        if b"/ObjStm" not in told:
            continue
        if not ONE_FILTER.search(told) or b"/Predictor" in told:
            yield None
            return
        part = _unpacked(data, found.end(), left)
        left -= len(part or b"")
        yield part if left > 0 else None


def _unpacked(data: bytes, at: int, most: int) -> bytes | None:
    try:
        return zlib.decompressobj().decompress(memoryview(data)[at:], max(most, 1))
    except zlib.error:
        return None


def _unescaped(data: bytes) -> bytes:
    """Names in a PDF may be written with #xx for any letter."""
    return re.sub(rb"#([0-9A-Fa-f]{2})", lambda found: bytes([int(found[1], 16)]), data)


def _redrawn(data: bytes) -> bytes:
    """The picture drawn anew as JPEG: no more than its pixels, and no more of them than a page shows."""
    try:
        with warnings.catch_warnings(), Image.open(io.BytesIO(data), formats=("JPEG", "PNG")) as picture:
            warnings.simplefilter("ignore")
            if picture.width * picture.height > MOST_PIXELS or getattr(picture, "n_frames", 1) > 1:
                raise NotUsable("release.scan_large")
            picture.draft("RGB", (LONGEST_SIDE, LONGEST_SIDE))
            upright = ImageOps.exif_transpose(picture).convert("RGB")
    except NotUsable:
        raise
    except Exception as fault:  # a damaged picture fails in as many ways as there are
        raise NotUsable("release.scan_broken") from fault
    upright.thumbnail((LONGEST_SIDE, LONGEST_SIDE))
    plain = Image.new("RGB", upright.size)
    plain.paste(upright)
    out = io.BytesIO()
    plain.save(out, "JPEG", quality=80)
    return out.getvalue()
