"""Reads a data file and remembers on which line everything stands, so that a fault can be shown.

It goes on where it can: a bare yes, a key that stands twice or a strange tag is told, not thrown. It reads no
anchors, so that a small file cannot grow into a large one.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from typing import Any

import yaml

MOST_BYTES = 1_000_000
BARE = frozenset({"y", "n", "yes", "no", "on", "off", "true", "false"})

Path = Sequence[str | int]


@dataclass(frozen=True, slots=True, order=True)
class Fault:
    """What is wrong and where: `line` counts from 1, `says` is a plain English sentence."""

    line: int
    says: str


@dataclass(slots=True)
class Lined:
    """What a file says, with its lines. `data` is None where nothing could be read."""

    data: Any
    root: yaml.Node | None = None
    faults: list[Fault] = field(default_factory=list)

    def line(self, path: Path) -> int:
        """This function will return the line of what stands at this path of keys and numbers; of a key, its own.

        Where the path leads nowhere, the line of the last thing that is there.
        """
        above = self._node(path[:-1])
        if path and isinstance(above, yaml.MappingNode):
            for name, _value in above.value:
                if name.value == path[-1]:
                    return int(name.start_mark.line) + 1
        node = self._node(path)
        return int(node.start_mark.line) + 1 if node is not None else 1

    def written(self, path: Path) -> str:
        """This function will return a plain value as it stands in the file: yes, where the data say True."""
        node = self._node(path)
        return str(node.value) if isinstance(node, yaml.ScalarNode) else ""

    def _node(self, path: Path) -> yaml.Node | None:
        node = self.root
        for step in path:
            below = _below(node, step)
            if below is None:
                return node
            node = below
        return node


def lined(data: bytes) -> Lined:
    """This function will return what the bytes of a YAML file say, with lines and what is wrong in its form."""
    if len(data) > MOST_BYTES:
        return Lined(None, faults=[Fault(1, "The file is larger than a million bytes.")])
    try:
        root = _Plain(data).get_single_node()
    except yaml.MarkedYAMLError as problem:
        mark = problem.problem_mark or problem.context_mark
        says = f"This is not YAML: {problem.problem or problem.context}."
        return Lined(None, faults=[Fault(mark.line + 1 if mark else 1, says)])
    except (yaml.YAMLError, UnicodeDecodeError):
        return Lined(
            None, faults=[Fault(1, "This is not text in UTF-8, or holds characters that YAML refuses.")]
        )
    except RecursionError:
        return Lined(None, faults=[Fault(1, "It is nested too deeply.")])
    found = Lined(None, root)
    found.data = _value(root, found.faults) if root is not None else None
    return found


class _Plain(yaml.SafeLoader):
    """YAML without references."""

    def compose_node(self, parent: yaml.Node | None, index: int) -> yaml.Node | None:
        if self.check_event(yaml.AliasEvent):
            mark = self.peek_event().start_mark  # type: ignore[no-untyped-call]
            raise yaml.MarkedYAMLError(
                problem="a reference with * is not read here; write it out", problem_mark=mark
            )
        return super().compose_node(parent, index)


def _value(node: yaml.Node, faults: list[Fault]) -> Any:
    if isinstance(node, yaml.MappingNode):
        return dict(_pairs(node, faults))
    if isinstance(node, yaml.SequenceNode):
        return [_value(one, faults) for one in node.value]
    try:
        return yaml.SafeLoader("").construct_object(node)
    except (yaml.YAMLError, ValueError):
        faults.append(Fault(node.start_mark.line + 1, f"The value {node.value!r} cannot be read."))
        return None


def _pairs(node: yaml.MappingNode, faults: list[Fault]) -> Iterator[tuple[str, Any]]:
    seen: set[str] = set()
    for key, value in node.value:
        line = key.start_mark.line + 1
        if not isinstance(key, yaml.ScalarNode):
            faults.append(Fault(line, "A key has to be a word."))
            continue
        if key.tag != "tag:yaml.org,2002:str":
            faults.append(Fault(line, _bare(key.value)))
        if key.value in seen:
            faults.append(Fault(line, f'The key "{key.value}" stands twice.'))
        seen.add(key.value)
        yield key.value, _value(value, faults)


def _bare(word: str) -> str:
    if word.lower() in BARE:
        return explained(word)
    return f'Put the key in quotes: "{word}".'


def explained(word: str) -> str:
    """This function will say why a bare yes or no is not what it seems."""
    means = "true" if word.lower() in ("y", "yes", "on", "true") else "false"
    return (
        f'A bare {word} is not the word "{word}" in YAML but the value {means}. Put it in quotes: "{word}".'
    )


def _below(node: yaml.Node | None, step: str | int) -> yaml.Node | None:
    if isinstance(node, yaml.MappingNode):
        return next((value for key, value in node.value if key.value == step), None)
    if isinstance(node, yaml.SequenceNode) and isinstance(step, int) and step < len(node.value):
        below: yaml.Node = node.value[step]
        return below
    return None
