"""A snapshot that was copied to somewhere else, and is only read there."""

import hashlib
import json
import re
from collections.abc import Callable
from dataclasses import dataclass
from functools import partial
from pathlib import Path

from foedus.graph import snapshot
from foedus.graph.snapshot import Snapshot, SnapshotGone
from foedus.ontology.errors import InputRefused


@dataclass(frozen=True)
class Source:
    """Where snapshots come from.

    Attributes:
        current: Gives the one that is current at this moment.
        pinned: Gives one by its id; raises `SnapshotGone`.
    """

    current: Callable[[], Snapshot]
    pinned: Callable[[str], Snapshot]


def published(data: Path) -> Source:
    """Take what is published in a data directory, or in a backup of one."""
    return Source(_Current(data), partial(snapshot.pinned, data))


class _Current:
    """The current snapshot of a data directory, which is read when the link has moved only."""

    def __init__(self, data: Path) -> None:
        self._data = data
        self._link = data / "current"
        self._seen: tuple[int, int] | None = None
        self._read: Snapshot | None = None

    def __call__(self) -> Snapshot:
        try:
            found = self._link.stat()
        except OSError:
            return snapshot.current(self._data)  # which says what is wrong
        seen = (found.st_ino, found.st_mtime_ns)
        if self._read is None or seen != self._seen:
            self._read, self._seen = snapshot.current(self._data), seen
        return self._read


def copied(folder: Path) -> Source:
    """Take a copy: of a snapshot's folder, or a backup as a folder.

    The folder of a snapshot is named by its id. Under another name the id is found by hashing
    all of it, as when it was published.

    Raises:
        InputRefused: it is neither, or is not whole.
    """
    if (folder / "current").exists():
        source = published(folder)
        found = source.current()
    else:
        found = _read(folder)
        source = Source(lambda: found, partial(_only, found))
    if not found.is_sound():
        raise InputRefused("the snapshot is not whole; copy it again", str(folder))
    return source


def _read(folder: Path) -> Snapshot:
    try:
        meta = json.loads((folder / "meta.json").read_text(encoding="utf-8"))
    except (OSError, ValueError) as error:
        raise InputRefused("expected a snapshot's folder, or a backup", str(folder)) from error
    path = folder.resolve()
    if re.fullmatch("[0-9a-f]{64}", path.name):
        return Snapshot(path.name, path, meta)
    digest = hashlib.sha256()
    for line in snapshot.canonical_lines(Snapshot("", path, meta).open()):
        digest.update(line)
    return Snapshot(digest.hexdigest(), path, meta)


def _only(found: Snapshot, identity: str) -> Snapshot:
    if identity != found.id:
        raise SnapshotGone(identity)
    return found
