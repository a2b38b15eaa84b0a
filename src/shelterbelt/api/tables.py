"""Rows as CSV that a spreadsheet opens as text. Refuses a cell the power to be a formula, whoever wrote it."""

import csv
import io
from collections.abc import Iterable, Sequence

# What spreadsheets take for the beginning of a formula or a command, also in the full width of East Asian input.
BEGINS = ("=", "+", "-", "@", "\t", "\r", "\n", "|", "%", "＝", "＋", "－", "＠")
BOM = b"\xef\xbb\xbf"


def cell(value: object) -> str:
    """A value as text that stays text: one that could be a formula begins with an apostrophe."""
    text = "" if value is None else str(value)
    return f"'{text}" if text.lstrip(" \u00a0\u3000\u200b\ufeff").startswith(BEGINS) else text


def lines(rows: Iterable[Sequence[object]]) -> bytes:
    """Rows as they stand in the file: every cell in quotes, UTF-8."""
    out = io.StringIO()
    writer = csv.writer(out, quoting=csv.QUOTE_ALL, lineterminator="\r\n")
    for row in rows:
        writer.writerow([cell(value) for value in row])
    return out.getvalue().encode("utf-8", "replace")
