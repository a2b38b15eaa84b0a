"""The `shelterbelt` command: which words it knows and which function answers each.
It refuses to show a traceback for a fault that can be said in one line."""

import argparse
import gc
import hashlib
import importlib
import importlib.metadata
import os
import sys
from collections.abc import Callable, Sequence
from pathlib import Path

import psycopg

from shelterbelt.config import keys, nodes
from shelterbelt.config.account_words import account_words, program_words
from shelterbelt.config.breach import breach_words
from shelterbelt.config.calibration_words import calibration_words
from shelterbelt.config.caseload_words import caseload_words
from shelterbelt.config.instrument_words import instrument_words
from shelterbelt.config.keeping_words import backup_words, key_words, ledger_words, moving_words
from shelterbelt.config.peer_words import peer_words
from shelterbelt.config.postgres import connect, grant_application, refuse_strong_role
from shelterbelt.config.processes import MARK, Fault, die_with_parent
from shelterbelt.config.standing import may_work, refuse_moved
from shelterbelt.config.watch_words import replay_words
from shelterbelt.sealing.errors import SealingError

PACKAGE = Path(__file__).resolve().parent.parent
BUILT_UPON = ("Django", "django-allauth", "procrastinate")
NEEDS_DJANGO = (".accounts", ".agency_end", ".demo", ".disclosure", ".explain", ".peering", ".programs")
THREADS = 4
JOBS_AT_ONCE = 2
STAMP = """
create table if not exists shelterbelt_migrated (one bool primary key default true check (one), digest text);
"""
STAMPED = """
insert into shelterbelt_migrated (digest) values (%s) on conflict (one) do update set digest = excluded.digest
"""


def main(words: Sequence[str] | None = None) -> int:
    """Answer one command line; the exit code."""
    chosen = parser().parse_args(words)
    try:
        if chosen.needs_node:
            choose_node(chosen)
        return int(_function(chosen.answer)(chosen) or 0)
    except KeyboardInterrupt:
        return 130
    except BrokenPipeError:  # whoever read our output has seen enough
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return 141
    except Exception as fault:
        line = _plain(fault)
        if line is None or os.environ.get("SHELTERBELT_DEBUG"):
            raise
        print(f"shelterbelt: {line}", file=sys.stderr)
        return 1


def parser() -> argparse.ArgumentParser:
    """Every word the command knows. `answer` is where the function lives, so nothing is loaded in vain."""
    top = argparse.ArgumentParser(prog="shelterbelt", description="A coordinated, survivor-centred response.")
    commands = top.add_subparsers(required=True, metavar="COMMAND")

    def command(name: str, answer: str, what: str, *, node: bool = True) -> argparse.ArgumentParser:
        found = commands.add_parser(name, help=what, description=what)
        _answered(found, answer, node=node)
        return found

    def group(name: str, what: str) -> Callable[[str, str, str], argparse.ArgumentParser]:
        inner = commands.add_parser(name, help=what, description=what).add_subparsers(
            required=True, metavar="COMMAND"
        )
        return lambda word, answer, does: _answered(
            inner.add_parser(word, help=does, description=does), answer
        )

    here = "shelterbelt.config"
    command(
        "up",
        f"{here}.up:command",
        "Start everything that this machine runs, and keep it running.",
        node=False,
    )
    command("setup", f"{here}.up:prepare_command", "Fetch and make what pages need.", node=False)
    command("migrate", f"{here}.cli:migrate", "Bring a node's tables up to date.")
    command("demo", f"{here}.demo:fill", "Fill a demo node with its part of the imagined county.")
    serve = command("serve", f"{here}.cli:serve", "Serve a node's pages.")
    serve.add_argument(
        "--threads", type=int, default=THREADS, help="pages made at the same time (default %(default)s)"
    )
    worker = command(
        "worker", f"{here}.cli:worker", "Do a node's jobs: messages, wake-ups, the ledger's chain."
    )
    worker.add_argument(
        "--concurrency", type=int, default=JOBS_AT_ONCE, help="jobs at once (default %(default)s)"
    )
    command("receive", f"{here}.receiver:command", "Take in what devices say of where they are.")
    watched = group("watch", "Watch what devices say.")
    watched("run", f"{here}.watcher:command", "Watch a node's devices, and tell whoever is on duty.")
    replay_words(watched)
    breach_words(group("breach", "Check what proves a breach of an order."))
    command("doctor", f"{here}.doctor:command", "Say what is wrong with this installation.", node=False)
    can = command(
        "who-can", f"{here}.explain:who_can", "Print who may do what: every permission and its rule."
    )
    can.add_argument("--role", metavar="ROLE", help="only what this role may do")
    reasons = command(
        "why", f"{here}.explain:why", "Say rule by rule why a worker may or may not see a case."
    )
    reasons.add_argument("worker", metavar="WORKER", help="the worker's sign-in code")
    reasons.add_argument("case", metavar="CASE", help="the case's reference, as in its address")
    backup_words(command)
    other_nodes = group("node", "Move a node; get to know other nodes.")
    moving_words(other_nodes)
    peer_words(other_nodes)
    incidents = group("incidents", "Take incidents in from elsewhere.")
    taken = incidents("import", "shelterbelt.cases.imports:command", "Take in a police export (CSV).")
    taken.add_argument("file", type=Path, metavar="FILE")
    taken.add_argument(
        "--mapping", type=Path, required=True, metavar="MAP", help="which column is what (YAML)"
    )
    taken.add_argument(
        "--agency",
        metavar="NAME",
        help="which agency of the node takes them in (default: its largest police)",
    )
    taken.add_argument(
        "--report", type=Path, metavar="FILE", help="write the refused lines and their reasons there"
    )
    detained = group("detained", "Take in who is detained, from a jail or a court.")
    taken = detained(
        "import", "shelterbelt.supervision.imports:command", "Take in a feed (CSV or JSON Lines)."
    )
    taken.add_argument("file", type=Path, metavar="FILE")
    taken.add_argument("--source", required=True, metavar="NAME", help="who tells it, such as county_jail")
    taken.add_argument(
        "--whole", action="store_true", help="with this file it has told all that it knows by now"
    )
    taken.add_argument("--agency", metavar="NAME", help="which agency of the node takes it in")
    directory = group("directory", "Keep the directory of services.")
    taken = directory("import", "shelterbelt.referrals.imports:command", "Take in an HSDS 3.0 directory.")
    taken.add_argument("path", type=Path, metavar="PATH")
    agency = group("agency", "Look after the agencies of this node.")
    closed = agency("close", f"{here}.agency_end:command", "Close an agency: all that was released ends.")
    closed.add_argument("name", metavar="NAME", help="the agency that closed, or merged into another")
    closed.add_argument("--by", required=True, metavar="CODE", help="the sign-in code of who does this")
    account_words(
        agency, group("account", "Open, list and close accounts; everything else is done on pages.")
    )
    program_words(group("client", "Let an agency's programs in."))
    instrument_words(group("instruments", "Know the risk instruments; add your own."))
    caseload_words(command)
    what = "Score and forecast every open case of the node again, now."
    command("renew", "shelterbelt.response.commands:renew_command", what)
    what = "Hold forecasts against what came, and say what moved."
    calibration_words(command("calibrate", f"{here}.calibration:command", what, node=False))
    disclosure = group("disclosure", "Know what a demand could take.")
    shown = disclosure(
        "preview", f"{here}.disclosure:preview", "List what is held about a case, not its content."
    )
    shown.add_argument("case", metavar="CASE", help="the reference in the address of the case's page")
    shown.add_argument("--show-open-columns", action="store_true", help="also print what is not sealed")
    ledger = group("ledger", "Look after the ledger.")
    ledger_words(ledger)
    key_words(group("keys", "Look after the key folder."))
    return top


def _answered(command: argparse.ArgumentParser, answer: str, *, node: bool = True) -> argparse.ArgumentParser:
    command.set_defaults(answer=answer, needs_node=node)
    if node:
        command.add_argument("--node", metavar="NAME", help="which node of this machine (default: the first)")
    return command


def _function(place: str) -> Callable[[argparse.Namespace], int | None]:
    module, name = place.split(":")
    if not module.startswith("shelterbelt.config.") or module.endswith(NEEDS_DJANGO):
        start_django()
    found: Callable[[argparse.Namespace], int | None] = getattr(importlib.import_module(module), name)
    return found


def _plain(fault: Exception) -> str | None:
    """The fault in one line if it is one that people can expect; None if it is our own mistake."""
    if isinstance(fault, Fault | SealingError):
        return str(fault)
    if isinstance(fault, psycopg.OperationalError) or type(fault).__name__ == "OperationalError":
        return f"the database does not answer ({str(fault).strip().splitlines()[-1].strip()})."
    if isinstance(fault, OSError) and fault.filename:
        return f"{fault.filename}: {fault.strerror}."
    return None


def choose_node(chosen: argparse.Namespace) -> nodes.NodeConfig:
    """Make this process work for the node that was named, and for no other."""
    node = nodes.node_called(chosen.node) if chosen.node else nodes.this_node()
    os.environ["SHELTERBELT_HOME"] = str(nodes.home())
    os.environ["SHELTERBELT_NODE"] = chosen.node = node.name
    return node


def start_django() -> None:
    """Load Django for the chosen node."""
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "shelterbelt.config.settings")
    import django

    django.setup()


def migrate(chosen: argparse.Namespace) -> int:
    """Bring the node's tables up to date as their owner; nothing is loaded when nothing has changed."""
    node = nodes.this_node()
    refuse_moved(node)
    new = not (node.keys / "node.sign").exists()
    nodes.prepare(node)
    if new and node.demo:
        keys.lock_demo(node)
    wanted = wanted_tables()
    if nodes.tables_of(node) == wanted:
        print(f"{node.name}: tables are up to date")
        return 0
    os.environ["SHELTERBELT_AS_OWNER"] = "1"
    start_django()
    from django.core.management import call_command

    call_command("migrate", verbosity=0, interactive=False)
    with connect(node.owner_url) as owner:
        owner.execute(STAMP)
        grant_application(owner, application_role(node))
        owner.execute(STAMPED, [wanted])
    print(f"{node.name}: tables brought up to date")
    return 0


def application_role(node: nodes.NodeConfig) -> str:
    """The role that serves this node's pages, also where an operator gave the addresses."""
    return str(psycopg.conninfo.conninfo_to_dict(node.application_url).get("user") or node.application_role)


def wanted_tables() -> str:
    """A digest of everything that decides what the tables should look like."""
    found = hashlib.sha256()
    for path in [*sorted(PACKAGE.glob("*/migrations/*.py")), PACKAGE / "config" / "settings.py"]:
        found.update(str(path.relative_to(PACKAGE)).encode() + b"\0" + path.read_bytes() + b"\0")
    for name in BUILT_UPON:
        found.update(f"{name} {importlib.metadata.version(name)}\n".encode())
    return found.hexdigest()


def ready_to_work() -> nodes.NodeConfig:
    """The node of this process, once its database role is known to be weak; a child of `up` ends with it."""
    node = nodes.this_node()
    if MARK in os.environ:
        die_with_parent()
    may_work(node)
    refuse_strong_role(node.application_url)
    if nodes.tables_of(node, node.application_url) != wanted_tables():
        raise Fault(
            f"The tables of node {node.name} are not up to date: run shelterbelt migrate --node {node.name}."
        )
    refuse_real_demo(node)
    keys.refuse_lost(node)
    os.environ["SHELTERBELT_SERVES"] = "1"
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "shelterbelt.config.settings")
    return node


def refuse_real_demo(node: nodes.NodeConfig) -> None:
    """A demonstration signs anybody in by a link: it never starts where a real agency is held."""
    if not node.demo:
        return
    with connect(node.application_url) as connection:
        if connection.execute("select 1 from agencies_agency where not fictional").fetchone():
            raise Fault(
                f"Node {node.name} holds a real agency: demonstration mode does not start here. "
                "Set demo = false for it in nodes.toml."
            )


def serve(chosen: argparse.Namespace) -> int:
    """Serve the node's pages on its loopback port until told to stop."""
    node = ready_to_work()
    from granian import Granian
    from granian.constants import Interfaces

    main_process = os.getpid()

    def load(target: str) -> Callable[..., object]:
        die_with_parent(main_process)
        module, name = target.split(":")
        found: Callable[..., object] = getattr(importlib.import_module(module), name)
        importlib.import_module("shelterbelt.config.streams").start(node.streams_port)
        # What is loaded by now stays: the collector need not look through it for every page.
        gc.collect()
        gc.freeze()
        return found

    server = Granian(
        "shelterbelt.config.wsgi:application",
        address="127.0.0.1",
        port=node.port,
        interface=Interfaces.WSGI,
        workers=1,
        blocking_threads=chosen.threads,
        respawn_failed_workers=True,
        workers_kill_timeout=5,
        log_access=False,
    )
    server.serve(target_loader=load)
    return 0


def worker(chosen: argparse.Namespace) -> int:
    """Do the node's jobs until told to stop; a job that has begun is finished first."""
    node = ready_to_work()
    start_django()
    from procrastinate.contrib.django import app
    from procrastinate.contrib.django.django_connector import DjangoConnector

    from shelterbelt.alerts.watch import watching
    from shelterbelt.config.deferring import WorkerConnector

    assert isinstance(app.connector, DjangoConnector)
    with app.replace_connector(WorkerConnector(app.connector)) as working, watching():
        print(f"{node.name}: jobs", flush=True)
        working.run_worker(
            name=node.name,
            concurrency=chosen.concurrency,
            fetch_job_polling_interval=2.0,
            shutdown_graceful_timeout=10,
            delete_jobs="successful",
        )
    return 0


if __name__ == "__main__":
    sys.exit(main())
