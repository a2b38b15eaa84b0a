"""Who is detained, told by a jail's or a court's own program: lines in any order, once each (docs/detained.md).

It answers with counts and with what was refused. It never says whom the agency knows, or what became of a line.
"""

from typing import Annotated

from django.http import HttpRequest
from ninja import Router, Schema
from pydantic import Field, StringConstraints

from shelterbelt.access.rules import require
from shelterbelt.api.gate import ClientCredentials, program
from shelterbelt.api.shapes import LINE, In
from shelterbelt.supervision.actions import hear_lines
from shelterbelt.supervision.policy import TELL_DETAINED
from shelterbelt.supervision.told import ToldLine, Unfit, told_line

router = Router(tags=["detained"])
tells = ClientCredentials("detained:write")
MOST = 500
Source = Annotated[str, StringConstraints(pattern=r"^[a-z][a-z0-9_]{1,39}$")]
Text = Annotated[str, StringConstraints(pattern=LINE, max_length=300)]


class DetainedLineIn(In):
    """One line of a feed: what happened to whom, under the source's own key; or that the line of a key was wrong."""

    key: Text
    booking: Text | None = None
    kind: Text | None = None
    happened_at: Text | None = None
    stay: Text | None = None
    expected_at: Text | None = None
    place: Text | None = None
    name: Text | None = None
    born_on: Text | None = None
    takes_back: Text | None = None


class DetainedIn(In):
    """A delivery. `whole`: with it the source has told all that it knows by now; without any line it only says that."""

    source: Source
    whole: bool
    lines: Annotated[list[DetainedLineIn], Field(max_length=MOST)] = []


class DetainedRefused(Schema):
    """One line that was not taken: its place in the delivery, why, and in which field."""

    line: int
    code: str
    field: str


class DetainedOut(Schema):
    """What became of a delivery."""

    taken: int
    repeated: int
    taken_back: int
    refused: list[DetainedRefused]


@router.post("/detained", response=DetainedOut, auth=tells)
def tell_detained(request: HttpRequest, body: DetainedIn) -> DetainedOut:
    """Take in what a source tells of people who are detained. A line that cannot be refuses only itself."""
    by, at = program(request)
    require(by, TELL_DETAINED, at=at)
    read: list[tuple[int, ToldLine]] = []
    refused: list[DetainedRefused] = []
    for place, one in enumerate(body.lines):
        try:
            read.append((place, told_line(one.model_dump(exclude_none=True))))
        except Unfit as fault:
            refused.append(DetainedRefused(line=place, code=fault.code, field=fault.field))
    told = [one for _place, one in read]
    heard = hear_lines(body.source, told, whole=body.whole, agency=by.agency, by=by, at=at)
    refused += [DetainedRefused(line=read[place][0], code=code, field="key") for place, code in heard.refused]
    return DetainedOut(
        taken=heard.taken,
        repeated=heard.repeated,
        taken_back=heard.taken_back,
        refused=sorted(refused, key=lambda one: one.line),
    )
