"""Makes a paper that a screen reader can read (PDF/UA-1) from a page and what is told on it, in memory.

Refuses to fail for a letter that no font here has: a visible box stands for it, and the paper says so. Nothing of a
host, an author or an hour gets into it, unless the caller gives the hour.
"""

import json
import re
from collections.abc import Mapping
from datetime import datetime
from typing import Any

import typst

BOX = "\u25af"
# Marks that change the direction of what follows, or that no paper shows.
UNSEEN = dict.fromkeys(
    [*range(0x202A, 0x202F), *range(0x2066, 0x206A), *range(0xE000, 0xF900), 0xFEFF, 0xFFFC]
)
NO_FONT = re.compile(r'the text `?"(.*?)"`? could not be displayed', re.DOTALL)
MOST_TRIES = 60


def drawn(
    page: bytes, told: Mapping[str, Any], *, said: str, at: datetime | None = None, fonts_here: bool = True
) -> bytes:
    """The PDF of a page that reads `told`; when a box stands for a letter, `told.boxes` is `said` (with `%(box)s`).

    Without `fonts_here` only the letters that come with the product are there, whatever the machine has.
    """
    data = _cleaned({**told, "boxes": ""})
    for _try in range(MOST_TRIES):
        try:
            return _compiled(page, data, at, fonts_here)
        except typst.TypstError as fault:
            found = NO_FONT.search(fault.message)
            if found is None:
                raise
            data = _boxed(data, set(found[1]), said)
    return _compiled(page, _boxed(data, None, said), at, fonts_here)


def _compiled(page: bytes, data: str, at: datetime | None, fonts_here: bool) -> bytes:
    pdf = typst.compile(
        page,
        format="pdf",
        sys_inputs={"told": data},
        pdf_standards="ua-1",
        timestamp=int(at.timestamp()) if at else None,
        ignore_system_fonts=not fonts_here,
    )
    assert isinstance(pdf, bytes)
    return pdf


def _cleaned(told: Mapping[str, Any]) -> str:
    return json.dumps(told, ensure_ascii=False).translate(UNSEEN)


def _boxed(data: str, letters: set[str] | None, said: str) -> str:
    """The same with boxes for these letters; with boxes for all that are not Latin when none are named."""
    told = json.loads(data)
    told["boxes"] = said % {"box": BOX}

    def plain(value: Any) -> Any:
        if isinstance(value, str):
            return "".join(BOX if _has(letter, letters) else letter for letter in value)
        if isinstance(value, list):
            return [plain(one) for one in value]
        return {name: plain(one) for name, one in value.items()} if isinstance(value, dict) else value

    return json.dumps(plain(told), ensure_ascii=False)


def _has(letter: str, letters: set[str] | None) -> bool:
    if letter == BOX or letter.isspace():
        return False
    return ord(letter) > 0x24F and letter not in "–—’“”…" if letters is None else letter in letters
