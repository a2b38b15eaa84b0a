"""Where a device sends: one address for each protocol, the same for every device of a node."""

from django.conf import settings

ADDRESSES = {"owntracks": "/fixes/owntracks", "osmand": "/fixes/osmand", "feed": "/fixes/json"}


def address_of(protocol: str) -> str:
    """What somebody types into a device of this protocol."""
    return f"{settings.ADDRESS}{ADDRESSES[protocol]}"
