"""Tests of a survivor's own file and the plan in it."""
