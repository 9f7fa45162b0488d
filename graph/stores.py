"""Stores of worlds written: from lines, and as copies of others with what is different."""

import threading
from collections.abc import Callable, Iterator, Mapping
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any, Final

import numpy as np
import pyoxigraph as ox

from foedus.graph.canonical import canonical, default_graph
from foedus.graph.closure.columns import Keys, Numbers
from foedus.graph.contents import Content, Contents
from foedus.graph.lexicon import CHUNK, Lexicon
from foedus.graph.material import Material
from foedus.graph.snapshot import Snapshot, publish_written
from foedus.graph.worlds import NAMED

_THREADS: Final = 2
_FEW: Final = 16_384
"""So many lines and fewer are cheaper to add one by one."""
_PIECES: Final = 32
"""Each piece becomes a file; of more than these, the engine stops us to merge some."""

GROUND: Final = "ground"
"""The store of what all worlds share, in the folder of a snapshot."""


def publish(
    data: Path,
    material: Material,
    meta: Mapping[str, Any],
    add: Callable[[Path], None] = lambda folder: None,
) -> Snapshot:
    """Publish a snapshot with the named worlds; the lock of ``data`` must be held.

    ``add`` is as of `publish_written`.

    Raises:
        DataInconsistent: what holds in one of them contradicts the ontology.
    """
    contents = Contents(material)
    worlds = {name: contents.of(world) for name, world in NAMED.items()}

    def write(folder: Path) -> None:
        write_ground(folder / GROUND, material, contents.nothing)
        made = {folder / GROUND: contents.nothing}
        for name, content in sorted(worlds.items(), key=lambda it: np.count_nonzero(it[1].has)):
            path = folder / "worlds" / name
            source = min(made, key=lambda it: distance(made[it], content))
            write_changed(path, ox.Store.read_only(str(source)), material, made[source], content)
            made[path] = content
        material.write(folder)

    return publish_written(data, canonical(material, worlds["reported"]), write, meta, add)


def write_ground(path: Path, material: Material, nothing: Content) -> None:
    """Write the store of a world in which nothing holds: what all worlds share."""
    path.mkdir(parents=True)
    store = ox.Store(str(path))
    keys, graphs = material.catalogue.named()
    default = default_graph(material, nothing)
    _load(store, material.lexicon, keys, graphs)
    _load(store, material.lexicon, default, None)
    store.flush()


def write_changed(
    path: Path, source: ox.Store, material: Material, old: Content, new: Content
) -> None:
    """Write the store of one world as a copy of another's, whose files are shared."""
    source.backup(str(path))
    store = ox.Store(str(path))
    sometimes, lexicon = material.universe.sometimes, new.lexicon
    gone = sometimes[old.has & ~new.has]
    for part in _parts(gone[lexicon.are_triples(gone)]):
        for quad in ox.parse(lexicon.lines(part), format=ox.RdfFormat.N_QUADS):
            store.remove(quad)
    come = np.concatenate([sometimes[new.has & ~old.has], new.further])
    _load(store, lexicon, come[lexicon.are_triples(come)], None)
    _load(store, lexicon, new.keys, new.graphs)
    store.flush()


def distance(old: Content, new: Content) -> int:
    """Tell how much the change from one world to another costs: taking away costs more."""
    gone, come = np.count_nonzero(old.has & ~new.has), np.count_nonzero(new.has & ~old.has)
    return 3 * int(gone) + int(come)


def _load(store: ox.Store, lexicon: Lexicon, keys: Keys, graphs: Numbers | None) -> None:
    """Put triples into graphs, else into the default graph; blank nodes keep their names."""
    plain = lexicon.are_plain(keys)
    odd = lexicon.lines(keys[~plain], None if graphs is None else graphs[~plain])
    store.extend(ox.parse(odd, format=ox.RdfFormat.N_QUADS))
    keys = keys[plain]
    graphs = None if graphs is None else graphs[plain]
    size = max(CHUNK, len(keys) // _PIECES + 1)
    texts = (
        lexicon.lines(
            keys[start : start + size],
            None if graphs is None else graphs[start : start + size],
        )
        for start in range(0, len(keys), size)
    )
    if len(keys) <= _FEW:
        for text in texts:
            store.extend(ox.parse(text, format=ox.RdfFormat.N_QUADS))
        return
    lock = threading.Lock()

    def work() -> None:
        while True:
            with lock:
                text = next(texts, None)
            if text is None:
                return
            store.bulk_load(text, format=ox.RdfFormat.N_QUADS)

    with ThreadPoolExecutor(_THREADS) as pool:
        for done in [pool.submit(work) for _ in range(_THREADS)]:
            done.result()


def _parts(keys: Keys) -> Iterator[Keys]:
    return (keys[start : start + CHUNK] for start in range(0, len(keys), CHUNK))
