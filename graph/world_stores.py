"""Stores of worlds: the named ones are in the snapshot, others are made when they are asked for."""

import threading
from collections import OrderedDict
from functools import cached_property
from typing import TYPE_CHECKING, Final

import pyoxigraph as ox

from foedus.graph.descriptions import name_of
from foedus.graph.snapshot import Snapshot
from foedus.graph.worlds import World

if TYPE_CHECKING:
    from foedus.graph.material import Material

KEPT: Final = 16
"""How many worlds stay open; the one that was asked for least recently goes."""


class WorldStores:
    """The worlds of one snapshot; may be used by several threads."""

    def __init__(self, snapshot: Snapshot) -> None:
        self.snapshot = snapshot
        self._open: OrderedDict[World, ox.Store] = OrderedDict()
        self._lock = threading.Lock()
        self._making = threading.Lock()

    def store(self, world: World) -> ox.Store:
        """Open the store of a world; one without a name is made, unless it is open still.

        Raises:
            DataInconsistent: what holds there contradicts the ontology.
            InputRefused: its hypothesis cannot be read.
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
                self._open.popitem(last=False)
        return found

    def _known(self, world: World) -> ox.Store | None:
        with self._lock:
            return self._open.get(world)

    def _opened(self, world: World) -> ox.Store:
        name = name_of(world)
        if name is not None:
            return self.snapshot.open(name)
        store = ox.Store()
        store.bulk_extend(self._material.world(world))
        return store

    @cached_property
    def _material(self) -> "Material":
        # Only a world that has to be made needs the libraries that close it.
        from foedus.graph.material import Material

        return Material.read(self.snapshot.path)
