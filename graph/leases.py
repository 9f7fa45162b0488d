"""Folders in use: nobody removes a folder that another process reads, however processes die.

A store opens files late, and one that finds them gone asks for memory without end. So who has a
folder open holds a shared lock on the folder itself, and who removes it needs the lock alone. A
lock ends with its process; nothing is written, so that it works on a read-only disk.
"""

import fcntl
import os
import shutil
import tempfile
import weakref
from contextlib import suppress
from pathlib import Path
from typing import Final, Self

from foedus.graph.durable import not_written

LENT: Final = ".foedus-lent-"
"""How names of folders start that a process made for itself, and removes."""
_GONE: Final = ".foedus-gone-"
"""How names of folders start that are being removed."""


class Lease:
    """A folder in use by this process, until it is released, forgotten, or the process ends.

    A process that is forked meanwhile shares the lease.

    Raises:
        FileNotFoundError: the folder is not there, or is being removed.
    """

    def __init__(self, folder: Path) -> None:
        handle = os.open(folder, os.O_RDONLY | os.O_DIRECTORY)
        self._close = weakref.finalize(self, os.close, handle)
        try:
            fcntl.flock(handle, fcntl.LOCK_SH | fcntl.LOCK_NB)
            is_there = os.path.samestat(os.fstat(handle), folder.stat())
        except (BlockingIOError, FileNotFoundError):
            is_there = False
        except OSError:
            # A file system without locks: there nobody can have the folder alone either.
            is_there = True
        if not is_there:
            self._close()
            raise FileNotFoundError(f"{folder} is being removed")

    def release(self) -> None:
        """Let others remove the folder; once is enough."""
        self._close()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.release()


class Lent:
    """A new folder that is this process's own; removed with this object.

    Attributes:
        path: The folder. What is left of it after a crash `sweep` removes.

    Raises:
        OSError: none can be made in ``home``.
    """

    def __init__(self, home: Path) -> None:
        self.path, self._lease = _lend(home)
        self._remove = weakref.finalize(self, _remove_own, self.path, os.getpid())

    @classmethod
    def near(cls, home: Path) -> Self:
        """Make one in ``home``, or where that cannot be written, among the temporary files.

        Raises:
            NotWritten: neither can be written.
        """
        try:
            return cls(home)
        except OSError as error:
            with suppress(OSError):
                return cls(Path(tempfile.gettempdir()))
            raise not_written(home, error) from error

    def remove(self) -> None:
        """Remove the folder with all that is in it; once is enough."""
        self._remove()
        self._lease.release()

    def __enter__(self) -> Path:
        return self.path

    def __exit__(self, *_: object) -> None:
        self.remove()


def _remove_own(folder: Path, owner: int) -> None:
    if os.getpid() == owner:  # a process forked from it ends before
        shutil.rmtree(folder, ignore_errors=True)


def _lend(home: Path) -> tuple[Path, Lease]:
    while True:
        folder = Path(tempfile.mkdtemp(prefix=LENT, dir=home))
        # Somebody may have taken it for left over before it was leased.
        with suppress(FileNotFoundError):
            return folder, Lease(folder)


def set_aside(folder: Path) -> Path:
    """Give a folder a name under which nobody looks for it, and `sweep` removes it."""
    return folder.rename(tempfile.mkdtemp(prefix=_GONE, dir=folder.parent))


def remove_unused(folder: Path) -> bool:
    """Remove a folder unless somebody has it in use, or it cannot be removed; tell whether."""
    try:
        handle = os.open(folder, os.O_RDONLY | os.O_DIRECTORY | os.O_NOFOLLOW)
        try:
            fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
            shutil.rmtree(set_aside(folder))  # never is a half of it found under its name
        finally:
            os.close(handle)
    except OSError:
        return False
    return True


def sweep(home: Path) -> None:
    """Remove what processes that were killed have left in ``home``, and among temporary files."""
    folders = {home}
    with suppress(OSError):  # there is none that can be written
        folders.add(Path(tempfile.gettempdir()))
    for folder in folders:
        for prefix in (LENT, _GONE):
            for path in folder.glob(f"{prefix}*"):
                remove_unused(path)
