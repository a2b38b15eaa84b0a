"""What the holder's law says of minors who sign, from the library. Where none is written down, nobody under age signs alone."""

from functools import cache

from shelterbelt.agencies.models import Agency
from shelterbelt.library import files
from shelterbelt.library.files import LibraryError
from shelterbelt.rules.releases import NO_LAW, MinorLaw


def law_of(holder: Agency) -> MinorLaw:
    """The law of the holder's jurisdiction, which its protocol names."""
    return _law(holder.protocol.split("/")[0])


@cache
def _law(jurisdiction: str) -> MinorLaw:
    try:
        found = files.read(f"minors/{jurisdiction}.yaml", "minors")
    except LibraryError:
        return NO_LAW
    grounds = {one["code"]: one["from_age"] for one in found["grounds"]}
    return MinorLaw(found["of_age"], found["signs_from"], grounds)
