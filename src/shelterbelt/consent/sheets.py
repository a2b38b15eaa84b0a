"""A paper of a release before it is sealed: what it is, its kind and its bytes."""

import hashlib
from dataclasses import dataclass
from typing import Literal


@dataclass(frozen=True)
class Sheet:
    """One paper in memory."""

    what: Literal["form", "scan", "scan_view"]
    media: str
    data: bytes

    @property
    def sha256(self) -> bytes:
        """The digest of its bytes."""
        return hashlib.sha256(self.data).digest()
