"""Work in a process of its own, where there is so much of it that the other core should help."""

import ctypes
import os
import signal
from collections.abc import Callable, Iterator
from concurrent.futures import ProcessPoolExecutor
from concurrent.futures.process import BrokenProcessPool
from contextlib import contextmanager
from multiprocessing import get_context
from typing import Final, ParamSpec, TypeVar

_Arguments = ParamSpec("_Arguments")
Result = TypeVar("Result")
_PR_SET_PDEATHSIG: Final = 1


class Here:
    """Does what it is given at once."""

    def begin(
        self,
        work: Callable[_Arguments, Result],
        *args: _Arguments.args,
        **named: _Arguments.kwargs,
    ) -> Callable[[], Result]:
        """Begin some work; gives what waits for its result, or raises what it raised."""
        result = work(*args, **named)
        return lambda: result


class Beside(Here):
    """Does what it is given in another process, one piece after the other.

    A function is told by its name, and arguments and results are copied: both come from modules.
    """

    def __init__(self, pool: ProcessPoolExecutor) -> None:
        self._pool = pool

    def begin(
        self,
        work: Callable[_Arguments, Result],
        *args: _Arguments.args,
        **named: _Arguments.kwargs,
    ) -> Callable[[], Result]:
        """As `Here`; what a process that was killed has left undone is done here."""
        try:
            begun = self._pool.submit(work, *args, **named)
        except BrokenProcessPool:
            return super().begin(work, *args, **named)

        def wait() -> Result:
            try:
                return begun.result()
            except BrokenProcessPool:
                return work(*args, **named)

        return wait


@contextmanager
def beside(is_large: bool) -> Iterator[Here]:
    """Give a process to work beside this one, which only pays where there is much to do."""
    if not is_large:
        yield Here()
        return
    # A fork would copy locks that other threads hold.
    own = (os.getpid(),)
    context = get_context("spawn")
    with ProcessPoolExecutor(1, context, initializer=die_with_parent, initargs=own) as pool:
        yield Beside(pool)


def die_with_parent(parent: int) -> None:
    """Let the kernel end this process when ``parent``, which started it, ends in whatever way."""
    ctypes.CDLL(None).prctl(_PR_SET_PDEATHSIG, signal.SIGKILL)
    if os.getppid() != parent:
        os._exit(1)
