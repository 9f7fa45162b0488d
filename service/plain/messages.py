"""What the server and the writer say to each other, each message behind its length.

Jobs are pickled. Results are JSON: the writer parses the RDF of strangers, and who does might be
made to say anything.
"""

import json
import struct
from dataclasses import asdict, dataclass
from typing import Final

from foedus.service.plain.operations import Parts

HEADER: Final = struct.Struct(">Q")


@dataclass(frozen=True)
class Update:
    """Run an update."""

    parts: Parts


@dataclass(frozen=True)
class Check:
    """Say whether an update can be parsed, without doing anything."""

    text: str


@dataclass(frozen=True)
class Put:
    """Replace a graph, or add to it; the answer is whether it is new.

    Attributes:
        graph: Its IRI; none is the default graph.
        is_replaced: Whether what it had goes.
        bodies: RDF, each with its format, a name of ``negotiate.FORMATS``.
        base: What relative IRIs are relative to.
        is_dataset: Whether the bodies may have graphs of their own.
    """

    graph: str | None
    is_replaced: bool
    bodies: tuple[tuple[bytes, str], ...]
    base: str
    is_dataset: bool = False


@dataclass(frozen=True)
class Drop:
    """Remove a graph; the answer is whether it was there."""

    graph: str | None


@dataclass(frozen=True)
class Copy:
    """Make a copy of the store, linked to its files, at a path."""

    path: str


@dataclass(frozen=True)
class Refused:
    """What a job says is wrong."""

    reason: str
    line: int | None = None
    column: int | None = None


@dataclass(frozen=True)
class Failed:
    """What could not be done, though there is nothing wrong with how it is said.

    ``is_elsewhere`` tells whether another server is to blame.
    """

    reason: str
    is_elsewhere: bool = False


Job = Update | Check | Put | Drop | Copy
Result = bool | Refused | Failed | None

_KINDS: Final = {"refused": Refused, "failed": Failed}


def pack(content: bytes) -> bytes:
    """Put the length before a message."""
    return HEADER.pack(len(content)) + content


def told(result: Result) -> bytes:
    """Write a result."""
    kinds = {kind: name for name, kind in _KINDS.items()}
    if isinstance(result, Refused | Failed):
        return json.dumps([kinds[type(result)], asdict(result)]).encode()
    return json.dumps(["done", result]).encode()


def heard(content: bytes) -> Result:
    """Read a result."""
    kind, value = json.loads(content)
    if kind in _KINDS:
        failure: Refused | Failed = _KINDS[kind](**value)
        return failure
    done: bool | None = value
    return done
