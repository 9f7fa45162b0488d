"""The server's side of the zygote: ask for workers, hear of those that have ended."""

import asyncio
import json
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
from foedus.service.workers.zygote import ENDED, FORKED, IS_FORKED

_LONGEST: Final = 64
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
        handle: Its process, whatever becomes of the id.
    """

    pid: int
    connection: socket.socket
    board: mmap.mmap
    handle: int

    def kill(self) -> None:
        """End it at once."""
        with suppress(ProcessLookupError):
            signal.pidfd_send_signal(self.handle, signal.SIGKILL)

    def close(self) -> None:
        """Let go of it."""
        self.connection.close()
        self.board.close()
        os.close(self.handle)


class Nursery:
    """A zygote, which is started again if it should die.

    Args:
        forked: Is told each worker that has been forked.
        ended: Is told the process id of each that has ended, and its exit code, which is negative
            where a signal ended it.
        died: Is told that the zygote died, and all workers with it.
        started: Is told when there is another one.
    """

    def __init__(
        self,
        forked: Callable[[Newborn], None],
        ended: Callable[[int, int], None],
        died: Callable[[], None],
        started: Callable[[], None],
    ) -> None:
        self._forked = forked
        self._ended = ended
        self._died = died
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
                    self._control, _LONGEST, 3, socket.MSG_CMSG_CLOEXEC
                )
                if not message:
                    self._stop()
                    self._died()
                    self._loop.call_later(_PAUSE, self._start_again)
                    return
                elif message[0] == IS_FORKED:
                    _, pid = FORKED.unpack(message)
                    self._forked(_newborn(pid, *descriptors))
                else:
                    _, pid, code = ENDED.unpack(message)
                    self._ended(pid, code)


def _newborn(pid: int, connection: int, board: int, handle: int) -> Newborn:
    shared = mmap.mmap(board, BOARD.size)
    os.close(board)
    return Newborn(pid, socket.socket(fileno=connection), shared, handle)
