"""Starts everything that this machine runs, keeps it running, and stops it: children first, the server last.
It refuses to start twice, and to start at all while another program holds one of its ports."""

import argparse
import contextlib
import http.client
import os
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Iterator, Sequence
from concurrent.futures import FIRST_EXCEPTION, Future, ThreadPoolExecutor, wait
from dataclasses import dataclass, field
from pathlib import Path

from shelterbelt.config import frontend, keys, nodes
from shelterbelt.config.nodes import NodeConfig
from shelterbelt.config.postgres import Server
from shelterbelt.config.processes import (
    Fault,
    Say,
    end,
    leftovers,
    locked,
    mark,
    our_children,
    port_taken,
    rotate,
    until,
)
from shelterbelt.config.standing import working
from shelterbelt.sealing import lock

STEPS = 6
AT_ONCE = 2
PATIENCE = 180.0
STEADY = 60.0
LONGEST_PAUSE = 30.0
STOPPING = (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)


class Stopped(Exception):
    """Someone asked us to stop."""


def command(chosen: argparse.Namespace) -> int:
    """Start, say where everything is, and stay until told to stop."""
    home = _home()
    with _alone(home), _unlocked(home), _stoppable() as asked:
        try:
            with _prepared(home, asked) as (machine, started, server):
                return _run(home, machine, asked, started, server)
        except Stopped:
            print("Stopped.", flush=True)
            return 0


def prepare_command(chosen: argparse.Namespace) -> int:
    """Fetch and make what pages need, and nothing that runs."""
    _front_end(_home())
    return 0


def say(line: str) -> None:
    print(line, flush=True)


def step(number: int, what: str) -> None:
    say(f"{number}/{STEPS} {what}…")


def _home() -> Path:
    home = nodes.home()
    os.environ["SHELTERBELT_HOME"] = str(home)
    os.environ.pop("SHELTERBELT_NODE", None)
    nodes.make_home(home)
    return home


@contextlib.contextmanager
def _stoppable() -> Iterator[threading.Event]:
    """An event that is set by Ctrl-C and by a polite kill, even in a background job, which starts deaf."""
    asked = threading.Event()
    before = {number: signal.signal(number, lambda *_: asked.set()) for number in STOPPING}
    try:
        yield asked
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)


@contextlib.contextmanager
def _alone(home: Path) -> Iterator[None]:
    try:
        with locked(home / "up.lock", wait=False):
            yield
    except BlockingIOError as fault:
        raise Fault(f"Shelterbelt is already running from {home}: use it, or stop it first.") from fault


@contextlib.contextmanager
def _unlocked(home: Path) -> Iterator[None]:
    """What opens each locked key folder, asked for before anything starts; children get it without asking."""
    if (home / "nodes.toml").exists():
        _remember(nodes.read_nodes(home))
    yield


def _remember(machine: Sequence[NodeConfig]) -> None:
    """Keep what opens the locked folders for every later start of a child: a medium may be taken away."""
    for node in machine:
        if lock.kind_of(node.keys):
            keys.remember(node)


@contextlib.contextmanager
def _prepared(
    home: Path, asked: threading.Event
) -> Iterator[tuple[tuple[NodeConfig, ...], float, Server | None]]:
    """Everything ready to be served; the database server runs until the end of the block."""
    started = time.monotonic()
    if not (home / "nodes.toml").exists():
        nodes.write_demo_nodes(home)
    machine = tuple(working(nodes.read_nodes(home)))
    end(leftovers(home))
    refuse_taken_ports(machine)
    step(2, "Database server")
    server = nodes.own_server(home, say)
    try:
        if server:
            server.start()
        _ready(home, machine, asked)
        yield machine, started, server
    finally:
        _stop_server(server)


def _stop_server(server: Server | None) -> None:
    if server:
        server.stop()


def refuse_taken_ports(machine: Sequence[NodeConfig]) -> None:
    """Raise Fault if another program holds one of our ports."""
    for node in machine:
        if port_taken(node.port):
            raise Fault(
                f"Port {node.port} is in use by another program: stop that, "
                f"or choose other ports with SHELTERBELT_PORT={machine[0].port + 100} make up."
            )


def _ready(home: Path, machine: Sequence[NodeConfig], asked: threading.Event) -> None:
    with ThreadPoolExecutor(1) as beside:
        step(3, "Pages' style and scripts")
        pages = beside.submit(_front_end, home)
        step(4, "Tables of each node")
        _each(machine, "migrate", asked, beside=pages)
    _remember(machine)
    if demo := [node for node in machine if node.demo]:
        step(5, "Imagined county")
        _each(demo, "demo", asked)


def _front_end(home: Path) -> None:
    try:
        frontend.build(home, lambda line: say(f"    {line}"))
    except frontend.FrontEndProblem as fault:
        raise Fault(str(fault)) from fault


def _each(
    machine: Sequence[NodeConfig], word: str, asked: threading.Event, *, beside: "Future[None] | None" = None
) -> None:
    """Run one `shelterbelt` command for every node, two nodes at a time; a stop or a fault ends them all."""
    with ThreadPoolExecutor(AT_ONCE) as pool:
        going = [pool.submit(_once, node, word) for node in machine] + ([beside] if beside else [])
        try:
            waiting: set[Future[None]] = set(going)
            while waiting:
                ended, waiting = wait(waiting, timeout=0.2, return_when=FIRST_EXCEPTION)
                for work in ended:
                    work.result()
                if asked.is_set():
                    raise Stopped
        except BaseException:
            pool.shutdown(wait=False, cancel_futures=True)
            end(our_children())  # one may wait for another, or for a network that is not there
            raise


def _once(node: NodeConfig, word: str) -> None:
    """Run one command of one node and say what it says as it says it."""
    node.make_folders()
    log = rotate(node.logs / f"{word}.log")
    with log.open("ab") as out:
        child = _spawn(node, (word,), stdout=subprocess.PIPE, stderr=out)
        for line in child.stdout or ():
            say(f"    {line.decode(errors='replace').rstrip()}")
        child.wait()
    if child.returncode:
        last = (log.read_text(errors="replace").strip().splitlines() or ["no reason given"])[-1]
        raise Fault(
            f"{word} of node {node.name} failed: {last.removeprefix('shelterbelt: ')} (more in {log})"
        )


def _spawn(node: NodeConfig, words: Sequence[str], **pipes: object) -> "subprocess.Popen[bytes]":
    surroundings = (
        os.environ | mark(node.folder.parent) | {"SHELTERBELT_NODE": node.name, "PYTHONUNBUFFERED": "1"}
    )
    line = [sys.executable, "-m", "shelterbelt.config.cli", *words, "--node", node.name]
    with keys.handed_on(node) as (opener, handles):
        return subprocess.Popen(  # type: ignore[call-overload, no-any-return]
            line,
            env=surroundings | opener,
            pass_fds=handles,
            stdin=subprocess.DEVNULL,
            start_new_session=True,
            **pipes,
        )


@dataclass
class Child:
    """One process that is kept running: after an unwished end it is started again, ever less eagerly."""

    node: NodeConfig
    word: str
    process: "subprocess.Popen[bytes] | None" = None
    begun: float = 0.0
    pause: float = 0.5
    again: float = field(default=0.0)

    @property
    def log(self) -> Path:
        return self.node.logs / f"{self.word.split()[0]}.log"

    def start(self) -> None:
        with rotate(self.log).open("ab") as out:
            self.process = _spawn(self.node, self.word.split(), stdout=out, stderr=out)
        self.begun = time.monotonic()

    def watch(self, tell: Say) -> None:
        """Start again what has ended, after a pause."""
        now = time.monotonic()
        if self.process is None:
            if now >= self.again:
                self.start()
            return
        if self.process.poll() is None:
            return
        self.pause = 0.5 if now - self.begun > STEADY else min(self.pause * 2, LONGEST_PAUSE)
        tell(f"{self.node.name}: {self.word} ended, again in {self.pause:.0f} s; see {self.log}")
        self.process, self.again = None, now + self.pause

    def answers(self) -> bool:
        """True if pages come, for a process that serves them; for any other, if it runs."""
        if self.word == "receive":
            return receives(self.node)
        return healthy(self.node) if self.word == "serve" else self.process is not None


def healthy(node: NodeConfig) -> bool:
    """True if the node answers its health page."""
    return _answers(node, node.port, "/health/")


def receives(node: NodeConfig) -> bool:
    """True if the node answers what devices send."""
    return _answers(node, node.receive_port, "/fixes/health")


def _answers(node: NodeConfig, port: int, path: str) -> bool:
    link = http.client.HTTPConnection("127.0.0.1", port, timeout=3)
    try:
        link.request("GET", path, headers={"Host": node.address.split("//", 1)[-1]})
        return link.getresponse().status == http.HTTPStatus.OK
    except (OSError, http.client.HTTPException):
        return False
    finally:
        link.close()


def _run(
    home: Path,
    machine: Sequence[NodeConfig],
    asked: threading.Event,
    started: float,
    server: Server | None,
) -> int:
    step(6, "Pages and jobs of each node")
    children = [Child(node, word) for word in ("serve", "worker", "receive", "watch run") for node in machine]
    try:
        _until_all_answer(children, asked)
        _welcome(home, machine, time.monotonic() - started)
        while not asked.wait(0.3):
            _keep(server)
            for child in children:
                child.watch(say)
        say("\nStopping…")
    finally:
        _stop(children, home)
    say("Stopped.")
    return 0


def _keep(server: Server | None) -> None:
    """Start our database server again if it has died; what serves pages finds it by itself."""
    if server and not server.running:
        say("The database server ended: it is started again.")
        with contextlib.suppress(Fault):
            server.start()


def _until_all_answer(children: Sequence[Child], asked: threading.Event) -> None:
    waiting = list(children)
    latest = time.monotonic() + PATIENCE
    while waiting:
        if asked.is_set():
            raise Stopped
        for child in children:
            child.watch(say)
        waiting = [child for child in waiting if not child.answers()]
        if waiting and time.monotonic() > latest:
            raise Fault(f"Node {waiting[0].node.name} does not answer: see {waiting[0].log}.")
        asked.wait(0.1)


def _stop(children: Sequence[Child], home: Path) -> None:
    running = [child.process for child in children if child.process]
    for process in running:
        process.terminate()
    until(lambda: all(process.poll() is not None for process in running), within=12)
    for process in running:
        if process.poll() is None:
            process.kill()
            process.wait()
    end(leftovers(home), within=3)


def _welcome(home: Path, machine: Sequence[NodeConfig], seconds: float) -> None:
    say(f"\nShelterbelt is running (after {seconds:.0f} s):")
    for node in machine:
        say(f"  {node.address:<24} {node.name}")
    links = nodes.demo_links(home)
    if links:
        say("\nSign in to the demo county as:")
        width = max(len(link["role"]) for link in links)
        for link in links:
            say(f"  {link['role']:<{width}}  {link['url']}")
    if survivor := nodes.demo_survivor(home):
        say(f"\nOr as a survivor at {survivor['url']}:")
        say(f"  name          {survivor['name']}")
        say(f"  words         {survivor['words']}")
        say(f"  second words  {survivor['second']}")
    say("\nCtrl-C stops everything.")
