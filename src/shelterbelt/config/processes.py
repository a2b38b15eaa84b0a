"""What the starter knows about processes: who runs, who is left over, who holds a port, what a log keeps.
It refuses to end a process unless that process carries this installation's own mark."""

import contextlib
import ctypes
import fcntl
import os
import signal
import socket
import sys
import time
from collections.abc import Callable, Iterable, Iterator
from pathlib import Path

import psutil  # type: ignore[import-untyped]

MARK = "SHELTERBELT_CHILD_OF"
LOG_LIMIT = 5_000_000
LOGS_KEPT = 3


Say = Callable[[str], None]


def quietly(line: str) -> None:
    """Say nothing."""


class Fault(Exception):
    """Something expected went wrong; its text is one plain line that says what to do."""


@contextlib.contextmanager
def locked(path: Path, *, wait: bool = True) -> Iterator[None]:
    """Hold `path` as a lock; without `wait`, BlockingIOError if another process has it. kill -9 frees it."""
    handle = os.open(path, os.O_RDWR | os.O_CREAT, 0o600)
    try:
        fcntl.flock(handle, fcntl.LOCK_EX | (0 if wait else fcntl.LOCK_NB))
        yield
    finally:
        os.close(handle)


def works_in(pid: int, folder: Path, program: str) -> bool:
    """True if this process id is that program, running in that folder; a zombie has ended."""
    try:
        process = psutil.Process(pid)
        named = process.name() == program and process.status() != psutil.STATUS_ZOMBIE
        return bool(named and Path(process.cwd()) == folder.resolve())
    except (psutil.Error, OSError):
        return False


def working_in(folder: Path, program: str) -> bool:
    """True if any process runs that program in that folder."""
    return any(works_in(pid, folder, program) for pid in psutil.pids())


def die_with_parent(parent: int | None = None) -> None:
    """Ask the kernel to end this process when its parent goes, however it goes (Linux; elsewhere nothing)."""
    if sys.platform != "linux":
        return
    ctypes.CDLL(None, use_errno=True).prctl(1, signal.SIGTERM, 0, 0, 0)  # 1: PR_SET_PDEATHSIG
    if parent is not None and os.getppid() != parent:
        os.kill(os.getpid(), signal.SIGTERM)


def mark(home: Path) -> dict[str, str]:
    """The environment of a child of this installation, by which it is known again after a kill -9."""
    return {MARK: str(home)}


def leftovers(home: Path) -> list[psutil.Process]:
    """Children (and their children) of an earlier start of this same installation."""
    return [process for process in psutil.process_iter() if _marked(process, str(home))]


def our_children() -> list[psutil.Process]:
    """Every process that this one has started, and theirs."""
    return list(psutil.Process().children(recursive=True))


def _marked(process: psutil.Process, home: str) -> bool:
    try:
        return bool(process.pid != os.getpid() and process.environ().get(MARK) == home)
    except (psutil.Error, OSError):
        return False


def end(processes: Iterable[psutil.Process], *, within: float = 8.0) -> None:
    """Ask these processes to stop, and make those stop that have not done so after `within` seconds."""
    going = list(processes)
    for process in going:
        with contextlib.suppress(psutil.Error):
            process.terminate()
    _, stubborn = psutil.wait_procs(going, timeout=within)
    for process in stubborn:
        with contextlib.suppress(psutil.Error):
            process.kill()
    psutil.wait_procs(stubborn, timeout=2)


def port_taken(port: int) -> bool:
    """True if a server cannot listen on this loopback port."""
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind(("127.0.0.1", port))
        except OSError:
            return True
    return False


def rotate(log: Path) -> Path:
    """Make room for a log: past the size limit, older ones move down and the oldest goes."""
    log.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    if log.exists() and log.stat().st_size > LOG_LIMIT:
        for number in range(LOGS_KEPT, 0, -1):
            older = log.with_name(f"{log.name}.{number - 1}") if number > 1 else log
            if older.exists():
                older.replace(log.with_name(f"{log.name}.{number}"))
    return log


def until(happened: Callable[[], bool], *, within: float, every: float = 0.05) -> bool:
    """Wait for a condition; False when the time is over."""
    stop = time.monotonic() + within
    while not happened():
        if time.monotonic() > stop:
            return False
        time.sleep(every)
    return True


def private_text(path: Path, text: str) -> None:
    """Write a file that its owner alone may read, whole or not at all, in place of an earlier one."""
    _draft(path, text).replace(path)


def kept_text(path: Path, text: str) -> str:
    """Write a secret once, for its owner alone; whoever comes second reads what the first wrote."""
    draft = _draft(path, text)
    with contextlib.suppress(FileExistsError):
        os.link(draft, path)
    draft.unlink()
    return path.read_text()


def _draft(path: Path, text: str) -> Path:
    path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    draft = path.with_name(f".{path.name}.{os.getpid()}")
    draft.unlink(missing_ok=True)
    with os.fdopen(os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w") as file:
        file.write(text)
        file.flush()
        os.fsync(file.fileno())
    return draft
