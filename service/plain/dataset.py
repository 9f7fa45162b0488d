"""A dataset that is read and written: its writer, and the copies that readers read.

A read that follows a write makes a copy first. A copy is linked to the store's files, so it costs
milliseconds, and it is made even while an update runs. Nobody reads what the writer has open, so no
update makes a reader wait, and none that is killed leaves anything half done.
"""

import asyncio
import logging
import pickle
import secrets
import shutil
import signal
import socket
import subprocess
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import Final

from foedus.ontology.errors import InputRefused
from foedus.service.errors import (
    Busy,
    MemoryExceeded,
    QueryCrashed,
    StoreUnreadable,
    TimeExceeded,
)
from foedus.service.limits import Limits
from foedus.service.plain.messages import HEADER, Copy, Failed, Job, Result, heard, pack
from foedus.service.workers.worlds import Loan

logger = logging.getLogger(__name__)

_COPIES: Final = ".copies"
_PATIENCE: Final = 30.0
"""For how many seconds a copy may take, or a store to be opened."""


@dataclass
class _Process:
    """The writer that runs now; its two channels each have one job at a time."""

    process: subprocess.Popen[bytes]
    jobs: socket.socket
    copies: socket.socket

    def end(self) -> int:
        """Kill it; gives its exit code."""
        self.process.kill()
        code = self.process.wait()
        for channel in (self.jobs, self.copies):
            channel.close()
        assert self.process.stdin
        self.process.stdin.close()
        return code


@dataclass
class _Copied:
    """A copy, and how many read it."""

    path: Path
    readers: int = 0


class Dataset:
    """An Oxigraph store in a folder, which is made if there is none.

    Attributes:
        forget: Is told the folder of a copy before that is removed.
    """

    def __init__(self, folder: Path, limits: Limits, has_network: bool = False) -> None:
        self._folder = folder
        self._limits = limits
        self._has_network = has_network
        self._copies = folder / _COPIES
        self._running: _Process | None = None
        self._writing = asyncio.Lock()
        self._copying = asyncio.Lock()
        self._waiting = 0
        self._waking: asyncio.Future[None] | None = None
        self._written = 0
        self._read = -1
        self._made: list[_Copied] = []
        self._nonce = secrets.token_hex(8)
        self.forget: Callable[[str], None] = lambda path: None

    def open(self) -> None:
        """Start the writer.

        Raises:
            InputRefused: the folder is no store and not empty, or another has it open.
        """
        is_store = (self._folder / "CURRENT").is_file()
        try:
            self._folder.mkdir(parents=True, exist_ok=True)
            if not is_store and any(self._folder.iterdir()):
                raise InputRefused("this folder is neither empty nor a store", str(self._folder))
            self._running = self._start()
            shutil.rmtree(self._copies, ignore_errors=True)
            self._copies.mkdir()
        except OSError as error:
            raise InputRefused(error.strerror or str(error), str(self._folder)) from error

    def close(self) -> None:
        """End the writer and remove the copies."""
        if self._running:
            self._running.end()
            self._running = None
        shutil.rmtree(self._copies, ignore_errors=True)

    async def write(self, job: Job) -> Result:
        """Have a job done, to its end even if nobody waits for it any more.

        Raises:
            TimeExceeded, MemoryExceeded, QueryCrashed: it was stopped; nothing of it was done.
            Busy: too many wait.
        """
        if self._waiting >= self._limits.queue:
            raise Busy
        return await asyncio.shield(asyncio.ensure_future(self._write(job)))

    @property
    def state(self) -> str:
        """Name what has been written so far; each write, done or not, makes another state."""
        return f"{self._nonce}{self._written:x}"

    async def borrow(self) -> Loan:
        """Give a copy of all that has been written."""
        async with self._copying:
            if self._read != self._written or not self._made:
                await self._copy()
            made = self._made[-1]
            made.readers += 1
            return Loan(str(made.path), partial(self._give_back, made))

    def _give_back(self, made: _Copied) -> None:
        made.readers -= 1
        self._sweep()

    async def _write(self, job: Job) -> Result:
        self._waiting += 1
        try:
            async with self._writing:
                running = await self._current()
                try:
                    return await _ask(running.jobs, job, self._limits.seconds)
                except TimeoutError as error:
                    self._end(running)
                    raise TimeExceeded(self._limits.seconds) from error
                except OSError as error:
                    if self._end(running) in (-signal.SIGABRT, -signal.SIGKILL):
                        raise MemoryExceeded(self._limits.memory) from error
                    raise QueryCrashed from error
                finally:
                    self._written += 1
                    self._wake()
        finally:
            self._waiting -= 1

    async def _copy(self) -> None:
        """Make a copy; once more if the writer was ended meanwhile, which an update can cause."""
        made = _Copied(self._copies / secrets.token_hex(8))
        for _ in range(2):
            written = self._written
            running = self._running
            if running is None:
                async with self._writing:
                    running = await self._current()
            try:
                result = await _ask(running.copies, Copy(str(made.path)), _PATIENCE)
            except OSError as error:
                logger.warning("copy failed error=%r", error)
                self._end(running)
                shutil.rmtree(made.path, ignore_errors=True)
                continue
            if not isinstance(result, Failed):
                self._made.append(made)
                self._read = written
                self._sweep()
                return
            logger.error("copy failed reason=%s", result.reason)
        raise StoreUnreadable("no copy of the store can be made")

    async def _current(self) -> _Process:
        """Give the writer; starts one if there is none. Only who holds ``_writing`` may ask."""
        if self._running is None:
            try:
                self._running = await asyncio.to_thread(self._start)
            except InputRefused as error:
                logger.error("no writer reason=%s", error)
                raise StoreUnreadable(error.reason) from error
        return self._running

    def _end(self, running: _Process) -> int:
        code = running.end()
        if self._running is running:
            self._running = None
            logger.warning("writer ended code=%s", code)
        return code

    def _wake(self) -> None:
        """Start the next writer before anybody asks for it."""

        async def wake() -> None:
            with suppress(StoreUnreadable):
                async with self._writing:
                    await self._current()

        if self._running is None:
            self._waking = asyncio.ensure_future(wake())

    def _sweep(self) -> None:
        for made in self._made[:-1]:
            if not made.readers:
                self._made.remove(made)
                self.forget(str(made.path))
                shutil.rmtree(made.path, ignore_errors=True)

    def _start(self) -> _Process:
        with _ends() as (jobs, job_end), _ends() as (copies, copy_end):
            numbers = [job_end.fileno(), copy_end.fileno()]
            process = subprocess.Popen(
                [
                    sys.executable,
                    "-m",
                    "foedus.service.plain.writer",
                    str(self._folder),
                    str(self._limits.memory),
                    str(int(self._has_network)),
                    *map(str, numbers),
                ],
                stdin=subprocess.PIPE,
                pass_fds=numbers,
            )
        started = _Process(process, jobs, copies)
        try:
            jobs.settimeout(_PATIENCE)
            result = _received(jobs)
        except OSError as error:
            started.end()
            raise InputRefused("the store does not open", str(self._folder)) from error
        if isinstance(result, Failed):
            started.end()
            raise InputRefused(f"the store does not open: {result.reason}", str(self._folder))
        for channel in (jobs, copies):
            channel.setblocking(False)
        return started


@contextmanager
def _ends() -> Iterator[tuple[socket.socket, socket.socket]]:
    ours, theirs = socket.socketpair()
    with theirs:
        yield ours, theirs


async def _ask(channel: socket.socket, job: Job, seconds: float) -> Result:
    """Send a job and wait for its result; raises ``OSError`` if the other end goes away."""
    loop = asyncio.get_running_loop()

    async def exactly(length: int) -> bytes:
        received = bytearray()
        while len(received) < length:
            piece = await loop.sock_recv(channel, length - len(received))
            if not piece:
                raise ConnectionResetError
            received += piece
        return bytes(received)

    async with asyncio.timeout(seconds):
        await loop.sock_sendall(channel, pack(pickle.dumps(job)))
        (length,) = HEADER.unpack(await exactly(HEADER.size))
        return heard(await exactly(length))


def _received(channel: socket.socket) -> Result:
    """Wait for the first result of a process that has just been started."""
    with channel.makefile("rb") as file:
        header = file.read(HEADER.size)
        if len(header) < HEADER.size:
            raise ConnectionResetError
        return heard(file.read(*HEADER.unpack(header)))
