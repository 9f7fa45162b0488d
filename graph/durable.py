"""Files that outlive a crash of the machine: written, moved and pointed to in a safe order.

A file is on the disk when it was flushed and the folder that names it was flushed after that.
"""

import os
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from errno import ENOSPC
from pathlib import Path
from typing import Final

from foedus.ontology.errors import InputRefused

UNFINISHED: Final = ".new"
"""How names of files end that are being written."""


class NotWritten(InputRefused):
    """A folder, the source, cannot be written: the disk is full, or read-only, or not ours."""


def not_written(folder: Path, error: OSError) -> NotWritten:
    """Make the error of ours of the system's."""
    return NotWritten(f"cannot write here: {_why(error)}", str(folder))


def _why(error: OSError) -> str:
    """Say what is wrong without a path; an engine has it at the end of its text, after a colon."""
    text = error.strerror or str(error)
    if "requested and" in text:  # what numpy says of a disk that is full
        return os.strerror(ENOSPC)
    return text.rpartition(": ")[2]


@contextmanager
def writing(folder: Path) -> Iterator[None]:
    """Raise `NotWritten` where something cannot be written below ``folder``."""
    try:
        yield
    except OSError as error:
        raise not_written(folder, error) from error


def make_folder(folder: Path) -> None:
    """Make a folder and those that it is in, where they are not there."""
    missing = [it for it in (folder, *folder.parents) if not it.exists()]
    folder.mkdir(parents=True, exist_ok=True)
    for made in missing:
        sync_folder(made.parent)


def write_file(path: Path, content: bytes) -> None:
    """Write a file so that it has its old content or the new one, whole."""
    unfinished = path.with_name(f".{path.name}{UNFINISHED}")
    try:
        unfinished.write_bytes(content)
        sync_file(unfinished)
        unfinished.replace(path)
    except OSError:
        unfinished.unlink(missing_ok=True)
        raise
    sync_folder(path.parent)


def point(link: Path, target: Path) -> None:
    """Let a link lead to a target beside or below it; where that fails, all is as before."""
    former = link.readlink() if link.is_symlink() else None
    _put_link(link, target.relative_to(link.parent))
    try:
        sync_folder(link.parent)
    except OSError:
        if former is None:
            link.unlink()
        else:
            _put_link(link, former)
        raise


def _put_link(link: Path, target: Path) -> None:
    unfinished = link.with_name(f".{link.name}{UNFINISHED}")
    unfinished.unlink(missing_ok=True)
    unfinished.symlink_to(target, target_is_directory=True)
    unfinished.replace(link)


def share_or_copy(source: Path, target: Path) -> None:
    """Give a file that never changes a second name, or a copy where it cannot have one."""
    try:
        target.hardlink_to(source)
    except OSError:
        target.unlink(missing_ok=True)
        shutil.copyfile(source, target)


def sync_tree(folder: Path) -> None:
    """Flush a folder with all that is in it."""
    for path in folder.rglob("*"):
        if path.is_symlink():
            continue
        if path.is_file():
            sync_file(path)
        else:
            sync_folder(path)
    sync_folder(folder)


def sync_file(path: Path) -> None:
    """Flush the content of a file."""
    with path.open("rb") as file:
        os.fsync(file.fileno())


def sync_folder(folder: Path) -> None:
    """Flush the names of what is in a folder."""
    handle = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)
