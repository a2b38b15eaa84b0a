"""Says where compiled code may be kept: one folder for exactly these sources. It keeps nothing itself.

Kept code knows the file that it was compiled from, not the files that it called: changed sources need a new folder.
"""

import hashlib
from pathlib import Path

FOLDER = "NUMBA_CACHE_DIR"  # Numba reads it when it is first imported


def folder(under: Path) -> Path:
    """This function will return the folder for what these sources compile to, below `under`."""
    found = hashlib.sha256()
    for source in sorted(Path(__file__).parent.glob("*.py")):
        found.update(source.name.encode() + b"\0" + source.read_bytes() + b"\0")
    return under / found.hexdigest()[:20]
