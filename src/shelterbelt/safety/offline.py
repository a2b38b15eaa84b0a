"""Locks a paper under words that the survivor chose: a PDF that any phone or computer opens, and only with these words.

Refuses words that are quickly guessed, or that programs which open it would read in more than one way.
"""

import io
import unicodedata

from pypdf import PdfReader, PdfWriter

# AES-256 as ISO 32000-2 has it. Bytes that a PDF takes of a passphrase; more would be cut off unseen.
METHOD, MOST_BYTES = "AES-256", 127
FEWEST_SIGNS, FEWEST_WORDS, FEWEST_KINDS = 16, 4, 8


def too_easy(passphrase: str) -> bool:
    """Whether somebody with the file and a fast machine would have these words soon."""
    words = plain(passphrase).split()
    signs = "".join(words)
    few = len(set(words)) < FEWEST_WORDS and len(signs) < FEWEST_SIGNS + 4
    return few or len(signs) < FEWEST_SIGNS or len(set(signs.casefold())) < FEWEST_KINDS


def too_long(passphrase: str) -> bool:
    """Whether a program would cut it."""
    return len(plain(passphrase).encode("utf-8")) > MOST_BYTES


def plain(passphrase: str) -> str:
    """The same words in the one way in which they are taken: no space at the ends, one between, letters composed."""
    return unicodedata.normalize("NFKC", " ".join(passphrase.split()))


def locked(pdf: bytes, passphrase: str) -> bytes:
    """The paper under these words. Nothing of it can be read without them: no text, title, font or picture."""
    writer = PdfWriter(clone_from=PdfReader(io.BytesIO(pdf)))
    writer.metadata, writer.pdf_header = None, "%PDF-2.0"
    writer.encrypt(plain(passphrase), algorithm=METHOD)
    made = io.BytesIO()
    writer.write(made)
    return made.getvalue()
