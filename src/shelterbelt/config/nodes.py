"""Reads what this machine runs from nodes.toml in the state folder, and keeps each node's secrets beside it.
It refuses a file it does not understand, in one line that says where."""

import json
import os
import re
import secrets
import tomllib
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import psycopg

from shelterbelt.config.postgres import Server, as_role, connect, ensure_database, url
from shelterbelt.config.processes import Fault, Say, kept_text, quietly
from shelterbelt.sealing.keyring import Keyring

FIRST_PORT = 8000
DEMO = ("system", "hospital", "advocates", "shelter")
# Whole numbers that a node may set, each with its default and its largest.
DEMO_SURVIVOR = "demo-survivor.json"
NUMBERS = {"idle_minutes": (30, 240), "session_hours": (12, 24), "proxies": (0, 5)}
KNOWN = {"name", "port", "address", "database", "demo", "owner_url", "application_url", "journal", *NUMBERS}
HEADER = "# What this machine runs: one [[node]] each. Secrets are in the folders beside this file.\n"


@dataclass(frozen=True)
class NodeConfig:
    """One node of this machine; addresses hold passwords, so it never prints them."""

    name: str
    port: int
    address: str
    database: str
    demo: bool
    folder: Path
    owner_role: str
    application_role: str
    given_owner_url: str = ""
    given_application_url: str = ""
    idle_minutes: int = 30
    session_hours: int = 12
    proxies: int = 0
    given_journal: str = ""

    def __repr__(self) -> str:
        return f"NodeConfig({self.name}, {self.address})"

    @property
    def host(self) -> str:
        """The name in the node's address, without port."""
        return urlsplit(self.address).hostname or "localhost"

    @property
    def streams_port(self) -> int:
        """The port on 127.0.0.1 of what streams, a thousand beside the pages'."""
        return self.port + 1000 if self.port + 1000 < 65536 else self.port - 1000

    @property
    def receive_port(self) -> int:
        """The port on 127.0.0.1 of what devices send to, two thousand beside the pages'."""
        return self.port + 2000 if self.port + 2000 < 65536 else self.port - 2000

    @property
    def streams(self) -> str:
        """Where a browser finds streams: with TLS in front of the node beside the pages, else on their own port."""
        return "" if self.address.startswith("https:") else f"http://{self.host}:{self.streams_port}"

    @property
    def keys(self) -> Path:
        return self.folder / "keys"

    @property
    def unlock_file(self) -> Path:
        """Where this machine looks for what opens the keys, if nothing else is said; never beside them."""
        return self.folder.parent / "unlock" / f"{self.name}.key"

    @property
    def files(self) -> Path:
        return self.folder / "files"

    @property
    def checkpoints(self) -> Path:
        return self.folder / "checkpoints"

    @property
    def logs(self) -> Path:
        return self.folder / "logs"

    @property
    def journal(self) -> Path:
        """Where acts that a restore must not undo are noted, outside the database."""
        return Path(self.given_journal) if self.given_journal else self.folder / "journal"

    @property
    def secret_key(self) -> str:
        return self.secret("secret_key")

    @property
    def owner_url(self) -> str:
        """The address that migrates."""
        return self.given_owner_url or self._url(self.owner_role, "owner_password")

    @property
    def application_url(self) -> str:
        """The address that serves; its role owns nothing."""
        return self.given_application_url or self._url(self.application_role, "application_password")

    @property
    def makes_database(self) -> bool:
        """True if the database and its roles are ours to make; False if an operator gave their addresses."""
        return not self.given_owner_url

    def _url(self, role: str, password: str) -> str:
        given = os.environ.get("DATABASE_OWNER_URL")
        base = given or url(
            user="", password="", database="", host=str(Server.at(self.folder.parent / "postgres").sockets)
        )
        return as_role(base, database=self.database, user=role, password=self.secret(password))

    def secret(self, name: str) -> str:
        """One of this node's secrets; all are made the first time one is asked for."""
        path = self.folder / "secrets.json"
        if not path.exists():
            made = {
                key: secrets.token_urlsafe(48)
                for key in ("owner_password", "application_password", "secret_key")
            }
            kept_text(path, json.dumps(made))
        try:
            return str(json.loads(path.read_text())[name])
        except (OSError, ValueError, KeyError) as fault:
            raise Fault(f"{path} cannot be read: put it back from a backup.") from fault

    def make_folders(self) -> None:
        """Make the node's own folders, closed to everyone else."""
        for folder in (self.folder, self.keys, self.files, self.logs, self.journal):
            folder.mkdir(mode=0o700, parents=True, exist_ok=True)


def home() -> Path:
    """The state folder of this installation."""
    return Path(os.environ.get("SHELTERBELT_HOME") or ".shelterbelt").absolute()


def make_home(folder: Path) -> None:
    """Make the state folder; root's lets PostgreSQL's ordinary user through to its own part."""
    folder.mkdir(parents=True, exist_ok=True)
    folder.chmod(0o711 if os.geteuid() == 0 else 0o700)


def own_server(folder: Path, say: Say = quietly) -> Server | None:
    """Our own PostgreSQL of this installation, or None where DATABASE_OWNER_URL names another server."""
    return None if os.environ.get("DATABASE_OWNER_URL") else Server.at(folder / "postgres", say)


def server_url(folder: Path) -> str:
    """The address by which databases and roles are made."""
    server = own_server(folder)
    return server.owner_url() if server else os.environ["DATABASE_OWNER_URL"]


def write_demo_nodes(folder: Path, ports: Sequence[int] = ()) -> None:
    """Write nodes.toml for the four nodes of the demo county, unless there is one already."""
    make_home(folder)
    blocks = [
        f'\n[[node]]\nname = "{name}"\nport = {port}\naddress = "http://localhost:{port}"\n'
        f'database = "shelterbelt_{name}"\ndemo = true\n'
        for name, port in zip(DEMO, ports or range(FIRST_PORT, FIRST_PORT + len(DEMO)), strict=True)
    ]
    kept_text(folder / "nodes.toml", HEADER + "".join(blocks))


def read_nodes(folder: Path | None = None) -> tuple[NodeConfig, ...]:
    """Every node that this machine runs, in the order of nodes.toml. SHELTERBELT_PORT moves all ports."""
    folder = folder or home()
    path = folder / "nodes.toml"
    try:
        found = tomllib.loads(path.read_text(encoding="utf-8"))
    except FileNotFoundError as fault:
        raise Fault(f"{path} is missing: run make up, or write one (docs/deploy.md).") from fault
    except (OSError, UnicodeDecodeError, tomllib.TOMLDecodeError) as fault:
        raise Fault(f"{path} cannot be read: {fault}") from fault
    entries = found.get("node")
    if not isinstance(entries, list) or not entries or not all(isinstance(entry, dict) for entry in entries):
        raise Fault(f"{path} names no node: it needs at least one [[node]] with a name and a port.")
    nodes = [_node(entry, number, folder) for number, entry in enumerate(entries, 1)]
    for what in ("name", "port", "database"):
        values = [getattr(node, what) for node in nodes]
        if len(set(values)) < len(values):
            raise Fault(f"{path} gives the same {what} to two nodes.")
    return _with_given_urls(_moved(nodes))


def _node(entry: Mapping[str, Any], number: int, folder: Path) -> NodeConfig:
    def wrong(what: str) -> Fault:
        return Fault(f"{folder / 'nodes.toml'}, node {number}: {what}.")

    if unknown := sorted(set(entry) - KNOWN):
        raise wrong(f"unknown setting {unknown[0]!r}; known are {', '.join(sorted(KNOWN))}")
    name, port = entry.get("name"), entry.get("port")
    if not isinstance(name, str) or not re.fullmatch(r"[a-z][a-z0-9_]{0,30}", name):
        raise wrong("name must be a short word of small letters, digits and _")
    if type(port) is not int or not 0 < port < 65536:
        raise wrong("port must be a number from 1 to 65535")
    texts = {
        key: entry.get(key, "") for key in ("address", "database", "owner_url", "application_url", "journal")
    }
    if bad := [key for key, value in texts.items() if not isinstance(value, str)]:
        raise wrong(f"{bad[0]} must be text in quotes")
    if bool(texts["owner_url"]) != bool(texts["application_url"]):
        raise wrong("owner_url and application_url go together")
    if not isinstance(entry.get("demo", False), bool):
        raise wrong("demo must be true or false")
    database = texts["database"] or f"shelterbelt_{name}"
    return NodeConfig(
        name=name,
        port=port,
        address=texts["address"] or f"http://localhost:{port}",
        database=database,
        demo=entry.get("demo", False),
        **_numbers(entry, wrong),
        folder=folder / name,
        owner_role=f"{database}_owner",
        application_role=f"{database}_app",
        given_owner_url=texts["owner_url"],
        given_application_url=texts["application_url"],
        given_journal=texts["journal"],
    )


def _numbers(entry: Mapping[str, Any], wrong: Callable[[str], Fault]) -> dict[str, int]:
    found = {key: entry.get(key, default) for key, (default, _most) in NUMBERS.items()}
    for key, value in found.items():
        least, most = (0 if key == "proxies" else 1), NUMBERS[key][1]
        if type(value) is not int or not least <= value <= most:
            raise wrong(f"{key} must be a number from {least} to {most}")
    return found


def _moved(nodes: Sequence[NodeConfig]) -> Sequence[NodeConfig]:
    wanted = os.environ.get("SHELTERBELT_PORT", "")
    if not wanted:
        return nodes
    if not wanted.isdecimal() or not 0 < int(wanted) < 65000:
        raise Fault(f"SHELTERBELT_PORT must be a port number, not {wanted!r}.")
    by = int(wanted) - nodes[0].port
    return [
        replace(
            node, port=node.port + by, address=re.sub(rf":{node.port}$", f":{node.port + by}", node.address)
        )
        for node in nodes
    ]


def _with_given_urls(nodes: Sequence[NodeConfig]) -> tuple[NodeConfig, ...]:
    """A machine with one node may take its database from DATABASE_OWNER_URL and DATABASE_URL."""
    owner, application = os.environ.get("DATABASE_OWNER_URL", ""), os.environ.get("DATABASE_URL", "")
    if not application or nodes[0].given_owner_url:
        return tuple(nodes)
    if len(nodes) > 1 or not owner:
        raise Fault(
            "DATABASE_URL needs DATABASE_OWNER_URL and one node: unset it, or write both into nodes.toml."
        )
    return (replace(nodes[0], given_owner_url=owner, given_application_url=application),)


def node_called(name: str, folder: Path | None = None) -> NodeConfig:
    """The node of this name."""
    nodes = read_nodes(folder)
    for node in nodes:
        if node.name == name:
            return node
    raise Fault(f"There is no node {name!r} here; there are: {', '.join(node.name for node in nodes)}.")


def this_node() -> NodeConfig:
    """The node that this process works for: SHELTERBELT_NODE, or the first."""
    name = os.environ.get("SHELTERBELT_NODE", "")
    return node_called(name) if name else read_nodes()[0]


def letter_tick(*, demo: bool) -> int:
    """SHELTERBELT_LETTER_TICK: seconds between the ticks at which some letters leave."""
    given = os.environ.get("SHELTERBELT_LETTER_TICK") or ("1" if demo else "300")
    seconds = int(given) if given.isdecimal() else 0
    if not 0 < seconds <= 3600 or (seconds > 60 and seconds % 60):
        raise Fault(
            f"SHELTERBELT_LETTER_TICK must be 1 to 60 seconds or whole minutes up to an hour, not {given!r}."
        )
    return seconds


def static_headers(node: NodeConfig | None) -> Callable[[Any, str, str], None]:
    """What files that pages are made of say to the browser; with TLS, that it never comes back without."""
    secure = bool(node and node.address.startswith("https:"))

    def add(headers: Any, path: str, url: str) -> None:
        headers["Content-Security-Policy"] = "object-src 'none'; base-uri 'none'; frame-ancestors 'none'"
        if secure:
            headers["Strict-Transport-Security"] = "max-age=63072000; includeSubDomains"

    return add


def prepare(node: NodeConfig) -> None:
    """Make the node's folders, its database and roles where those are ours to make, and once its own keys."""
    node.make_folders()
    make_database(node)
    if not (node.keys / "node.sign").exists():
        if tables_of(node) is not None:
            # New keys beside old data would look like work and lose everything that was sealed.
            raise Fault(
                f"The keys of node {node.name} are gone from {node.keys}: put them back from the backup."
            )
        Keyring.create(node.keys)


def make_database(node: NodeConfig) -> None:
    """Make the node's database and roles where those are ours to make."""
    if node.makes_database:
        ensure_database(
            server_url(node.folder.parent),
            node.database,
            owner_role=node.owner_role,
            owner_password=node.secret("owner_password"),
            application_role=node.application_role,
            application_password=node.secret("application_password"),
        )


def tables_of(node: NodeConfig, address: str = "") -> str | None:
    """The digest with which this node's tables were last brought up to date; None if it never had any."""
    with connect(address or node.owner_url) as connection:
        try:
            found = connection.execute("select digest from shelterbelt_migrated").fetchone()
        except psycopg.errors.UndefinedTable:
            return None
    return str(found[0]) if found else None


def demo_survivor(folder: Path) -> dict[str, str]:
    """The name and the words of the demonstration's survivor, as the demo fill wrote them."""
    try:
        return dict(json.loads((folder / DEMO_SURVIVOR).read_text()))
    except (OSError, ValueError):
        return {}


def demo_links(folder: Path) -> list[dict[str, str]]:
    """The sign-in links of the demo county, as the demo fill wrote them."""
    try:
        return list(json.loads((folder / "demo-links.json").read_text()))
    except (OSError, ValueError):
        return []
