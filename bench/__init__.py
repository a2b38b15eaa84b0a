"""Benchmarks: ratios of one run, printed with versions and load; answers are checked to be equal."""
