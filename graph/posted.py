"""The documents that were posted to a data directory, and changes of them: whole or not at all.

They live in ``documents``. A change is prepared in ``documents/.change``: what enters as a file,
what leaves as an empty one, and in ``input`` what the snapshot with the change will be made of.
Publishing that snapshot is what makes the change; moving the files only follows it. So whoever
holds the lock next knows what to do with a change that a crash has left behind: carry it out if
the current snapshot was made with it, else drop it.
"""

import os
from collections.abc import Collection, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Final

from foedus.graph.snapshot import NoSnapshot, SnapshotDamaged, current

_CHANGE: Final = ".change"
_INPUT: Final = "input"


def posted_paths(data: Path) -> list[Path]:
    """List the documents that were added to ours."""
    return sorted((data / "documents").glob("[!.]*.trig"))


@contextmanager
def changing(
    data: Path, entering: Sequence[Path], leaving: Collection[str], made_of: str
) -> Iterator[None]:
    """Change what is posted if what is done then publishes a snapshot that is made of ``made_of``.

    The lock of ``data`` must be held.

    Args:
        data: The data directory.
        entering: Files on the same disk; each takes the place of one with its name.
        leaving: Names of files that go.
        made_of: What will be recorded as the snapshot's ``input``.
    """
    if not entering and not leaving:
        yield
        return
    change = data / "documents" / _CHANGE
    change.mkdir(parents=True)
    try:
        for path in entering:
            (change / path.name).hardlink_to(path)
        for name in leaving:
            (change / name).touch()
        (change / _INPUT).write_text(made_of, encoding="utf-8")
        _sync(*change.iterdir(), change, change.parent, data)
        yield
    finally:
        settle(data)


def settle(data: Path) -> None:
    """Finish a change that was begun, or undo it; the lock of ``data`` must be held."""
    home = data / "documents"
    change = home / _CHANGE
    if not change.is_dir():
        return
    described = change / _INPUT
    if described.is_file() and _made_of(data) == described.read_text(encoding="utf-8"):
        for path in change.glob("*.trig"):
            if path.stat().st_size:
                path.replace(home / path.name)
            else:
                (home / path.name).unlink(missing_ok=True)
                path.unlink()
        _sync(home)
    described.unlink(missing_ok=True)
    for path in change.iterdir():
        path.unlink()
    change.rmdir()
    _sync(home)


def _made_of(data: Path) -> object:
    try:
        return current(data).meta.get("input")
    except (NoSnapshot, SnapshotDamaged):
        return None


def _sync(*paths: Path) -> None:
    for path in paths:
        handle = os.open(path, os.O_RDONLY)
        try:
            os.fsync(handle)
        finally:
            os.close(handle)
