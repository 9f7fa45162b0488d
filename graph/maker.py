"""Worlds without a name, made from the standing one that differs least."""

import shutil
import tempfile
from functools import cached_property
from pathlib import Path

import pyoxigraph as ox

from foedus.graph.contents import Content, Contents
from foedus.graph.durable import writing
from foedus.graph.material import Material
from foedus.graph.snapshot import Snapshot
from foedus.graph.stores import GROUND, distance, write_changed
from foedus.graph.worlds import NAMED, World


class Maker:
    """Makes the stores of worlds from what is in a snapshot.

    Args:
        snapshot: Of which somebody holds a lease.
        home: A folder that was lent to who reads the stores. Best beside the snapshot, where files
            can be shared.
    """

    def __init__(self, snapshot: Snapshot, home: Path) -> None:
        self._snapshot = snapshot
        self._home = home
        self._material = Material.read(snapshot.path)
        self._contents = Contents(self._material)

    def prepare(self) -> None:
        """Do what the first world without a name, and the first hypothesis, would wait for."""
        self._material.engine()
        _ = self._standing

    def make(self, world: World) -> Path:
        """Make the store of a world; who is done with it removes the folder.

        Raises:
            DataInconsistent: what holds there contradicts the ontology.
            InputRefused: its hypothesis cannot be read.
            NotWritten: there is no room for it.
        """
        content = self._contents.of(world)
        source = min(self._standing, key=lambda it: distance(self._standing[it], content))
        store = ox.Store.read_only(str(source))
        with writing(self._home):
            path = Path(tempfile.mkdtemp(dir=self._home)) / "store"
            try:
                write_changed(path, store, self._material, self._standing[source], content)
            except BaseException:
                shutil.rmtree(path.parent, ignore_errors=True)
                raise
        return path

    @property
    def material(self) -> Material:
        """What they are made of."""
        return self._material

    @cached_property
    def _standing(self) -> dict[Path, Content]:
        worlds = {
            self._snapshot.path / "worlds" / name: self._contents.of(world)
            for name, world in NAMED.items()
        }
        return {self._snapshot.path / GROUND: self._contents.nothing, **worlds}
