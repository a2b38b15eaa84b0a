"""Releases and the grants they open. Refuses access that no living grant opens."""
