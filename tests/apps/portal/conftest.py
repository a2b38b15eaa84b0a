"""One town for the portal's tests, and hashes that cost little: how slow they are is not what is tried here."""

from collections.abc import Iterator
from typing import Any

import pytest
from django.contrib.auth.hashers import ScryptPasswordHasher
from django.test import override_settings


class Quick(ScryptPasswordHasher):
    """The same digest, at a sixteenth of the work."""

    work_factor = 2**10


class Slower(ScryptPasswordHasher):
    """A quarter of the work: enough to be seen when it is left out."""

    work_factor = 2**12


@pytest.fixture(scope="package", autouse=True)
def quick() -> Iterator[None]:
    with override_settings(PASSWORD_HASHERS=["tests.apps.portal.conftest.Quick"]):
        yield


@pytest.fixture(scope="module")
def own_town(database: str, keys: Any) -> Any:
    """A town that the tests of one module share: each makes people of its own."""
    from tests.world import town

    return town()
