"""What decides on fixes is chosen before anything is watched; whatever does not run, somebody watches."""

from tests.engines.kept_code import HERE  # isort: skip  # first: the engine's code is kept there

from pathlib import Path
from typing import Any

import pytest

from shelterbelt.config import watch_way
from shelterbelt.config.nodes import NodeConfig
from shelterbelt.config.processes import Fault

assert HERE


def a_node(*, demo: bool) -> NodeConfig:
    return NodeConfig(
        "bench", 8999, "http://localhost:8999", "bench", demo, Path("/nowhere"), "owner", "role"
    )


def test_the_engine_decides_where_it_is_asked_for_and_runs_and_the_rules_everywhere_else(
    monkeypatch: pytest.MonkeyPatch, capsys: Any
) -> None:
    real, shown = a_node(demo=False), a_node(demo=True)
    for node in (real, shown):
        assert watch_way.chosen(node, "") == watch_way.chosen(node, "rules") == "rules"
    assert capsys.readouterr().out == ""
    assert watch_way.chosen(real, "engine") == "engine"
    assert "made ready" in capsys.readouterr().out
    with pytest.raises(Fault):
        watch_way.chosen(real, "chance")
    monkeypatch.setattr(watch_way, "ready", lambda: 1 / 0)
    assert watch_way.chosen(real, "engine") == "rules"
    assert "the rules decide" in capsys.readouterr().out


def test_nothing_is_compiled_after_it_was_made_ready() -> None:
    from shelterbelt.engines import watching_passes
    from shelterbelt.engines.watching import Engine
    from shelterbelt.engines.watching_warm import warm_up
    from shelterbelt.rules.fixes import Fix
    from shelterbelt.rules.frames import framed
    from tests.rules.test_watches import BEGUN, WATCHED, ways

    passes = [one for one in vars(watching_passes).values() if hasattr(one, "signatures")]
    warm_up(ways(late_ms=3_600_000, most=4096))
    known = [len(one.signatures) for one in passes]
    assert sum(known)
    engine = Engine(ways(late_ms=3_600_000, most=4096), WATCHED)
    for n in (3, 1, 2, 700):
        fixes = (Fix(BEGUN + n + one, 40.0, -105.0, 5.0) for one in range(n))
        engine.take(b"".join(framed(7 + n % 4, fix, received_ms=BEGUN) for fix in fixes))
        engine = Engine.restored(engine.kept(), engine.ways, engine.watched).changed(WATCHED)
    assert [len(one.signatures) for one in passes] == known
