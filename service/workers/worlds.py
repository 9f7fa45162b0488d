"""The stores of worlds, as the server lends them to workers.

Snapshots are leased, and worlds without a name are made beside them, as long as anybody may be
asked about them. A folder is removed when no worker has a job on its store.
"""

import asyncio
import logging
import shutil
from collections import OrderedDict
from collections.abc import Callable
from functools import lru_cache
from pathlib import Path
from typing import Any, Final

from foedus.graph.descriptions import name_of
from foedus.graph.leases import Lent
from foedus.graph.snapshot import Snapshot
from foedus.graph.worlds import NAMED, World
from foedus.service.workers.pool import Pool
from foedus.service.workers.workshop import Workshop

logger = logging.getLogger(__name__)

WORLDS: Final = 16
"""How many worlds without a name stay of each snapshot; the one asked for least recently goes."""
SNAPSHOTS: Final = 4
"""How many snapshots stay open."""


_name_of = lru_cache(1_024)(name_of)


class Loan:
    """A store in use, until it is given back; once is enough."""

    def __init__(self, store: str, back: Callable[[], None]) -> None:
        self.store = store
        self._back = back
        self._is_back = False

    def give_back(self) -> None:
        """Let the folder be removed."""
        if not self._is_back:
            self._is_back = True
            self._back()


class _Made:
    """A world that was made, or is being made."""

    def __init__(self, store: "asyncio.Task[str]") -> None:
        self.store = store
        self.loans = 0

    @property
    def path(self) -> str | None:
        """Its store, once that is there."""
        is_there = self.store.done() and not self.store.cancelled() and not self.store.exception()
        return self.store.result() if is_there else None


class Opened:
    """A snapshot that is asked; raises `SnapshotGone` where it is being removed.

    Attributes:
        loans: How many are at work on it.
        named: The stores of the named worlds.
        made: Other worlds, the one that was asked for last at the end.
    """

    def __init__(self, snapshot: Snapshot) -> None:
        self.snapshot = snapshot
        self.loans = 0
        self.named = {name: str(snapshot.path / "worlds" / name) for name in NAMED}
        self.made: OrderedDict[World, _Made] = OrderedDict()
        self._lease = snapshot.lease()
        self._lent: Lent | None = None

    @property
    def home(self) -> Path:
        """The folder of the worlds that are made of it."""
        if self._lent is None:
            self._lent = Lent.near(self.snapshot.path.parent)
        return self._lent.path

    def close(self) -> None:
        """Let go of it."""
        if self._lent:
            self._lent.remove()
        self._lease.release()


class Worlds:
    """The worlds of the snapshots that were asked last.

    Args:
        current: Gives the snapshot that is current at this moment; it is asked at each query.
        pinned: Gives one by its id.
    """

    def __init__(
        self,
        current: Callable[[], Snapshot],
        pinned: Callable[[str], Snapshot],
        pool: Pool,
        workshop: Workshop,
    ) -> None:
        self._current = current
        self._pinned = pinned
        self._pool = pool
        self._workshop = workshop
        self._opened: OrderedDict[str, Opened] = OrderedDict()
        self._leaving: set[Opened] = set()
        self._latest: Snapshot | None = None
        self._tasks: set[asyncio.Task[Any]] = set()

    def find(self, identity: str | None) -> Opened:
        """Find a snapshot by its id, or the current one.

        Raises:
            NoSnapshot, SnapshotDamaged, SnapshotGone: as ``current`` and ``pinned`` do.
        """
        current = self._current()
        if identity is None or identity == current.id:
            opened = self._open(current)
            if current is not self._latest:
                self._latest = current
                self._pool.open(opened.named["reported"])
                logger.info("serving snapshot=%s", current.id)
            return opened
        known = self._opened.get(identity)
        return known or self._open(self._pinned(identity))

    async def borrow(self, opened: Opened, world: World) -> Loan:
        """Borrow the store of a world; it must be given back.

        Raises:
            DataInconsistent: what holds there contradicts the ontology.
            InputRefused: its hypothesis cannot be read.
            NotWritten: there is no room for it.
            Busy, TimeExceeded, MemoryExceeded, QueryCrashed: as `Workshop.ask`.
        """
        opened.loans += 1
        name = _name_of(world)
        if name is not None:
            return Loan(opened.named[name], lambda: self._is_back(opened, None))
        made = opened.made.get(world)
        if made is None:
            asked = self._workshop.ask("make", opened.snapshot, opened.home, world)
            made = opened.made[world] = _Made(self._task(asked))
        opened.made.move_to_end(world)
        made.loans += 1
        try:
            store = await asyncio.shield(made.store)
        except BaseException:
            if made.store.done() and opened.made.get(world) is made:
                del opened.made[world]
            self._is_back(opened, made)
            raise
        self._tidy(opened)
        return Loan(store, lambda: self._is_back(opened, made))

    async def prepare(self) -> None:
        """Make ready for worlds that have to be made of the current snapshot."""
        opened = self.find(None)
        opened.loans += 1
        try:
            await self._workshop.ask("prepare", opened.snapshot, opened.home)
        finally:
            self._is_back(opened, None)

    async def close(self) -> None:
        """Remove what was made, when nobody works any more."""
        for task in self._tasks:
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)
        for opened in (*self._opened.values(), *self._leaving):
            opened.close()

    def _open(self, snapshot: Snapshot) -> Opened:
        opened = self._opened.get(snapshot.id)
        if opened is None or opened.snapshot.path != snapshot.path:
            if opened:
                self._leave(snapshot.id)
            opened = self._opened[snapshot.id] = Opened(snapshot)
            while len(self._opened) > SNAPSHOTS:
                self._leave(next(iter(self._opened)))
        self._opened.move_to_end(snapshot.id)
        return opened

    def _leave(self, identity: str) -> None:
        opened = self._opened.pop(identity)
        self._leaving.add(opened)
        self._close_unused(opened)

    def _is_back(self, opened: Opened, made: _Made | None) -> None:
        opened.loans -= 1
        if made:
            made.loans -= 1
            self._tidy(opened)
        self._close_unused(opened)

    def _close_unused(self, opened: Opened) -> None:
        if opened not in self._leaving or opened.loans:
            return
        self._leaving.discard(opened)
        for store in opened.named.values():
            self._pool.forget(store)
        for made in opened.made.values():
            if made.path:
                self._pool.forget(made.path)
        opened.close()

    def _tidy(self, opened: Opened) -> None:
        """Remove worlds that are too many, the oldest first, unless they are in use."""
        too_many = len(opened.made) - WORLDS
        for world, made in list(opened.made.items()):
            if too_many > 0 and not made.loans and made.path:
                too_many -= 1
                del opened.made[world]
                self._pool.forget(made.path)
                self._task(asyncio.to_thread(shutil.rmtree, Path(made.path).parent, True))

    def _task(self, work: Any) -> "asyncio.Task[Any]":  # noqa: ANN401
        task: asyncio.Task[Any] = asyncio.ensure_future(work)
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)
        return task
