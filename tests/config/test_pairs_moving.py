"""A pair between two real nodes: nearness is found at the advocates' alone, and ends everywhere when the release does."""

import shutil
import tempfile
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.config.machines import Machine

pytestmark = pytest.mark.journey
PAIR = "a_watched_pair"


@pytest.fixture
def media() -> Iterator[Path]:
    folder = Path(tempfile.mkdtemp(prefix="sb-pair-"))
    folder.chmod(0o711)
    yield folder
    shutil.rmtree(folder, ignore_errors=True)


@pytest.fixture
def hers(media: Path, tables: Path | None) -> Iterator[Machine]:
    made = Machine(media / "hers", tables=tables)
    yield made
    made.remove()


@pytest.fixture
def court(media: Path, tables: Path | None) -> Iterator[Machine]:
    made = Machine(media / "court", "system", tables=tables)
    yield made
    made.remove()


def test_a_pair_is_watched_where_the_survivor_trusts_and_nowhere_else(
    hers: Machine, court: Machine, media: Path
) -> None:
    state = media / "state.json"
    for one in (hers, court):
        assert one("migrate").returncode == 0
    for word in ("describe", "know"):
        for one in (hers, court):
            one.inside(word, state, module=PAIR)
    hers.serve()
    court.serve()
    hers.inside("ask", state, module=PAIR)
    assert hers.inside("deliver", state, module=PAIR) == 0
    court.inside("decide", state, module=PAIR)
    assert court.inside("deliver", state, module=PAIR) == 0
    hers.inside("began", state, module=PAIR)
    assert court.inside("tracker", state, module=PAIR) == 1
    assert court.inside("deliver", state, module=PAIR) == 0
    kinds, alerts = hers.inside("watch", state, module=PAIR)
    assert kinds == ["came_near"] and alerts == [[True, "sent"]]
    there = court.inside("stands", state, module=PAIR)
    assert there == {"pair": [], "share": ["watched"], "devices": ["tracker"], "alarms": 0}
    hers.inside("withdraw", state, module=PAIR)
    assert hers.inside("deliver", state, module=PAIR) == 0
    assert court.inside("stands", state, module=PAIR)["share"] == ["ended"]
    assert court.inside("tracker", state, module=PAIR) == 0
    assert hers.inside("stands", state, module=PAIR)["pair"] == ["ended"]
