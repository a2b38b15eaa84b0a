"""The directory is nobody's and everybody's: a test that counts its services begins and ends without any."""

from shelterbelt.agencies.models import Agency
from shelterbelt.referrals.models import Referral, Service
from shelterbelt.store.asker import as_agency
from tests.world import AT


def empty_directory() -> None:
    """No service is left, also none to which an agency of an earlier test still refers: each of those lets go as itself."""
    if Service.objects.exists():
        for holder in Agency.objects.values_list("id", flat=True):
            with as_agency(holder, at=AT):
                Referral.objects.filter(service__isnull=False).update(service=None)
    Service.objects.all().delete()
