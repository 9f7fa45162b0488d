"""What goes over the socket between the server and a worker.

The server sends requests: a length and a marshalled tuple (both ends are the same Python, and a
worker trusts its server). A worker answers in frames of a kind, a length and the number of the job;
their content is bytes and JSON, because a server does not trust its workers so far.
"""

import marshal
import struct
from collections.abc import Iterator
from dataclasses import dataclass
from enum import IntEnum
from typing import Any, Final, Protocol

REQUEST: Final = struct.Struct("<I")
FRAME: Final = struct.Struct("<B3xIQ")


class Kind(IntEnum):
    """The kinds of frames."""

    READY = 0
    BEGIN = 1
    DATA = 2
    END = 3
    ERROR = 4


class Verb(IntEnum):
    """What a worker can be asked for."""

    ANSWER = 0
    OPEN = 1
    DROP = 2
    RENEW = 3


@dataclass(frozen=True)
class Job:
    """A query to be answered by a worker; plain values only.

    Attributes:
        store: The folder of the store, which is opened read-only. Nobody may write there; a folder
            that is removed must never be asked again (`Pool.forget`).
        text: SPARQL.
        solutions, boolean, graph: The serialisation of each form, as named in
            ``negotiate.FORMATS``; none where the client takes none.
        coding: The content coding that the client likes best: ``zstd``, ``br``, ``gzip``, or none.
        default_graphs: IRIs to merge as default graph; ``None`` leaves it to the query.
        named_graphs: IRIs that ``GRAPH`` may see; ``None`` leaves it to the query.
        base: What relative IRIs are resolved against.
        is_union: Whether the default graph is the union of all graphs, unless given otherwise.
    """

    store: str
    text: str
    solutions: str | None
    boolean: str | None
    graph: str | None
    coding: str | None = None
    default_graphs: tuple[str, ...] | None = None
    named_graphs: tuple[str, ...] | None = None
    base: str | None = None
    is_union: bool = False


def ask(number: int, job: Job) -> bytes:
    """Write the request that a job be done."""
    return _request(
        (
            int(Verb.ANSWER),
            number,
            job.store,
            job.text,
            job.solutions,
            job.boolean,
            job.graph,
            job.coding,
            job.default_graphs,
            job.named_graphs,
            job.base,
            job.is_union,
        )
    )


def tell(verb: Verb, store: str) -> bytes:
    """Write the request that a store be opened or dropped."""
    return _request((int(verb), store))


def renew() -> bytes:
    """Write the request that it go on in another thread, and tell when that is ready."""
    return _request((int(Verb.RENEW),))


def _request(values: tuple[Any, ...]) -> bytes:
    content = marshal.dumps(values)
    return REQUEST.pack(len(content)) + content


class Read(Protocol):
    """Reads at most so many bytes; none at the end."""

    def __call__(self, size: int, /) -> bytes:
        """Read."""
        ...


def requests(read: Read) -> Iterator[tuple[Any, ...]]:
    """Read requests until the server closes."""
    buffer = bytearray()
    while received := read(1 << 18):
        buffer += received
        start = 0
        while len(buffer) - start >= REQUEST.size:
            (length,) = REQUEST.unpack_from(buffer, start)
            end = start + REQUEST.size + length
            if end > len(buffer):
                break
            yield marshal.loads(buffer[start + REQUEST.size : end])
            start = end
        del buffer[:start]


def frame(kind: Kind, number: int, content: bytes = b"") -> bytes:
    """Write a frame."""
    return FRAME.pack(kind, len(content), number) + content


class FrameReader:
    """Takes frames out of bytes as they come."""

    def __init__(self) -> None:
        self._rest = b""

    def read(self, received: bytes) -> Iterator[tuple[int, int, bytes]]:
        """Give kind, number and content of each frame that is whole now."""
        data = self._rest + received if self._rest else received
        start, size = 0, FRAME.size
        while len(data) - start >= size:
            kind, length, number = FRAME.unpack_from(data, start)
            end = start + size + length
            if end > len(data):
                break
            yield kind, number, data[start + size : end]
            start = end
        self._rest = data[start:] if start else data
