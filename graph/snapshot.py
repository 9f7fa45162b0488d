"""Snapshots: immutable states of the graph in a data directory, and the one that is current.

A snapshot is a folder ``snapshots/<id>`` with the store of each named world and what other worlds
are made of. The SHA-256 of the canonical N-Quads of the world *reported* is the identity.
``current`` is a link to one of them; moving the link publishes. A store opens files late: who still
reads a snapshot when it is removed, after `KEPT` newer ones, has to open another.
"""

import fcntl
import hashlib
import json
import os
import re
import shutil
from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

import pyoxigraph as ox

from foedus.ontology.errors import FoedusError, InputRefused

KEPT: Final = 20
"""How many snapshots stay; a snapshot with a file ``marked`` in it stays besides."""

LENT: Final = ".lent-"
"""How names of folders start that a process has in use beside the snapshots, and removes itself."""


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
    return Snapshot(identity, path, json.loads((path / "meta.json").read_text(encoding="utf-8")))


@contextmanager
def locked(data: Path) -> Iterator[None]:
    """Hold the data directory for one writer; others wait. Makes the directory if need be.

    Raises:
        InputRefused: the directory cannot be made or written.
    """
    try:
        data.mkdir(parents=True, exist_ok=True)
        handle = (data / "lock").open("w")
    except OSError as error:
        raise InputRefused(f"cannot write here: {error.strerror}", str(data)) from error
    with handle:
        fcntl.flock(handle, fcntl.LOCK_EX)
        yield


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
) -> Snapshot:
    """Make a snapshot and make it the current one, atomically.

    The lock must be held. An identical snapshot is not written again, only made current. A crash
    at any point leaves the last one current.

    Args:
        data: The data directory.
        lines: The canonical N-Quads of the world *reported*, in pieces: they give the identity.
        write: Writes into the snapshot's folder the stores of the named worlds, as
            ``worlds/NAME``, and whatever else belongs to it.
        meta: What to record.
    """
    digest, count = hashlib.sha256(), 0
    for piece in lines:
        digest.update(piece)
        count += piece.count(b"\n")
    identity = digest.hexdigest()
    home = data / "snapshots"
    home.mkdir(exist_ok=True)
    _remove_leftovers(home)
    path = home / identity
    if path.is_dir() and not Snapshot(identity, path, {}).is_sound():
        shutil.rmtree(path)
    if not path.is_dir():
        unfinished = home / f".{identity}"
        (unfinished / "worlds").mkdir(parents=True)
        write(unfinished)
        _write_meta(unfinished, {**meta, "quads": count})
        _sync(unfinished)
        unfinished.rename(path)
        _sync_folder(home)
    else:
        _write_meta(path, {**meta, "quads": count})
    _point(data / "current", path)
    _prune(home, keep=identity)
    return current(data)


def _write_meta(folder: Path, meta: Mapping[str, Any]) -> None:
    unfinished = folder / ".meta.json"
    unfinished.write_text(json.dumps(meta, indent=2, sort_keys=True) + "\n", encoding="utf-8")
    unfinished.replace(folder / "meta.json")


def _point(link: Path, target: Path) -> None:
    unfinished = link.with_name(".current")
    unfinished.unlink(missing_ok=True)
    unfinished.symlink_to(target.relative_to(link.parent), target_is_directory=True)
    unfinished.replace(link)
    _sync_folder(link.parent)


def _sync(folder: Path) -> None:
    for path in folder.rglob("*"):
        if path.is_file():
            with path.open("rb") as file:
                os.fsync(file.fileno())
        else:
            _sync_folder(path)
    _sync_folder(folder)


def _sync_folder(folder: Path) -> None:
    handle = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)


def _remove_leftovers(home: Path) -> None:
    for path in home.glob(".*"):
        if not path.name.startswith(LENT):
            shutil.rmtree(path)


def _prune(home: Path, keep: str) -> None:
    found = [path for path in home.iterdir() if path.name != keep]
    found.sort(key=lambda path: path.stat().st_mtime, reverse=True)
    for path in found[KEPT - 1 :]:
        if not (path / "marked").exists():
            shutil.rmtree(path)
