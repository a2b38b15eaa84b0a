"""nodes.toml is read exactly or refused in one plain line, and secrets stay beside it, closed to others."""

import json
import os
from pathlib import Path

import pytest
from psycopg.conninfo import conninfo_to_dict

from shelterbelt.config import nodes, processes
from shelterbelt.config.processes import Fault


@pytest.fixture(autouse=True)
def surroundings(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("SHELTERBELT_PORT", "SHELTERBELT_NODE", "DATABASE_URL", "DATABASE_OWNER_URL"):
        monkeypatch.delenv(name, raising=False)


def test_the_demo_county_is_four_nodes_with_the_system_first(tmp_path: Path) -> None:
    nodes.write_demo_nodes(tmp_path)
    found = nodes.read_nodes(tmp_path)
    assert [(node.name, node.port, node.address) for node in found] == [
        ("system", 8000, "http://localhost:8000"),
        ("hospital", 8001, "http://localhost:8001"),
        ("advocates", 8002, "http://localhost:8002"),
        ("shelter", 8003, "http://localhost:8003"),
    ]
    assert all(node.demo for node in found)
    for what in ("database", "owner_role", "application_role", "keys", "files", "secret_key"):
        assert len({getattr(node, what) for node in found}) == len(found)


def test_nodes_that_someone_wrote_are_never_written_over(tmp_path: Path) -> None:
    (tmp_path / "nodes.toml").write_text('[[node]]\nname = "ours"\nport = 9000\n')
    nodes.write_demo_nodes(tmp_path)
    assert [node.name for node in nodes.read_nodes(tmp_path)] == ["ours"]


def test_secrets_are_made_once_and_closed_to_others(tmp_path: Path) -> None:
    nodes.write_demo_nodes(tmp_path)
    node = nodes.node_called("advocates", tmp_path)
    assert node.secret_key == nodes.node_called("advocates", tmp_path).secret_key
    for path in (node.folder / "secrets.json", tmp_path / "nodes.toml"):
        assert path.stat().st_mode & 0o077 == 0
    assert node.secret_key not in repr(node)
    assert node.secret("application_password") not in repr(node)


def test_damaged_secrets_are_said_and_not_made_anew(tmp_path: Path) -> None:
    nodes.write_demo_nodes(tmp_path)
    node = nodes.node_called("shelter", tmp_path)
    node.make_folders()
    (node.folder / "secrets.json").write_text("{")
    with pytest.raises(Fault, match="put it back from a backup"):
        _ = node.secret_key


@pytest.mark.parametrize(
    ("text", "line"),
    [
        ("", "names no node"),
        ("node = 3", "names no node"),
        ("[[node]", "cannot be read"),
        ("\xff", "cannot be read"),
        ("[[node]]\nport = 1", "node 1: name must be a short word"),
        ('[[node]]\nname = "A b"\nport = 1', "node 1: name must be a short word"),
        ('[[node]]\nname = "a"', "node 1: port must be a number"),
        ('[[node]]\nname = "a"\nport = true', "node 1: port must be a number"),
        ('[[node]]\nname = "a"\nport = 70000', "node 1: port must be a number"),
        ('[[node]]\nname = "a"\nport = 1\ndemo = "yes"', "node 1: demo must be true or false"),
        ('[[node]]\nname = "a"\nport = 1\naddress = 7', "node 1: address must be text"),
        (
            '[[node]]\nname = "a"\nport = 1\ncolour = "red"',
            "node 1: unknown setting 'colour'; known are address",
        ),
        ('[[node]]\nname = "a"\nport = 1\nowner_url = "x"', "owner_url and application_url go together"),
        ('[[node]]\nname = "a"\nport = 1\n[[node]]\nname = "a"\nport = 2', "the same name to two nodes"),
        ('[[node]]\nname = "a"\nport = 1\n[[node]]\nname = "b"\nport = 1', "the same port to two nodes"),
    ],
)
def test_nodes_that_cannot_be_understood_are_refused_in_one_line(
    tmp_path: Path, text: str, line: str
) -> None:
    (tmp_path / "nodes.toml").write_bytes(text.encode("latin-1"))
    with pytest.raises(Fault, match=line) as caught:
        nodes.read_nodes(tmp_path)
    assert "\n" not in str(caught.value)
    assert "nodes.toml" in str(caught.value)


def test_missing_nodes_say_what_to_do(tmp_path: Path) -> None:
    with pytest.raises(Fault, match="run make up"):
        nodes.read_nodes(tmp_path)


def test_unknown_node_is_named_with_those_there_are(tmp_path: Path) -> None:
    nodes.write_demo_nodes(tmp_path)
    with pytest.raises(Fault, match="no node 'court' here; there are: system, hospital, advocates, shelter"):
        nodes.node_called("court", tmp_path)


def test_another_first_port_moves_every_node(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    nodes.write_demo_nodes(tmp_path)
    monkeypatch.setenv("SHELTERBELT_PORT", "9100")
    assert [node.address for node in nodes.read_nodes(tmp_path)][:2] == [
        "http://localhost:9100",
        "http://localhost:9101",
    ]
    monkeypatch.setenv("SHELTERBELT_PORT", "many")
    with pytest.raises(Fault, match="must be a port number"):
        nodes.read_nodes(tmp_path)


def test_another_server_holds_a_database_for_each_node(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    nodes.write_demo_nodes(tmp_path)
    monkeypatch.setenv(
        "DATABASE_OWNER_URL", "postgresql://boss:word@db.example:5544/postgres?sslmode=require"
    )
    assert nodes.own_server(tmp_path) is None
    node = nodes.node_called("hospital", tmp_path)
    for address, role in ((node.owner_url, node.owner_role), (node.application_url, node.application_role)):
        found = conninfo_to_dict(address)
        assert (found["host"], found["port"], found["dbname"]) == (
            "db.example",
            "5544",
            "shelterbelt_hospital",
        )
        assert (found["user"], found["sslmode"]) == (role, "require")
        assert found["password"] != "word"


def test_one_node_takes_both_addresses_from_its_surroundings(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "nodes.toml").write_text('[[node]]\nname = "ours"\nport = 9000\n')
    monkeypatch.setenv("DATABASE_OWNER_URL", "postgresql://boss@db.example/ours")
    monkeypatch.setenv("DATABASE_URL", "postgresql://clerk@db.example/ours")
    (node,) = nodes.read_nodes(tmp_path)
    assert (node.owner_url, node.application_url) == (
        "postgresql://boss@db.example/ours",
        "postgresql://clerk@db.example/ours",
    )
    assert not node.makes_database
    with (tmp_path / "nodes.toml").open("a") as file:
        file.write('[[node]]\nname = "other"\nport = 9001\n')
    with pytest.raises(Fault, match="one node"):
        nodes.read_nodes(tmp_path)


def test_this_node_is_the_named_one_or_the_first(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SHELTERBELT_HOME", str(tmp_path))
    nodes.write_demo_nodes(tmp_path)
    assert nodes.this_node().name == "system"
    monkeypatch.setenv("SHELTERBELT_NODE", "shelter")
    assert nodes.this_node().name == "shelter"


def test_private_file_is_replaced_whole_and_a_secret_is_never_replaced(tmp_path: Path) -> None:
    for text in ("one", "two"):
        processes.private_text(tmp_path / "links", text)
    assert (tmp_path / "links").read_text() == "two"
    assert processes.kept_text(tmp_path / "word", "one") == "one"
    assert processes.kept_text(tmp_path / "word", "two") == "one"
    assert sorted(path.name for path in tmp_path.iterdir()) == ["links", "word"]
    assert all(path.stat().st_mode & 0o077 == 0 for path in tmp_path.iterdir())


def test_sign_in_links_are_read_as_the_demo_wrote_them(tmp_path: Path) -> None:
    assert nodes.demo_links(tmp_path) == []
    link = {"role": "officer", "node": "system", "url": "http://localhost:8000/account/demo/x/"}
    (tmp_path / "demo-links.json").write_text(json.dumps([link]))
    assert nodes.demo_links(tmp_path) == [link]


def test_roots_state_folder_lets_others_through_and_shows_them_nothing(tmp_path: Path) -> None:
    nodes.make_home(tmp_path / "state")
    assert (tmp_path / "state").stat().st_mode & 0o066 == 0
    assert bool((tmp_path / "state").stat().st_mode & 0o001) == (os.geteuid() == 0)
