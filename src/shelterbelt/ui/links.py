"""Addresses of pages by name, also of pages of apps above: an app asks for one without knowing who serves it."""

from django.urls import NoReverseMatch, reverse


def address(name: str, *refs: str) -> str:
    """The address of a page, or nothing where this node has no such page."""
    try:
        return reverse(name, args=refs)
    except NoReverseMatch:
        return ""
