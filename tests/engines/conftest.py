"""Engines are compiled once for these sources, not once for every process."""

from tests.engines.kept_code import HERE

__all__ = ["HERE"]
