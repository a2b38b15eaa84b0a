"""Content keys that were opened lately, so many and no more; the oldest is forgotten first. It never shows one."""

from collections import OrderedDict
from contextlib import suppress
from uuid import UUID

from shelterbelt.sealing.primitives import Key

# A wrapped key, its holder, and the secret in its slot: another secret is another key.
Under = tuple[bytes, UUID, bytes]


class Memory:
    """Safe to share between threads and across a fork: each step is one act of the interpreter, and no lock is held."""

    def __init__(self, most: int) -> None:
        self._most = most
        self._keys: OrderedDict[Under, Key] = OrderedDict()

    def __len__(self) -> int:
        return len(self._keys)

    def __repr__(self) -> str:
        return f"<{len(self)} keys hidden>"

    def get(self, under: Under) -> Key | None:
        """The key, if it is remembered; another thread may forget it meanwhile."""
        if (key := self._keys.get(under)) is not None:
            with suppress(KeyError):
                self._keys.move_to_end(under)
        return key

    def put(self, under: Under, key: Key) -> None:
        """Remember a key, and forget the oldest when there are too many."""
        self._keys[under] = key
        if len(self._keys) > self._most:
            with suppress(KeyError):
                self._keys.popitem(last=False)

    def clear(self) -> None:
        """Forget all."""
        self._keys.clear()
