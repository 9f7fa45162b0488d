"""The engine whose queries run in a pool of workers, on stores that a maker makes where need be."""

import asyncio
import hashlib
import json
import logging
from collections.abc import Callable, Collection, Sequence
from contextlib import suppress
from functools import partial
from typing import Any, Final

from foedus.graph import snapshot
from foedus.graph.descriptions import read_parameters
from foedus.graph.snapshot import Snapshot
from foedus.graph.worlds import World
from foedus.ontology.errors import FoedusError
from foedus.service import metrics
from foedus.service.answers import Answers, tags
from foedus.service.engine import (
    REPORTED,
    Acceptable,
    Answer,
    Asked,
    Chosen,
    Proven,
    Query,
    Status,
    read,
)
from foedus.service.errors import NoSnapshot, NotReady
from foedus.service.limits import Limits
from foedus.service.workers.pool import Pool
from foedus.service.workers.workshop import Workshop
from foedus.service.workers.worlds import Opened, Worlds

logger = logging.getLogger(__name__)

_SOON: Final = 1.0
"""After how many seconds the maker is started, so that the first queries need not wait for it."""
_COUNT: Final = "SELECT (COUNT(*) AS ?n) { ?s ?p ?o }"
_JSON: Final = Chosen("json", "application/sparql-results+json")
_READ: Final = 64
"""How many worlds with a hypothesis are remembered by how they were described."""


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
        self._answers = Answers(self.pool, limits.cache)
        self._is_eager = is_eager
        self._ready_for: Opened | None = None
        self._triples: tuple[Opened, int] | None = None
        self._read: dict[bytes, World] = {}
        self._tasks: set[asyncio.Task[Any]] = set()
        self._soon: asyncio.TimerHandle | None = None

    async def start(self) -> None:
        """Start workers, which open the current snapshot; an error is told to who asks."""
        with suppress(FoedusError):
            self._find(None)
        self.pool.start()
        self._soon = asyncio.get_running_loop().call_later(_SOON, self._workshop.start)

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
        return tags(self._find(query.snapshot).snapshot.id, query, world, acceptable)

    async def query(self, query: Query, world: World, acceptable: Acceptable) -> Answer:
        """Answer as `Answers` does, on the store of the world."""
        opened = self._find(query.snapshot)
        borrow = partial(self._worlds.borrow, opened, world)
        return await self._answers.answer(opened.snapshot.id, query, world, acceptable, borrow)

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
