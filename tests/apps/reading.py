"""A page as somebody reads it: opened at a stopped clock, and its words without the marks."""

import re
from datetime import datetime
from html import unescape
from typing import Any

from tests.apps.county import hour
from tests.world import AT


def page_of(signed_in: Any, by: Any, url: str, at: datetime = AT) -> str:
    """What this worker gets at an address, at this instant; it is there."""
    with hour(at):
        page = signed_in(by).get(url)
    assert page.status_code == 200, url
    return str(page.content.decode())


def text_of(page: Any) -> str:
    """The words of a page, or of an answer that holds one."""
    marked = page if isinstance(page, str) else page.content.decode()
    return " ".join(unescape(re.sub(r"<[^>]*>", " ", marked)).split())
