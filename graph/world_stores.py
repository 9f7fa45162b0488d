"""Stores of worlds: the named ones are in the snapshot, others are made when they are asked for."""

import shutil
import threading
from collections import OrderedDict, deque
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, Final

import pyoxigraph as ox

from foedus.graph.descriptions import name_of
from foedus.graph.leases import Lent
from foedus.graph.snapshot import Snapshot
from foedus.graph.worlds import World

if TYPE_CHECKING:
    from foedus.graph.maker import Maker
    from foedus.graph.material import Material

KEPT: Final = 16
"""How many worlds stay open; the one that was asked for least recently goes."""


class WorldStores:
    """The worlds of one snapshot; may be used by several threads.

    Keep it as long as a store of it is used: then the snapshot may be removed, and the files of
    worlds without a name are, and a store that finds its files gone asks for memory without end.

    Raises:
        SnapshotGone: the snapshot is being removed.
    """

    def __init__(self, snapshot: Snapshot) -> None:
        self.snapshot = snapshot
        self._open: OrderedDict[World, ox.Store] = OrderedDict()
        self._folders: dict[World, Path] = {}
        # A query may be at work on a store that is no longer kept, and opens files late: so the
        # files of one stay until as many have gone after it.
        self._gone: deque[Path] = deque()
        self._lock = threading.Lock()
        self._making = threading.Lock()
        self._lease = snapshot.lease()

    def store(self, world: World) -> ox.Store:
        """Open the store of a world; one without a name is made, unless it is open still.

        Raises:
            DataInconsistent: what holds there contradicts the ontology.
            InputRefused: its hypothesis cannot be read.
            NotWritten: there is no room for it.
        """
        found = self._known(world)
        if found is None:
            # One is made at a time; who asks for another that is open does not wait for it.
            with self._making:
                found = self._known(world) or self._opened(world)
        with self._lock:
            self._open[world] = found
            self._open.move_to_end(world)
            while len(self._open) > KEPT:
                self._forget(self._open.popitem(last=False)[0])
        return found

    def prepare(self) -> None:
        """Do what the first world that has to be made would wait for."""
        with self._making:
            maker = self._maker
        maker.prepare()

    def _known(self, world: World) -> ox.Store | None:
        with self._lock:
            return self._open.get(world)

    def _opened(self, world: World) -> ox.Store:
        name = name_of(world)
        if name is not None:
            return self.snapshot.open(name)
        path = self._maker.make(world)
        self._folders[world] = path.parent
        return ox.Store.read_only(str(path))

    def _forget(self, world: World) -> None:
        folder = self._folders.pop(world, None)
        if folder is not None:
            self._gone.append(folder)
        while len(self._gone) > KEPT:
            shutil.rmtree(self._gone.popleft(), ignore_errors=True)

    @property
    def material(self) -> "Material":
        """What the worlds are made of."""
        return self._maker.material

    @cached_property
    def _maker(self) -> "Maker":
        # Only a world that has to be made needs the libraries that make it.
        from foedus.graph.maker import Maker

        return Maker(self.snapshot, self._lent.path)

    @cached_property
    def _lent(self) -> Lent:
        return Lent.near(self.snapshot.path.parent)
