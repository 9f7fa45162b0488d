"""The server's side of a worker: the jobs that it has, and what it sends."""

import asyncio
import json
import signal
import time
from collections import deque
from contextlib import suppress
from pathlib import Path
from resource import getpagesize
from typing import Final, Protocol, cast

from foedus.ontology.errors import FoedusError
from foedus.service.diagnosis import syntax_error
from foedus.service.engine import Form
from foedus.service.errors import (
    BadRequest,
    MemoryExceeded,
    NotAcceptable,
    QueryCrashed,
    ResultTooLong,
    StoreUnreadable,
    query_failed,
)
from foedus.service.negotiate import offered
from foedus.service.workers.frames import FrameReader, Job, Kind, Verb, ask, renew, tell
from foedus.service.workers.nursery import Newborn
from foedus.service.workers.run import Run
from foedus.service.workers.turns import give_way, keep_aside
from foedus.service.workers.worker import BOARD, SKIPPED

_PAGE: Final = getpagesize()


def _processor_clock(pid: int) -> int:
    """Give the clock of what a process has used (`clock_getcpuclockid`, which Python lacks)."""
    return (~pid << 3) | 2


class Overseer(Protocol):
    """Is told what becomes of a worker and of its first job."""

    def is_ready(self, hand: "Hand") -> None:
        """Hear that it waits for jobs."""
        ...

    def has_grown(self, run: Run) -> None:
        """Hear that more of a result has come."""
        ...

    def is_done(self, hand: "Hand", run: Run) -> None:
        """Hear that its first job is done, well or not."""
        ...

    def is_lost(self, hand: "Hand") -> None:
        """Hear that it is gone, though nobody ended it."""
        ...


class Hand(asyncio.Protocol):
    """A worker, as the pool has it at hand.

    Attributes:
        runs: Its jobs, the one that it is at first.
        is_slow: Whether it is in the slow lane.
        is_gone: Whether it was ended, or ended itself.
    """

    def __init__(self, newborn: Newborn, overseer: Overseer, memory: int, result: int) -> None:
        self.newborn = newborn
        self.runs: deque[Run] = deque()
        self.is_slow = False
        self.is_gone = False
        self._thread = 0
        self._is_aside = False
        self._is_ended = False
        self._overseer = overseer
        self._memory = memory
        self._result = result
        self._reader = FrameReader()
        self._transport: asyncio.Transport | None = None
        self._loop = asyncio.get_running_loop()
        self._outbox = bytearray()

    async def connect(self) -> None:
        """Begin to hear it; one that was ended meanwhile has nothing to say."""
        with suppress(OSError, ValueError):
            await self._loop.create_unix_connection(lambda: self, sock=self.newborn.connection)

    def give(self, run: Run, number: int) -> None:
        """Give it a job, behind those that it has."""
        run.number, run.hand, run.started = number, self, time.monotonic()
        self.runs.append(run)
        self._write(ask(number, run.job))

    def open(self, store: str) -> None:
        """Have it open a store."""
        self._write(tell(Verb.OPEN, store))

    def drop(self, store: str) -> None:
        """Have it close a store."""
        self._write(tell(Verb.DROP, store))

    def _write(self, request: bytes) -> None:
        """Send what is asked in this turn of the loop at once: each time wakes the worker."""
        if not self._outbox:
            self._loop.call_soon(self._flush)
        self._outbox += request

    def _flush(self) -> None:
        if self._transport and not self.is_gone:
            self._transport.write(bytes(self._outbox))
        self._outbox.clear()

    def take_back(self) -> list[Run] | None:
        """Take back all jobs but the first; none where it may be at another by now."""
        first = self.runs[0]
        if self._current() != first.number:
            return []  # the first one is done, and tells so next
        back = [run for run in self.runs if run is not first]
        SKIPPED.pack_into(self.newborn.board, 0, back[-1].number)
        if self._current() != first.number:
            return None
        self.runs = deque([first])
        return back

    def _current(self) -> int:
        current: int = BOARD.unpack_from(self.newborn.board, 0)[1]
        return current

    def used(self) -> float:
        """Tell how many seconds of a processor its first job has had since this was first asked."""
        run = self.runs[0]
        with suppress(OSError):  # it is gone, and tells so next
            now = time.clock_gettime(_processor_clock(self.newborn.pid))
            if run.counted is None:
                run.counted = now
            return now - run.counted
        return 0.0

    def slow_down(self) -> None:
        """Move it to the slow lane."""
        self.is_slow = True
        if self._is_its():
            give_way(self._thread)

    def keep_aside(self) -> None:
        """Leave it one processor only."""
        if not self._is_aside and self._is_its():
            self._is_aside = True
            keep_aside(self._thread)

    def stand_still(self) -> None:
        """Have it do nothing until it may `go_on`."""
        self.newborn.send_signal(signal.SIGSTOP)

    def go_on(self) -> None:
        """Let it work again."""
        self.newborn.send_signal(signal.SIGCONT)

    def renew(self) -> None:
        """Have it come back from the slow lane; it is ready again when it says so."""
        self.is_slow = self._is_aside = False
        self._write(renew())

    def memory(self) -> int:
        """Tell how many bytes it has that are not of files."""
        with suppress(OSError, ValueError):
            pages = Path(f"/proc/{self.newborn.pid}/statm").read_text(encoding="ascii").split()
            return (int(pages[1]) - int(pages[2])) * _PAGE
        return 0

    def _is_its(self) -> bool:
        """Tell whether the thread that it has named is one of its own."""
        return Path(f"/proc/{self.newborn.pid}/task/{self._thread}").exists()

    def pause(self) -> None:
        """Take nothing from it until `resume`."""
        if self._transport and not self.is_gone:
            self._transport.pause_reading()

    def resume(self) -> None:
        """Take what it sends."""
        if self._transport and not self.is_gone:
            self._transport.resume_reading()

    def end(self) -> None:
        """End it at once, and let go of it; once is enough."""
        if not self._is_ended:
            self.is_gone = self._is_ended = True
            self.newborn.send_signal(signal.SIGKILL)
            if self._transport:
                self._transport.abort()
            self.newborn.close()

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        """Begin."""
        self._transport = cast(asyncio.Transport, transport)  # uvloop's is one by its methods only

    def data_received(self, data: bytes) -> None:
        """Hear it out."""
        for kind, number, content in self._reader.read(data):
            if kind == Kind.READY:
                self._thread = number
                self._overseer.is_ready(self)
                continue
            run = self.runs[0] if self.runs else None
            if run is None or run.number != number:
                continue  # it was taken back
            if kind == Kind.DATA:
                if not run.is_over:
                    run.take(content)
                    self._overseer.has_grown(run)
            elif kind == Kind.BEGIN:
                run.form, _, coding = content.decode().partition(" ")
                run.coding = coding or None
            else:
                self.runs.popleft()
                if self.runs:
                    self.runs[0].started = time.monotonic()
                run.finish(self._error(content, run.job) if kind == Kind.ERROR else None)
                self._overseer.is_done(self, run)

    def connection_lost(self, exc: Exception | None) -> None:
        """Hear that it is gone."""
        if not self.is_gone:
            self.is_gone = True
            self._overseer.is_lost(self)

    def _error(self, content: bytes, job: Job) -> FoedusError:
        kind, message = json.loads(content)
        if kind == "syntax":
            return syntax_error(job.text, message)
        if kind == "unacceptable":
            return NotAcceptable(f"An answer of form {message}", offered(Form(message)))
        if kind == "size":
            return ResultTooLong(self._result)
        if kind == "memory":
            return MemoryExceeded(self._memory)
        if kind == "graph":
            return BadRequest(f"a graph of the dataset is not named by an IRI: {message}")
        if kind == "store":
            return StoreUnreadable(message)
        return query_failed(message) if kind == "failed" else QueryCrashed()
