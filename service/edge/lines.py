"""Lines for standard error, written by a thread: who reads them slowly stops no request."""

import atexit
import sys
import threading
import time
from collections import deque
from contextlib import suppress
from typing import Final, TextIO

_PAUSE: Final = 0.1
"""Seconds for which lines are gathered, so that they cost one write."""
_PATIENCE: Final = 2.0
_MOST: Final = 100_000
"""Lines that wait at most; the oldest are lost where nobody reads them."""


class Lines:
    """A queue of lines and the thread that writes them."""

    def __init__(self, stream: TextIO | None = None) -> None:
        self._stream = stream or sys.stderr
        self._waiting: deque[str] = deque(maxlen=_MOST)
        self._is_waiting = threading.Event()
        self._is_closed = False
        self._thread: threading.Thread | None = None

    def write(self, line: str) -> None:
        """Have a line written soon."""
        self._waiting.append(line)
        if not self._is_waiting.is_set():
            if self._thread is None:
                self._thread = threading.Thread(target=self._run, name="log", daemon=True)
                self._thread.start()
                atexit.register(self.close)
            self._is_waiting.set()

    def close(self) -> None:
        """Write what waits, and no more; a reader who takes nothing is not waited for."""
        self._is_closed = True
        self._is_waiting.set()
        if self._thread is not None:
            self._thread.join(_PATIENCE)

    def _run(self) -> None:
        while not self._is_closed:
            self._is_waiting.wait()
            if not self._is_closed:
                time.sleep(_PAUSE)
            self._is_waiting.clear()
            lines = [self._waiting.popleft() for _ in range(len(self._waiting))]
            with suppress(OSError, ValueError):  # nobody is at the other end any more
                self._stream.write("".join(f"{line}\n" for line in lines))
                self._stream.flush()
