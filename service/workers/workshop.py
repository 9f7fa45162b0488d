"""The server's side of the maker: ask it, end it when it overruns, and have another one."""

import asyncio
import os
import signal
import socket
import subprocess
import sys
from typing import Any, Final

from foedus.ontology.errors import FoedusError
from foedus.service import metrics
from foedus.service.errors import Busy, MemoryExceeded, QueryCrashed, TimeExceeded
from foedus.service.limits import Limits
from foedus.service.workers import messages

_SHARE: Final = 4
"""How many times the memory of a query the maker may take: it has a whole graph at hand."""
_GRACE: Final = 1.0
"""For how many seconds it goes on with what nobody waits for any more."""


class Workshop:
    """A maker, which is there again soon after it was ended.

    It does one thing after the other. What it has done last is not lost but for what it has open.
    """

    def __init__(self, limits: Limits) -> None:
        self._limits = limits
        self._process: subprocess.Popen[bytes] | None = None
        self._connection: socket.socket | None = None
        self._reader: asyncio.StreamReader | None = None
        self._writer: asyncio.StreamWriter | None = None
        self._turn = asyncio.Lock()
        self._waiting = 0
        self._tasks: set[asyncio.Task[Any]] = set()

    def start(self) -> None:
        """Start a maker, unless there is one."""
        if self._process is not None:
            return
        ours, theirs = socket.socketpair()
        with theirs:
            memory = self._limits.memory * _SHARE
            numbers = [str(number) for number in (theirs.fileno(), os.getpid(), memory)]
            self._process = subprocess.Popen(
                [sys.executable, "-P", "-m", "foedus.service.workers.maker", *numbers],
                pass_fds=[theirs.fileno()],
                stdin=subprocess.DEVNULL,
                process_group=0,
            )
        self._connection = ours

    async def stop(self) -> None:
        """End the maker."""
        for task in self._tasks:
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)
        self._end()

    async def ask(self, verb: str, *values: object) -> Any:  # noqa: ANN401
        """Ask the maker; what nobody waits for any more ends soon.

        Raises:
            FoedusError: what the maker raised.
            Busy: too many wait for it.
            TimeExceeded, MemoryExceeded, QueryCrashed: it was ended, or came to an end.
        """
        if self._waiting > self._limits.queue:
            raise Busy
        task = asyncio.get_running_loop().create_task(self._in_turn(verb, *values))
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)
        try:
            return await asyncio.shield(task)
        except asyncio.CancelledError:
            asyncio.get_running_loop().call_later(_GRACE, task.cancel)
            task.add_done_callback(_forget)
            raise

    async def _in_turn(self, verb: str, *values: object) -> Any:  # noqa: ANN401
        self._waiting += 1
        try:
            async with self._turn:
                return await self._ask(messages.request(verb, *values))
        finally:
            self._waiting -= 1

    async def _ask(self, request: bytes) -> Any:  # noqa: ANN401
        try:
            async with asyncio.timeout(self._limits.seconds):
                answer = await self._exchange(request)
        except TimeoutError as error:
            metrics.KILLED["deadline"].inc()
            self._end()
            self.start()
            raise TimeExceeded(self._limits.seconds) from error
        except (asyncio.IncompleteReadError, ConnectionError) as error:
            cause = self._cause()
            self._end()
            self.start()
            raise cause from error
        except asyncio.CancelledError:
            metrics.KILLED["client-gone"].inc()
            self._end()
            raise
        return messages.read(answer)

    async def _exchange(self, request: bytes) -> bytes:
        self.start()
        if self._reader is None or self._writer is None:
            self._reader, self._writer = await asyncio.open_unix_connection(sock=self._connection)
        self._writer.write(request)
        await self._writer.drain()
        (length,) = messages.LENGTH.unpack(await self._reader.readexactly(messages.LENGTH.size))
        return await self._reader.readexactly(length)

    def _cause(self) -> FoedusError:
        """Find out why the maker came to an end."""
        assert self._process
        try:
            code = self._process.wait(1)
        except subprocess.TimeoutExpired:
            code = 0
        is_memory = code in (-signal.SIGABRT, -signal.SIGKILL)
        metrics.KILLED["memory" if is_memory else "crash"].inc()
        return MemoryExceeded(self._limits.memory * _SHARE) if is_memory else QueryCrashed()

    def _end(self) -> None:
        if self._process:
            self._process.kill()
            self._process.wait()
            self._process = None
        if self._writer:
            self._writer.transport.abort()
        elif self._connection:
            self._connection.close()
        self._connection = self._reader = self._writer = None


def _forget(task: asyncio.Task[Any]) -> None:
    """Let nobody wonder about an error that nobody waits for."""
    if not task.cancelled():
        task.exception()
