"""How the portal hands out a file: under a name that says nothing, kept by no cache, never read as anything else than it is."""

from django.http import HttpResponse


def file_answer(data: bytes, name: str, kind: str, *, shown: bool = False) -> HttpResponse:
    """A file with a name that says nothing, kept by no cache."""
    answer = HttpResponse(data, content_type=kind)
    answer["Content-Disposition"] = f'{"inline" if shown else "attachment"}; filename="{name}"'
    answer["X-Content-Type-Options"] = "nosniff"
    return answer
