"""The fast engine tells exactly what the rules tell of every field scenario, batch by batch and deadline by deadline."""

from tests.engines.kept_code import HERE  # isort: skip  # first: the engine's code is kept there

from bench.field_story import stories
from bench.field_twin import differs


def test_the_fast_engine_tells_the_same_of_every_field_scenario() -> None:
    assert HERE.is_dir()
    assert differs(stories()).endswith("the same in all 34 without an outage of ours.")
