"""Every page of the portal has a size that says nothing: a multiple of four kibibytes, and most pages the same one."""

from django.http import HttpResponse

STEP = 4096
LEAST = 8 * STEP
OPEN, CLOSE = b"\n<!--", b"-->\n"


def padded(response: HttpResponse) -> HttpResponse:
    """Fill an HTML answer up; what is no page (a file that was asked for) stays as it is."""
    if response.streaming or not response.get("Content-Type", "").startswith("text/html"):
        return response
    if response.content.endswith(CLOSE) and len(response.content) % STEP == 0:
        return response
    size = len(response.content) + len(OPEN) + len(CLOSE)
    response.content = response.content + OPEN + b" " * (_whole(size) - size) + CLOSE
    return response


def spaced(text: str) -> bytes:
    """JSON with as many spaces after it as make it the size of a page."""
    raw = text.encode()
    return raw + b" " * (_whole(len(raw)) - len(raw))


def _whole(size: int) -> int:
    return max(LEAST, -(-size // STEP) * STEP)
