"""The process that jobs are forked from: it has imported and read what each of them needs.

It parses nothing that anybody sent. For each job the server hands it one end of a socket; it ends
when the server does, and its jobs with it. Run as ``python -m foedus.service.jobs.zygote FD``.
"""

import gc
import os
import select
import signal
import socket
import sys
import traceback
from collections.abc import Callable
from typing import Final

from foedus.service.jobs import frames
from foedus.service.jobs.work import needs_programs, perform, preparations
from foedus.service.workers import sandbox

_NICENESS: Final = 10
"""Queries come first, before jobs and before what is made ready for them."""


def main(control: socket.socket) -> None:
    """Fork a job for each socket that comes; in between, make ready what is not yet."""
    os.nice(_NICENESS)
    signal.signal(signal.SIGCHLD, signal.SIG_IGN)  # who dies is not waited for
    waiting = preparations()
    while True:
        if waiting and not select.select([control], [], [], 0)[0]:
            _prepare(waiting.pop(0))
            continue
        message, descriptors, _, _ = socket.recv_fds(control, 1, 1)
        if not message:
            return
        for descriptor in descriptors:
            _fork(control, descriptor)


def _prepare(work: Callable[[], object]) -> None:
    try:
        work()
    except Exception:  # a job meets it again, and tells it
        traceback.print_exc()
    gc.collect()
    gc.freeze()  # so that collecting in a job does not copy what all jobs share


def _fork(control: socket.socket, descriptor: int) -> None:
    parent = os.getpid()
    if os.fork():
        os.close(descriptor)
        return
    code = 1
    try:
        sandbox.die_with_parent(parent)
        control.close()
        with socket.socket(fileno=descriptor) as channel:
            _work(channel)
        code = 0
    except BrokenPipeError:
        pass  # nobody waits for it any more
    except BaseException:
        traceback.print_exc()
    finally:
        os._exit(code)


def _work(channel: socket.socket) -> None:
    # The server learns whom to kill before there is anything to be killed for.
    channel.sendall(frames.pack({"pid": os.getpid()}))
    asked, body = frames.take(channel)
    sandbox.be_first_to_go()
    sandbox.allow_memory(asked["memory"])
    if not needs_programs(asked["work"]):
        sandbox.leave_network()
    signal.signal(signal.SIGCHLD, signal.SIG_DFL)
    fields, payload = perform(asked["work"], asked["arguments"], body)
    if len(payload) > asked["output"]:
        fields, payload = {"failed": "output"}, b""
    channel.sendall(frames.pack(fields, payload))


if __name__ == "__main__":
    with socket.socket(fileno=int(sys.argv[1])) as inherited:
        main(inherited)
