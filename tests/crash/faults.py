"""Faults at chosen moments: what the operating system is asked to do is counted and cut short.

Everything happens in processes that are forked for it, from one that has no thread and no store
open, so that a thousand crashes cost seconds.
"""

import os
import signal
import sys
import traceback
from collections.abc import Callable
from typing import Final, TypeVar

_BOUNDARIES: Final = {
    "fsync": "flush",
    "link": "fill",
    "mkdir": "fill",
    "rename": "",
    "replace": "",
    "rmdir": "empty",
    "symlink": "",
    "unlink": "empty",
}
"""Functions of `os` that change names or flush, which others call; and what several may be."""

_TAKEN: Final = {"flush": (1,), "fill": (1, 2), "empty": (1, 10)}
"""Which calls of such a row are taken."""

T = TypeVar("T")

DIED: Final = -signal.SIGKILL
DONE: Final = 0
FAILED: Final = 1


def die() -> None:
    """End this process as if the machine had stopped it."""
    os.kill(os.getpid(), signal.SIGKILL)


def at_boundary(number: int, fault: Callable[[], None], *, is_every: bool = False) -> None:
    """Let ``fault`` happen before the boundary of that number, from 1, and at no other.

    After one is before the next. Of calls in a row that only flush, fill a folder or empty one, few
    are taken for a boundary, unless ``is_every``.
    """
    count = row = 0
    last = ""

    def wrapped(name: str, original: Callable[..., T]) -> Callable[..., T]:
        def call(*arguments: object, **options: object) -> T:
            nonlocal count, last, row
            kind = _BOUNDARIES[name]
            row = row + 1 if kind == last else 1
            last = kind
            if is_every or not kind or row in _TAKEN[kind]:
                count += 1
                if count == number:
                    fault()
            return original(*arguments, **options)

        return call

    for name in _BOUNDARIES:
        setattr(os, name, wrapped(name, getattr(os, name)))


def forked(work: Callable[[], None]) -> int:
    """Run ``work`` in a process of its own; gives its exit code, or what killed it, negative."""
    return os.waitstatus_to_exitcode(os.waitpid(started(work), 0)[1])


def started(work: Callable[[], None]) -> int:
    """Start ``work`` in a process of its own; gives its number."""
    sys.stdout.flush()
    process = os.fork()
    if process:
        return process
    code = FAILED
    try:
        work()
        code = DONE
    except BaseException:
        traceback.print_exc()
        sys.stderr.flush()
    finally:
        os._exit(code)
