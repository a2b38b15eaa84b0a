"""Addresses of pages by name; empty where a node does not serve them."""

from django.urls import NoReverseMatch, reverse


def address(name: str, *refs: str) -> str:
    """The address of a page, or nothing."""
    try:
        return reverse(name, args=refs)
    except NoReverseMatch:
        return ""
