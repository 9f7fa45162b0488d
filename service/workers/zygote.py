"""The process that forks workers: one thread, the engine imported, no store open.

``python -m foedus.service.workers.zygote FD`` with a local socket to the server. Each message from
the server asks for a worker and is the `Duties` of it as JSON. The answer has the worker's process
id, and with it a socket to the worker, the board that they share, a file for its last words and a
handle of the process; or nothing where it has ended already. Nobody waits for a worker that has
ended: on a busy machine the kernel can take seconds to clear one away, and would take them from who
waits.
"""

import faulthandler
import gc
import json
import mmap
import os
import signal
import socket
import struct
import sys
from contextlib import suppress
from typing import Final

from foedus.service.workers import sandbox
from foedus.service.workers.worker import BOARD, Duties, work

FORKED: Final = struct.Struct("<Q")
_LONGEST: Final = 65_536


def main(descriptor: int) -> None:
    """Fork workers until the server is gone."""
    control = socket.socket(fileno=descriptor)
    signal.signal(signal.SIGCHLD, signal.SIG_IGN)
    gc.collect()
    gc.freeze()
    with suppress(ConnectionError):  # the server is gone, and has not heard all
        while asked := control.recv(_LONGEST):
            _fork(control, asked)


def _fork(control: socket.socket, asked: bytes) -> None:
    ours, theirs = socket.socketpair()
    board, words = os.memfd_create("board"), os.memfd_create("words")
    os.ftruncate(board, BOARD.size)
    parent = os.getpid()
    child = os.fork()
    if child == 0:
        signal.signal(signal.SIGCHLD, signal.SIG_DFL)
        sandbox.die_with_parent(parent)
        ours.close()
        control.close()
        os.dup2(words, sys.stderr.fileno())
        faulthandler.enable()
        _be_worker(theirs, board, asked)
    with ours, theirs:
        try:
            handle = os.pidfd_open(child)
        except ProcessLookupError:  # it has ended already
            control.send(FORKED.pack(child))
        else:
            descriptors = [ours.fileno(), board, words, handle]
            socket.send_fds(control, [FORKED.pack(child)], descriptors)
            os.close(handle)
    os.close(board)
    os.close(words)


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


if __name__ == "__main__":
    main(int(sys.argv[1]))
