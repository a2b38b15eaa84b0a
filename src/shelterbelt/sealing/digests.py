"""One writing for each JSON value, so that equal values have equal digests.

Refuses everything that would not come back as it went in: other types, keys that are not text, NaN,
lone surrogates. Text is not normalised: what a person typed stays what they typed.
"""

import hashlib
import json
from collections.abc import Iterable, Mapping
from types import NoneType
from typing import Any

from shelterbelt.sealing.errors import SealingError

_LEAVES = (str, int, float, NoneType)
_writer = json.JSONEncoder(sort_keys=True, separators=(",", ":"), ensure_ascii=False, allow_nan=False)


def canonical(value: Mapping[str, Any]) -> bytes:
    """UTF-8 JSON, keys sorted by code point, no white space."""
    plain = value if type(value) is dict else dict(value)
    # Raised after the handler has ended: Python's own exception holds the text, and must not hang on ours.
    try:
        _refuse_other_types(plain)
        return _writer.encode(plain).encode("utf-8")
    except UnicodeEncodeError:
        fault = "The text holds half a character (a lone surrogate) and cannot be kept."
    except ValueError:
        fault = "A number is not finite or too long, or a value contains itself."
    except RecursionError:
        fault = "The value is nested too deeply."
    raise SealingError(fault)


def digest(value: Mapping[str, Any]) -> bytes:
    """SHA-256 over the canonical writing; 32 bytes."""
    return hashlib.sha256(canonical(value)).digest()


def _refuse_other_types(value: object) -> None:
    inside: Iterable[object]
    if isinstance(value, dict):
        for key in value:
            if not isinstance(key, str):
                raise SealingError("Every key must be text.")
        inside = value.values()
    elif isinstance(value, list):
        inside = value
    elif isinstance(value, _LEAVES):
        return
    else:
        raise SealingError(f"A value of type {type(value).__name__} has no JSON writing.")
    for inner in inside:
        if type(inner) is not str:
            _refuse_other_types(inner)
