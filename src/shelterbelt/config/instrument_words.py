"""The words of the `shelterbelt instruments` command. Nothing is answered here."""

import argparse
from collections.abc import Callable
from pathlib import Path

Word = Callable[[str, str, str], argparse.ArgumentParser]


def instrument_words(word: Word) -> None:
    """The words by which instruments and packs are listed, shown, checked and added; none needs a node."""
    here = "shelterbelt.config.instruments"
    listed = word("list", f"{here}:list_command", "List the instruments that there are.")
    shown = word("show", f"{here}:show_command", "Show one instrument whole, with limits and licence.")
    shown.add_argument("id", metavar="ID")
    shown.add_argument("--of-version", metavar="N", help="which version (default: the newest)")
    shown.add_argument("--language", default="en", metavar="CODE", help="words of a pack in this language")
    check = word("check", f"{here}:check_command", "Say line by line what is wrong with a file.")
    check.add_argument("file", type=Path, metavar="FILE", help="an instrument, its stories, or a pack")
    add = word("add", f"{here}:add_command", "Add an instrument or a pack of words, and lock it.")
    add.add_argument("file", type=Path, metavar="PACK_OR_FILE")
    for one in (listed, shown, check, add):
        one.set_defaults(needs_node=False)
