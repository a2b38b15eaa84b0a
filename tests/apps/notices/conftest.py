"""Ways to send that lead nowhere, or to a real server of the test's own."""

from typing import Any

import pytest

WAY = {"host": "127.0.0.1", "port": "9", "user": "", "password_file": ""}


@pytest.fixture
def both_ways(settings: Any) -> None:
    """A node that is set up for e-mail and text messages; nobody listens there."""
    settings.MAIL = {**WAY, "from": "notes@post.example"}
    settings.TEXTS = {**WAY, "from": "20255"}
    return


@pytest.fixture
def no_way(settings: Any) -> None:
    """A node that is set up for neither."""
    settings.MAIL = {**WAY, "host": "", "from": ""}
    settings.TEXTS = {**WAY, "host": "", "from": ""}
    return
