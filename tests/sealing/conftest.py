"""A key folder with two holders, made as a node makes it; one content key and one row of the first."""

from uuid import UUID, uuid4

import pytest

from shelterbelt.sealing import Keyring


@pytest.fixture(scope="session")
def agency() -> UUID:
    return uuid4()


@pytest.fixture(scope="session")
def other_agency() -> UUID:
    return uuid4()


@pytest.fixture(scope="session")
def ring(tmp_path_factory: pytest.TempPathFactory, agency: UUID, other_agency: UUID) -> Keyring:
    ring = Keyring.create(tmp_path_factory.mktemp("node") / "keys")
    ring.add_holder(agency)
    ring.add_holder(other_agency)
    return ring


@pytest.fixture(scope="session")
def key(ring: Keyring, agency: UUID) -> bytes:
    return ring.new_key(agency)


@pytest.fixture(scope="session")
def row() -> UUID:
    return uuid4()
