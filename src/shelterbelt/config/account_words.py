"""The words of the `shelterbelt` command that let people and programs in. They load nothing."""

import argparse
from collections.abc import Callable

Word = Callable[[str, str, str], argparse.ArgumentParser]


def account_words(
    agency: Word,
    word: Word,
) -> None:
    """The words that begin a real node: its agency, and its first administrator."""
    here = "shelterbelt.config.accounts"
    added = agency("add", f"{here}:add_agency", "Make a real agency known on its own node, with its keys.")
    added.add_argument("name", metavar="NAME")
    added.add_argument("--kind", required=True, metavar="KIND", help="police, advocates, shelter, hospital …")
    added.add_argument("--zone", required=True, metavar="ZONE", help="its time zone (America/Chicago)")
    added.add_argument("--protocol", default="", metavar="NAME", help="which protocol it follows")
    added.add_argument("--phone", default="", metavar="NUMBER", help="its number for other agencies")
    added.add_argument(
        "--unit", action="append", default=[], metavar="CODE=NAME", help="a unit; again for more"
    )
    opened = word("open", f"{here}:open_command", "Open an account and print its codes, once.")
    opened.add_argument("code", metavar="CODE", help="the sign-in code; it should not say a name")
    opened.add_argument(
        "--role", action="append", required=True, metavar="ROLE", help="a role; again for more"
    )
    opened.add_argument("--unit", metavar="CODE")
    for name, function, what in (
        ("close", "close_command", "Close an account: every session and key of it ends."),
        ("enrol", "enrol_command", "Print a new code for the first sign-in; the old ways in stop working."),
    ):
        word(name, f"{here}:{function}", what).add_argument("code", metavar="CODE")
    listed = word("list", f"{here}:list_command", "List accounts by code, without names.")
    for found in (opened, listed):
        found.add_argument("--agency", metavar="NAME", help="which agency of the node")


def program_words(word: Word) -> None:
    """The words that look after programs."""
    here = "shelterbelt.config.programs"
    added = word("add", f"{here}:add_command", "Let a program in and print its secret, once.")
    added.add_argument("name", metavar="NAME", help="the product and what it is for, no person's name")
    added.add_argument("--role", action="append", required=True, metavar="ROLE", help="again for more")
    added.add_argument("--scope", action="append", required=True, metavar="SCOPE", help="again for more")
    added.add_argument("--unit", metavar="CODE")
    word("revoke", f"{here}:revoke_command", "End a program's access.").add_argument("client", metavar="ID")
    listed = word("list", f"{here}:list_command", "List programs and what they may do.")
    for found in (added, listed):
        found.add_argument("--agency", metavar="NAME", help="which agency of the node")
