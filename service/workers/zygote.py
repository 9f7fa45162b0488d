"""The process that forks workers: one thread, the engine imported, no store open.

``python -m foedus.service.workers.zygote FD`` with a local socket to the server. Each message from
the server asks for a worker and is the `Duties` of it as JSON. The answer has the worker's process
id, and with it a socket to the worker, the board that they share and a handle of the process. When
one has ended, its id and status are told.
"""

import gc
import json
import mmap
import os
import select
import signal
import socket
import struct
import sys
from contextlib import suppress
from typing import Final

from foedus.service.workers import sandbox
from foedus.service.workers.worker import BOARD, Duties, work

FORKED: Final = struct.Struct("<BQ")
ENDED: Final = struct.Struct("<BQi")
IS_FORKED: Final = 0
IS_ENDED: Final = 1
_LONGEST: Final = 65_536


def main(descriptor: int) -> None:
    """Fork workers until the server is gone."""
    control = socket.socket(fileno=descriptor)
    gc.collect()
    gc.freeze()
    woken, waker = socket.socketpair()
    for end in (woken, waker):
        end.setblocking(False)
    signal.set_wakeup_fd(waker.fileno(), warn_on_full_buffer=False)
    signal.signal(signal.SIGCHLD, lambda *_: None)
    poll = select.poll()
    poll.register(control, select.POLLIN)
    poll.register(woken, select.POLLIN)
    while True:
        ready = {ready for ready, _ in poll.poll()}
        if woken.fileno() in ready:
            with suppress(BlockingIOError):
                woken.recv(4096)
            _tell_ended(control)
        if control.fileno() in ready:
            try:
                asked = control.recv(_LONGEST)
            except ConnectionError:  # the server is gone before it read what it was told
                return
            if not asked:
                return
            _fork(control, (woken, waker), asked)


def _fork(control: socket.socket, others: tuple[socket.socket, ...], asked: bytes) -> None:
    ours, theirs = socket.socketpair()
    board = os.memfd_create("board")
    os.ftruncate(board, BOARD.size)
    parent = os.getpid()
    child = os.fork()
    if child == 0:
        signal.set_wakeup_fd(-1)
        signal.signal(signal.SIGCHLD, signal.SIG_DFL)
        sandbox.die_with_parent(parent)
        for end in (ours, control, *others):
            end.close()
        _be_worker(theirs, board, asked)
    with ours, theirs:
        handle = os.pidfd_open(child)
        descriptors = [ours.fileno(), board, handle]
        with suppress(ConnectionError):  # the server is gone; its end of `control` tells so next
            socket.send_fds(control, [FORKED.pack(IS_FORKED, child)], descriptors)
    os.close(board)
    os.close(handle)


def _be_worker(connection: socket.socket, board: int, asked: bytes) -> None:
    code = 1
    try:
        duties = json.loads(asked)
        duties["open"] = tuple(duties["open"])
        with suppress(ConnectionError):  # the server wants no more
            work(connection, mmap.mmap(board, BOARD.size), Duties(**duties))
        code = 0
    finally:
        os._exit(code)


def _tell_ended(control: socket.socket) -> None:
    with suppress(ChildProcessError, ConnectionError):
        while True:
            child, status = os.waitpid(-1, os.WNOHANG)
            if child == 0:
                return
            control.send(ENDED.pack(IS_ENDED, child, os.waitstatus_to_exitcode(status)))


if __name__ == "__main__":
    main(int(sys.argv[1]))
