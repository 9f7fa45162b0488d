"""The server's side of the zygote: ask for workers, and have them."""

import asyncio
import json
import logging
import mmap
import os
import signal
import socket
import subprocess
import sys
from collections.abc import Callable
from contextlib import suppress
from dataclasses import asdict, dataclass
from typing import Final

from foedus.service.workers.worker import BOARD, Duties
from foedus.service.workers.zygote import FORKED

logger = logging.getLogger(__name__)

_LONGEST: Final = 4_096
_ALLOCATOR: Final = {"MALLOC_ARENA_MAX": "2", "GLIBC_TUNABLES": "glibc.malloc.tcache_count=500"}
"""How glibc is to allocate: the engine asks for many small pieces at a time, and is a fifth faster
where more of them are kept at hand."""
_PAUSE: Final = 0.2
"""How many seconds to wait before a zygote is started in place of one that died."""


@dataclass(frozen=True)
class Newborn:
    """A worker that has been forked.

    Attributes:
        pid: Its process id.
        connection: A socket to it.
        board: What is shared with it.
        words: A file with its last words.
        handle: Its process, whatever becomes of the id.
    """

    pid: int
    connection: socket.socket
    board: mmap.mmap
    words: int
    handle: int

    def last_words(self) -> str:
        """Read what it has said when it came to an end; nothing where the kernel ended it."""
        return os.pread(self.words, _LONGEST, 0).decode(errors="replace")

    def send_signal(self, number: signal.Signals) -> None:
        """Send it a signal, if it is still there."""
        with suppress(ProcessLookupError):
            signal.pidfd_send_signal(self.handle, number)

    def close(self) -> None:
        """Let go of it."""
        self.connection.close()
        self.board.close()
        os.close(self.words)
        os.close(self.handle)


class Nursery:
    """A zygote, which is started again if it should die.

    Args:
        forked: Is told each worker that has been forked; none where it ended at once.
        started: Is told when there is another zygote, in place of one that died with all workers.
    """

    def __init__(
        self,
        forked: Callable[[Newborn | None], None],
        started: Callable[[], None],
    ) -> None:
        self._forked = forked
        self._started = started
        self._is_closed = False
        self._loop = asyncio.get_running_loop()
        self._start()

    def _start(self) -> None:
        self._control, theirs = socket.socketpair(socket.AF_UNIX, socket.SOCK_SEQPACKET)
        with theirs:
            self._process = subprocess.Popen(
                [sys.executable, "-P", "-m", "foedus.service.workers.zygote", str(theirs.fileno())],
                pass_fds=[theirs.fileno()],
                stdin=subprocess.DEVNULL,
                env={**os.environ, **_ALLOCATOR},
                # So that a signal from the terminal is the server's only. No session of its own:
                # Linux shares out processor time by session, and what is idle in one session is
                # as good as what works in another.
                process_group=0,
            )
        self._control.setblocking(False)
        self._loop.add_reader(self._control.fileno(), self._hear)

    def ask(self, duties: Duties) -> None:
        """Ask for a worker."""
        with suppress(OSError):  # the zygote has died, and that is told next
            self._control.send(json.dumps(asdict(duties)).encode())

    def close(self) -> None:
        """End the zygote, and with it every worker."""
        self._is_closed = True
        self._stop()

    def _start_again(self) -> None:
        if not self._is_closed:
            self._start()
            self._started()

    def _stop(self) -> None:
        if self._control.fileno() < 0:
            return
        self._loop.remove_reader(self._control.fileno())
        self._control.close()
        self._process.kill()
        self._process.wait()

    def _hear(self) -> None:
        with suppress(BlockingIOError):
            while True:
                message, descriptors, _, _ = socket.recv_fds(
                    self._control, FORKED.size, 4, socket.MSG_CMSG_CLOEXEC
                )
                if not message:
                    logger.error("zygote died")
                    self._stop()
                    self._loop.call_later(_PAUSE, self._start_again)
                    return
                (pid,) = FORKED.unpack(message)
                self._forked(_newborn(pid, *descriptors) if descriptors else None)


def _newborn(pid: int, connection: int, board: int, words: int, handle: int) -> Newborn:
    shared = mmap.mmap(board, BOARD.size)
    os.close(board)
    return Newborn(pid, socket.socket(fileno=connection), shared, words, handle)
