"""The engine whose queries run in a pool of workers, on stores that a maker makes where need be."""

import asyncio
import hashlib
import json
import logging
from collections.abc import AsyncIterator, Callable, Collection, Sequence
from contextlib import suppress
from functools import partial
from typing import Any, Final

from foedus.graph import snapshot
from foedus.graph.descriptions import read_parameters
from foedus.graph.snapshot import Snapshot
from foedus.graph.worlds import World
from foedus.ontology.errors import FoedusError
from foedus.ontology.namespaces import BASE
from foedus.service import metrics
from foedus.service.cache import Cache
from foedus.service.engine import (
    REPORTED,
    Acceptable,
    Answer,
    Asked,
    Body,
    Chosen,
    Form,
    Proven,
    Query,
    Status,
    read,
)
from foedus.service.errors import NoSnapshot, NotReady
from foedus.service.limits import Limits
from foedus.service.tags import coded, tag
from foedus.service.workers.frames import Job
from foedus.service.workers.pool import Pool
from foedus.service.workers.run import Outcome, Pieces
from foedus.service.workers.sink import SMALLEST
from foedus.service.workers.workshop import Workshop
from foedus.service.workers.worlds import Loan, Opened, Worlds

logger = logging.getLogger(__name__)

_SOON: Final = 1.0
"""After how many seconds the maker is started, so that the first queries need not wait for it."""
_COUNT: Final = "SELECT (COUNT(*) AS ?n) { ?s ?p ?o }"
_JSON: Final = Chosen("json", "application/sparql-results+json")
_READ: Final = 64
"""How many worlds with a hypothesis are remembered by how they were described."""
_Flight = tuple[str, str | None, float | None]


def none_pinned(identity: str) -> Snapshot:
    """Know no snapshot but the current one."""
    raise snapshot.SnapshotGone(identity)


class PoolEngine:
    """Answers on whatever ``current`` says is published at the moment of the question.

    ``pinned`` opens an older snapshot by its id. With ``is_eager`` each snapshot that becomes the
    current one is made ready for worlds that have to be made, before anybody asks for one.
    """

    def __init__(
        self,
        current: Callable[[], Snapshot],
        pinned: Callable[[str], Snapshot] = none_pinned,
        is_eager: bool = False,
        limits: Limits | None = None,
    ) -> None:
        limits = limits or Limits()
        self.pool = Pool(limits)
        self._workshop = Workshop(limits)
        self._worlds = Worlds(current, pinned, self.pool, self._workshop)
        self._cache = Cache(limits.cache)
        self._is_eager = is_eager
        self._ready_for: Opened | None = None
        self._triples: tuple[Opened, int] | None = None
        self._read: dict[bytes, World] = {}
        self._flights: dict[_Flight, list[asyncio.Future[Answer | None]]] = {}
        self._tasks: set[asyncio.Task[Any]] = set()
        self._soon: asyncio.TimerHandle | None = None

    async def start(self) -> None:
        """Start workers, which open the current snapshot; an error is told to who asks."""
        with suppress(FoedusError):
            self._find(None)
        self.pool.start()
        self._soon = asyncio.get_running_loop().call_later(_SOON, self._workshop.start)
        metrics.watch_pool(self.pool.states)

    async def stop(self) -> None:
        """End all processes, and remove the worlds that were made."""
        if self._soon:
            self._soon.cancel()
        for task in self._tasks:
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)
        self.pool.stop()
        await self._workshop.stop()
        await self._worlds.close()

    async def read_world(self, pairs: Sequence[tuple[str, str]]) -> World:
        """Read here what has no RDF in it, and have the maker read what has."""
        if not any(name == "suppose" for name, _ in pairs):
            return read_parameters(pairs)
        key = hashlib.sha256(repr(pairs).encode("utf-8", "surrogatepass")).digest()
        world = self._read.get(key)
        if world is None:
            world = await self._workshop.ask("read", list(pairs))
            self._read[key] = world
            if len(self._read) > _READ:
                del self._read[next(iter(self._read))]
        return world

    def tags(self, query: Query, world: World, acceptable: Acceptable) -> Collection[str]:
        """Give the tags of the answer, with and without the coding."""
        plain = tag(self._find(query.snapshot).snapshot.id, query, world, acceptable)
        return {plain, coded(plain, acceptable.coding)} if plain else ()

    async def query(self, query: Query, world: World, acceptable: Acceptable) -> Answer:
        """Answer from the cache, together with who asks the same at this moment, or anew."""
        opened = self._find(query.snapshot)
        plain = tag(opened.snapshot.id, query, world, acceptable)
        if plain is None:
            return await self._evaluate(opened, query, world, acceptable, None)
        kept = self._kept(plain, acceptable.coding)
        if kept:
            metrics.CACHE_HIT.inc()
            return kept
        metrics.CACHE_MISS.inc()
        flight = (plain, acceptable.coding, query.seconds)
        others = self._flights.get(flight)
        if others is not None:
            future: asyncio.Future[Answer | None] = asyncio.get_running_loop().create_future()
            others.append(future)
            answer = await future
            return answer or await self._evaluate(opened, query, world, acceptable, plain)
        self._flights[flight] = []
        answer = None
        try:
            answer = await self._evaluate(opened, query, world, acceptable, plain)
        finally:
            shared = answer if answer and isinstance(answer.body, bytes) else None
            for future in self._flights.pop(flight):
                if not future.done():
                    future.set_result(shared)
        return answer

    def _kept(self, plain: str, coding: str | None) -> Answer | None:
        """Give an answer from the cache; a short one has no coding even where one is liked."""
        kept = self._cache.get(coded(plain, coding))
        if kept is None and coding is not None:
            kept = self._cache.get(plain)
            if kept and isinstance(kept.body, bytes) and len(kept.body) >= SMALLEST:
                return None
        return kept

    async def why(self, asked: Asked, world: World) -> Proven:
        """Have the maker find proofs, and every word that they need."""
        opened = self._find(asked.snapshot)
        proven: Proven = await self._workshop.ask(
            "prove", opened.snapshot, opened.home, world, asked
        )
        return proven

    async def status(self) -> Status:
        """Say what is served; the size of the default graph is counted once a snapshot."""
        opened = self._find(None)
        if self._triples is None or self._triples[0] is not opened:
            answer = await self.query(Query(_COUNT), REPORTED, Acceptable(_JSON, _JSON, None))
            (row,) = json.loads(await read(answer))["results"]["bindings"]
            self._triples = (opened, int(row["n"]["value"]))
        return Status(opened.snapshot.id, self._triples[1])

    def ready(self) -> str:
        """Name the current snapshot, if there is a worker for it."""
        if not self.pool.has_worker():
            raise NotReady
        return self._find(None).snapshot.id

    def _find(self, identity: str | None) -> Opened:
        try:
            opened = self._worlds.find(identity)
        except snapshot.NoSnapshot as error:  # whose text names our folder
            raise NoSnapshot from error
        if identity is None and opened is not self._ready_for:
            self._ready_for = opened
            made = opened.snapshot.path.stat().st_mtime
            metrics.snapshot_is(int(opened.snapshot.meta.get("quads", 0)), made)
            if self._is_eager:
                task = asyncio.get_running_loop().create_task(self._prepare())
                self._tasks.add(task)
                task.add_done_callback(self._tasks.discard)
        return opened

    async def _prepare(self) -> None:
        await asyncio.sleep(_SOON)
        try:
            await self._worlds.prepare()
        except FoedusError as error:
            logger.warning("not prepared: %s", error)

    async def _evaluate(
        self,
        opened: Opened,
        query: Query,
        world: World,
        acceptable: Acceptable,
        plain: str | None,
    ) -> Answer:
        loan = await self._worlds.borrow(opened, world)
        try:
            outcome = await self.pool.run(job_of(loan.store, query, acceptable), query.seconds)
        except BaseException:
            loan.give_back()
            raise
        body: bytes | LongBody
        if isinstance(outcome.body, Pieces):
            keep = partial(self._keep, outcome, opened, acceptable, plain) if plain else None
            body = LongBody(outcome.body, loan, self._cache.longest, keep)
        else:
            body = outcome.body
            loan.give_back()
        answer = _answer(outcome, opened, acceptable, plain, body)
        if answer.tag and isinstance(body, bytes):
            self._cache.keep(answer)
        return answer

    def _keep(
        self, outcome: Outcome, opened: Opened, acceptable: Acceptable, plain: str, body: bytes
    ) -> None:
        self._cache.keep(_answer(outcome, opened, acceptable, plain, body))


class LongBody:
    """A long body; kept for others if it turns out not to be too long."""

    def __init__(
        self, pieces: Pieces, loan: Loan, longest: int, keep: Callable[[bytes], None] | None
    ) -> None:
        self._pieces = pieces
        self._loan = loan
        self._longest = longest
        self._keep = keep

    @property
    def patience(self) -> float:
        """For how long its reader may take nothing."""
        return self._pieces.patience

    async def __aiter__(self) -> AsyncIterator[bytes]:
        kept: list[bytes] | None = [] if self._keep else None
        size = 0
        async for piece in self._pieces:
            size += len(piece)
            if size > self._longest:
                kept = None
            if kept is not None:
                kept.append(piece)
            yield piece
        if self._keep and kept is not None:
            self._keep(b"".join(kept))

    def close(self) -> None:
        """Stop what makes it, and give its store back."""
        self._pieces.close()
        self._loan.give_back()


def _answer(
    outcome: Outcome,
    opened: Opened,
    acceptable: Acceptable,
    plain: str | None,
    body: bytes | Body,
) -> Answer:
    form = Form(outcome.form)
    chosen = acceptable.get(form)
    assert chosen
    return Answer(
        form,
        chosen.media_type,
        body,
        opened.snapshot.id,
        outcome.coding,
        coded(plain, outcome.coding) if plain else None,
    )


def job_of(store: str, query: Query, acceptable: Acceptable) -> Job:
    """Make the job of answering a query on a store."""
    solutions, boolean, graph = acceptable.solutions, acceptable.boolean, acceptable.graph
    return Job(
        store,
        query.text,
        solutions.format if solutions else None,
        boolean.format if boolean else None,
        graph.format if graph else None,
        acceptable.coding,
        query.default_graphs,
        query.named_graphs,
        BASE,
    )
