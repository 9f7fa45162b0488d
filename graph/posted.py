"""The documents that were posted to a data directory, and changes of them: whole or not at all.

They live in ``documents``. A change is prepared in ``documents/.change``: what enters as a file,
what leaves as an empty one, and in ``input`` what the snapshot with the change will be made of.
Publishing that snapshot is what makes the change; moving the files only follows it. So whoever
holds the lock next knows what to do with a change that a crash has left behind: carry it out if
the current snapshot was made with it, else drop it.
"""

import json
from collections.abc import Collection, Iterator, Sequence
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Final

from foedus.graph.durable import make_folder, share_or_copy, sync_folder, sync_tree, writing

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
        entering: Files; each takes the place of one with its name.
        leaving: Names of files that go.
        made_of: What will be recorded as the snapshot's ``input``.

    Raises:
        NotWritten: the disk is full, or cannot be written.
    """
    if not entering and not leaving:
        yield
        return
    change = data / "documents" / _CHANGE
    try:
        with writing(data):
            make_folder(change)
            for path in entering:
                share_or_copy(path, change / path.name)
            for name in leaving:
                (change / name).touch()
            (change / _INPUT).write_text(made_of, encoding="utf-8")
            sync_tree(change)
        yield
    finally:
        with suppress(OSError):  # it is decided: who holds the lock next carries it out
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
        sync_folder(home)
    described.unlink(missing_ok=True)
    for path in change.iterdir():
        path.unlink()
    change.rmdir()
    sync_folder(home)


def _made_of(data: Path) -> object:
    """Tell what the current snapshot is made of; nothing where there is none that can be read."""
    try:
        return json.loads((data / "current" / "meta.json").read_text(encoding="utf-8"))["input"]
    except (OSError, ValueError, KeyError):
        return None
