"""What is done with a survivor's own record: by their own hand, and by a worker only what they were shown or given to carry."""

from shelterbelt.journal.actions.custody import Removed
from shelterbelt.journal.actions.giving import (
    NotReleased,
    carry,
    give,
    note_receipt,
)
from shelterbelt.journal.actions.keeping import copy_out, keep_file, look
from shelterbelt.journal.actions.showing import read_shown, show_item, stop_showing
from shelterbelt.journal.actions.writing import (
    TooMany,
    export,
    file_for,
    remove_item,
    rewrite_item,
    write_item,
)

__all__ = [
    "NotReleased",
    "Removed",
    "TooMany",
    "carry",
    "copy_out",
    "export",
    "file_for",
    "give",
    "keep_file",
    "look",
    "note_receipt",
    "read_shown",
    "remove_item",
    "rewrite_item",
    "show_item",
    "stop_showing",
    "write_item",
]
