"""Imagined cases: a fictional county from a fixed seed. Nobody in it is real, and no record was its model."""

from shelterbelt.scenarios.county import County, county

__all__ = ["County", "county"]
