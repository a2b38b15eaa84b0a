"""Addresses of pages that other apps own, by name (`ui.links`)."""

from shelterbelt.ui.links import address

__all__ = ["address"]
