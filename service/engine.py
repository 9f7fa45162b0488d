"""The one seam between HTTP and whatever answers queries.

A route hands over text, world and the formats that the client takes, and gets a form, a media type
and a stream of bytes. It does not know whether a thread, a worker process or another server did
the work. Everything that crosses the seam is a plain value, so that it can go through a pipe and
be the key of a cache.
"""

from collections.abc import AsyncIterator, Collection, Sequence
from dataclasses import dataclass
from enum import StrEnum
from functools import cached_property
from typing import Final, Protocol

from pyoxigraph import NamedNode

from foedus.graph.proofs import Explanation, Language, Wording
from foedus.graph.terms import Term
from foedus.graph.worlds import World


class Form(StrEnum):
    """What a query answers with (SPARQL 1.1 Query, section 16)."""

    SOLUTIONS = "solutions"
    BOOLEAN = "boolean"
    GRAPH = "graph"


REPORTED: Final = World()


@dataclass(frozen=True)
class Query:
    """A query, and the dataset that the request names for it.

    Attributes:
        text: SPARQL as the client sent it.
        default_graphs: IRIs to merge as default graph; ``None`` leaves it to the query.
        named_graphs: IRIs that ``GRAPH`` may see; ``None`` leaves it to the query.
        snapshot: The snapshot that must answer; ``None`` is the current one.
        seconds: How long it may take, where that is less than the engine allows.
    """

    text: str
    default_graphs: tuple[str, ...] | None = None
    named_graphs: tuple[str, ...] | None = None
    snapshot: str | None = None
    seconds: float | None = None


@dataclass(frozen=True)
class Chosen:
    """A serialisation and the ``Content-Type`` to send it under."""

    format: str
    media_type: str


@dataclass(frozen=True)
class Acceptable:
    """For each form the serialisation that the client likes best, or none that it takes.

    ``coding`` is the content coding that it likes best: ``zstd``, ``br``, ``gzip``, or none.
    """

    solutions: Chosen | None
    boolean: Chosen | None
    graph: Chosen | None
    coding: str | None = None

    @cached_property
    def key(self) -> str:
        """Write the formats down, without the coding."""
        return repr((self.solutions, self.boolean, self.graph))

    def get(self, form: Form) -> Chosen | None:
        """Give the choice for one form."""
        if form is Form.SOLUTIONS:
            return self.solutions
        return self.boolean if form is Form.BOOLEAN else self.graph


class Body(Protocol):
    """A long answer, piece by piece.

    An error in the middle raises: then the response breaks off, and nobody takes it for whole. Who
    does not read it to the end must close it.
    """

    @property
    def patience(self) -> float:
        """For how many seconds its reader may take nothing."""
        ...

    def __aiter__(self) -> AsyncIterator[bytes]:
        """Give the pieces as they come."""
        ...

    def close(self) -> None:
        """Stop what makes it, unless that is done."""
        ...


@dataclass(frozen=True)
class Answer:
    """An answer that has begun.

    Attributes:
        form: What kind of answer it is.
        media_type: The ``Content-Type`` of ``body``.
        body: All of it, or where it is long its pieces.
        snapshot: The snapshot that answered.
        coding: The content coding of ``body``; ``None`` where it is as it is.
        tag: A strong ``ETag``; ``None`` where the same question can have another answer.
    """

    form: Form
    media_type: str
    body: bytes | Body
    snapshot: str
    coding: str | None = None
    tag: str | None = None


@dataclass(frozen=True)
class Asked:
    """What is to be proved.

    Attributes:
        terms: The IRI of a proposition or inference, or subject, predicate and object.
        language: That of the labels.
        at_most: How many proofs to give.
        snapshot: The snapshot that must answer; ``None`` is the current one.
    """

    terms: tuple[Term, ...]
    language: Language
    at_most: int
    snapshot: str | None = None


@dataclass(frozen=True)
class Proven:
    """Proofs; none where what is asked does not hold.

    Attributes:
        words: The terms that were asked for, in words.
        targets: The propositions that are proved, or the one that does not hold.
        wording: All words that the proofs need, without the graph that they come from.
        undatable: How many claims are known in no dated world.
        snapshot: The snapshot that answered.
    """

    words: tuple[str, ...]
    targets: tuple[NamedNode, ...]
    explanation: Explanation
    wording: Wording
    undatable: int
    snapshot: str


@dataclass(frozen=True)
class Status:
    """What is being served: the snapshot, and the size of its default graph in world *reported*."""

    snapshot: str
    triples: int


class Engine(Protocol):
    """Answers queries, and proves what they answer, on the current snapshot."""

    async def start(self) -> None:
        """Begin; what is asked before may have to wait."""
        ...

    async def stop(self) -> None:
        """End everything that is under way."""
        ...

    async def read_world(self, pairs: Sequence[tuple[str, str]]) -> World:
        """Read the world that parameters describe, as ``descriptions.read_parameters`` does.

        What strangers wrote in RDF is parsed where it can do no harm.

        Raises:
            InputRefused: a value that cannot be used; names the parameter.
        """
        ...

    def tags(self, query: Query, world: World, acceptable: Acceptable) -> Collection[str]:
        """Give the tags that the answer can have, without finding it; raises as `query` does."""
        ...

    async def query(self, query: Query, world: World, acceptable: Acceptable) -> Answer:
        """Answer ``query`` in ``world``.

        Raises:
            QuerySyntaxError: the text is not SPARQL; carries line and column.
            QueryFailed: the engine lacks what the query needs.
            NotAcceptable: the client takes no serialisation of this form.
            NoSnapshot: nothing has been built yet.
            InputRefused: the world's hypothesis cannot be read.
            DataInconsistent: what holds in the world contradicts the ontology.
            SnapshotGone: the snapshot that the query asks for is not kept.
            LimitReached: it would take more than it may.
            Busy: too many are at work.
            QueryCrashed, StoreUnreadable, NotWritten: it cannot be answered here.
        """
        ...

    async def why(self, asked: Asked, world: World) -> Proven:
        """Find the minimal supports in ``world`` of what is asked.

        Raises:
            NothingToProve: the IRI names no proposition and no inference.
            NoSnapshot, InputRefused, SnapshotGone: as for a query.
        """
        ...

    async def status(self) -> Status:
        """Say what is served; raises ``NoSnapshot`` where nothing has been built yet."""
        ...

    def ready(self) -> str:
        """Name the snapshot that answers, without waiting for anything.

        Raises:
            NoSnapshot: nothing has been built yet.
            NotReady: nobody is there who could answer.
        """
        ...


async def read(answer: Answer) -> bytes:
    """Read an answer to its end."""
    if isinstance(answer.body, bytes):
        return answer.body
    try:
        return b"".join([piece async for piece in answer.body])
    finally:
        answer.body.close()
