"""Reads one data file strictly:

no key twice, no key that is not text, and nothing its schema does not allow.
"""

import hashlib
import json
import re
from functools import cache
from pathlib import Path
from typing import Any

import yaml
from jsonschema import Draft202012Validator

HERE = Path(__file__).parent


class LibraryError(ValueError):
    """A data file is missing or is not what its schema says; the message names file and place."""


class _Strict(yaml.SafeLoader):
    """YAML without repeated keys. A key that is not text is most often a bare yes or no, so it is refused."""


def _mapping(loader: _Strict, node: yaml.MappingNode) -> dict[str, Any]:
    found: dict[str, Any] = {}
    for key_node, value_node in node.value:
        key = loader.construct_object(key_node, deep=True)
        if not isinstance(key, str):
            raise LibraryError(f"quote the key {key_node.value!r}{key_node.start_mark}")
        if key in found:
            raise LibraryError(f"the key {key!r} stands twice{key_node.start_mark}")
        found[key] = loader.construct_object(value_node, deep=True)
    return found


_Strict.add_constructor(yaml.resolver.BaseResolver.DEFAULT_MAPPING_TAG, _mapping)


def read(path: str, kind: str) -> dict[str, Any]:
    """This function will return the data of a file under library/, checked against schemas/<kind>.json.

    Raises LibraryError when it is missing, is not YAML, repeats a key, or breaks its schema.
    """
    return parse(raw(path), kind, path)


def parse(data: bytes, kind: str, path: str) -> dict[str, Any]:
    """This function will return the data in these bytes, checked as `read` does; `path` is only for
    messages.
    """
    try:
        found = _Strict(data).get_single_data()
    except (yaml.YAMLError, UnicodeDecodeError) as problem:
        raise LibraryError(f"{path}: {problem}") from problem
    except (RecursionError, ValueError) as problem:
        if isinstance(problem, LibraryError):
            raise
        raise LibraryError(f"{path}: nested too deeply, or a number is too long") from problem
    for error in validator(kind).iter_errors(found):
        raise LibraryError(f"{path}: {error.json_path}: {error.message}")
    assert isinstance(found, dict)
    return found


def raw(path: str) -> bytes:
    """This function will return the bytes of a file under library/.

    Raises LibraryError when there is none.
    """
    place = (HERE / path).resolve()
    if not place.is_relative_to(HERE.resolve()) or not place.is_file():
        raise LibraryError(f"{path}: there is no such file in the library")
    return place.read_bytes()


def format_of(path: str) -> str:
    """This function will return what a file under library/ says after `format:`, and "" where it says nothing.

    Raises LibraryError when there is no such file.
    """
    found = re.search(rb"^format:\s*[\"']?([a-z_]+)", raw(path), re.MULTILINE)
    return found.group(1).decode() if found else ""


def digest(path: str) -> str:
    """This function will return the SHA-256 of the file's bytes, in hexadecimal."""
    return hashlib.sha256(raw(path)).hexdigest()


@cache
def validator(kind: str) -> Draft202012Validator:
    """This function will return what checks data against schemas/<kind>.json."""
    schema = json.loads(raw(f"schemas/{kind}.json"))
    Draft202012Validator.check_schema(schema)
    return Draft202012Validator(schema)
