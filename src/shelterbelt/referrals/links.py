"""Addresses of pages that other apps own, by name. A page that is not there yet has no address."""

from django.urls import NoReverseMatch, reverse


def address(name: str, *refs: str) -> str:
    """The address of a page, or nothing when this installation has no such page."""
    try:
        return reverse(name, args=refs)
    except NoReverseMatch:
        return ""
