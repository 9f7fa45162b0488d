"""Snapshots: immutable states of the graph in a data directory, and the one that is current.

A snapshot is a folder ``snapshots/<id>`` with the store of each named world and what other worlds
are made of. The SHA-256 of the canonical N-Quads of the world *reported* is the identity.
``current`` is a link to one of them; moving the link publishes, and all else was flushed before. A
snapshot is removed after `KEPT` newer ones, but not while somebody has a lease of it.
"""

import fcntl
import hashlib
import json
import re
import shutil
from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import ExitStack, contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

import pyoxigraph as ox

from foedus.graph import durable, posted, restoring
from foedus.graph.durable import make_folder, point, sync_folder, sync_tree, write_file, writing
from foedus.graph.leases import Lease, remove_unused, set_aside, sweep
from foedus.ontology.errors import FoedusError

KEPT: Final = 20
"""How many snapshots stay; a snapshot with a file ``marked`` in it stays besides."""

_UNFINISHED: Final = ".unfinished-"


class NoSnapshot(FoedusError):
    """Nothing has been published in a data directory yet."""

    def __init__(self, data: Path) -> None:
        super().__init__(f"{data} has no snapshot yet: run 'foedus build' first")
        self.data = data


class SnapshotDamaged(FoedusError):
    """What should be a snapshot cannot be read; a build mends it where it may write."""

    def __init__(self, path: Path, reason: str) -> None:
        super().__init__(f"{path} cannot be read ({reason}); run 'foedus build' to mend it")
        self.path = path


class SnapshotGone(FoedusError):
    """A snapshot is not kept any more, or never was."""

    def __init__(self, identity: str) -> None:
        super().__init__(
            f"There is no snapshot {identity!r}: the last {KEPT} are kept, and what is marked."
        )
        self.identity = identity


@dataclass(frozen=True)
class Snapshot:
    """A published state of the graph.

    Attributes:
        id: SHA-256 of its canonical N-Quads, in lower-case hexadecimal digits.
        path: Its folder.
        meta: What was recorded with it: ``input`` (hash of what it was built from), ``quads``.
    """

    id: str
    path: Path
    meta: Mapping[str, Any]

    def open(self, world: str = "reported") -> ox.Store:
        """Open the store of a named world, read-only; raises `SnapshotDamaged`."""
        path = self.path / "worlds" / world
        try:
            return ox.Store.read_only(str(path))
        except (OSError, RuntimeError) as error:
            raise SnapshotDamaged(path, str(error)) from error

    def lease(self) -> Lease:
        """Keep the snapshot from being removed while the lease is held; take it before opening.

        Raises:
            SnapshotGone: it is being removed, or is not there any more.
        """
        try:
            return Lease(self.path)
        except FileNotFoundError as error:
            raise SnapshotGone(self.id) from error

    def is_sound(self) -> bool:
        """Tell whether the stores of all its worlds can be opened."""
        worlds = self.path / "worlds"
        try:
            for path in sorted(worlds.iterdir()):
                self.open(path.name)
        except (OSError, SnapshotDamaged):
            return False
        return True


def current(data: Path) -> Snapshot:
    """Open the current snapshot of a data directory; a matter of one link and one small file.

    Raises:
        NoSnapshot: there is none.
    """
    try:
        path = (data / "current").resolve(strict=True)
        meta = json.loads((path / "meta.json").read_text(encoding="utf-8"))
    except FileNotFoundError as error:
        raise NoSnapshot(data) from error
    except (OSError, ValueError) as error:
        raise SnapshotDamaged(data / "current", str(error)) from error
    return Snapshot(path.name, path, meta)


def pinned(data: Path, identity: str) -> Snapshot:
    """Open a snapshot by its id; raises `SnapshotGone` where it is none, or none any more."""
    path = data / "snapshots" / identity
    if not re.fullmatch("[0-9a-f]{64}", identity) or not path.is_dir():
        raise SnapshotGone(identity)
    try:
        meta = json.loads((path / "meta.json").read_text(encoding="utf-8"))
    except FileNotFoundError as error:  # it is being removed
        raise SnapshotGone(identity) from error
    return Snapshot(identity, path, meta)


@contextmanager
def locked(data: Path) -> Iterator[None]:
    """Hold the data directory for one writer; others wait. Makes the directory if need be.

    What writers that were killed have left is finished or removed first.

    Raises:
        NotWritten: the directory cannot be made or written.
    """
    with ExitStack() as stack:
        with writing(data):
            make_folder(data)
            handle = stack.enter_context((data / "lock").open("w"))
            fcntl.flock(handle, fcntl.LOCK_EX)
            _put_in_order(data)
        yield


def put_in_order(data: Path) -> None:
    """Finish or remove what killed processes have left, if nobody writes; for who starts to serve.

    Does nothing where nothing can be written.
    """
    sweep(data / "snapshots")
    with suppress(OSError), (data / "lock").open("w") as handle:
        fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
        _put_in_order(data)


def _put_in_order(data: Path) -> None:
    posted.settle(data)
    restoring.finish(data)
    for home in (data, data / "snapshots"):
        sweep(home)
    for left in data.glob(f"snapshots/{_UNFINISHED}*"):
        shutil.rmtree(left)
    unfinished = f".*{durable.UNFINISHED}"
    in_snapshot = (f"snapshots/*/{unfinished}", f"snapshots/*/documents/*/*/{unfinished}")
    for place in (unfinished, f"worlds/{unfinished}", *in_snapshot):
        for file in data.glob(place):
            file.unlink()


def publish(
    data: Path, worlds: Mapping[str, Iterable[ox.Quad]], meta: Mapping[str, Any]
) -> Snapshot:
    """Publish named worlds of few quads, *reported* among them, as `publish_written` does."""
    quads = {name: list(world) for name, world in worlds.items()}

    def write(folder: Path) -> None:
        for name, world in quads.items():
            store = ox.Store(str(folder / "worlds" / name))
            store.bulk_extend(world)
            store.flush()

    return publish_written(data, canonical_lines(quads["reported"]), write, meta)


def canonical_lines(quads: Iterable[ox.Quad]) -> list[bytes]:
    """Write a data set as canonical N-Quads (RDFC-1.0), in order."""
    dataset = ox.Dataset(quads)
    dataset.canonicalize(ox.CanonicalizationAlgorithm.RDFC_1_0)
    written = ox.serialize(dataset, format=ox.RdfFormat.N_QUADS) or b""
    return sorted(written.splitlines(keepends=True))


def publish_written(
    data: Path,
    lines: Iterable[bytes],
    write: Callable[[Path], None],
    meta: Mapping[str, Any],
    add: Callable[[Path], None] = lambda folder: None,
) -> Snapshot:
    """Make a snapshot and make it the current one, atomically.

    The lock must be held. An identical snapshot is not written again, only made current. A crash
    or an error at any point leaves the last one current.

    Args:
        data: The data directory.
        lines: The canonical N-Quads of the world *reported*, in pieces: they give the identity.
        write: Writes into the snapshot's folder the stores of the named worlds, as
            ``worlds/NAME``, and whatever else belongs to it.
        meta: What to record.
        add: Adds to the folder, flushed, what can be another for the same quads, and is known by
            ``meta``; changes nothing that is there.

    Raises:
        NotWritten: the disk is full, or cannot be written.
    """
    digest, count = hashlib.sha256(), 0
    for piece in lines:
        digest.update(piece)
        count += piece.count(b"\n")
    identity = digest.hexdigest()
    meta = {**meta, "quads": count}
    home = data / "snapshots"
    path = home / identity
    with writing(data):
        make_folder(home)
        if path.is_dir() and Snapshot(identity, path, {}).is_sound():
            add(path)
            _write_meta(path, meta)
        else:
            _write(path, write, add, meta)
        point(data / "current", path)
    _prune(home, keep=identity)
    return current(data)


def _write(
    path: Path,
    write: Callable[[Path], None],
    add: Callable[[Path], None],
    meta: Mapping[str, Any],
) -> None:
    """Write a snapshot under another name, flush all of it, and give it its own name."""
    unfinished = path.with_name(f"{_UNFINISHED}{path.name}")
    try:
        (unfinished / "worlds").mkdir(parents=True)
        write(unfinished)
        add(unfinished)
        for log in unfinished.rglob("LOG*"):  # of the engine; tells of this machine and its paths
            log.unlink()
        _write_meta(unfinished, meta)
        sync_tree(unfinished)
        if path.exists():  # damaged
            remove_unused(set_aside(path))
        unfinished.rename(path)
    except BaseException:
        shutil.rmtree(unfinished, ignore_errors=True)
        raise
    sync_folder(path.parent)


def _write_meta(folder: Path, meta: Mapping[str, Any]) -> None:
    text = json.dumps(meta, indent=2, sort_keys=True) + "\n"
    write_file(folder / "meta.json", text.encode())


def _prune(home: Path, keep: str) -> None:
    """Remove old snapshots; never fails, since what is newest is published already."""
    found = [path for path in home.glob("[!.]*") if path.name != keep]
    found.sort(key=lambda path: path.stat().st_mtime, reverse=True)
    for path in found[KEPT - 1 :]:
        if not (path / "marked").exists():
            remove_unused(path)
