"""The server's side of jobs: places, deadlines, and the end of those that overrun."""

import asyncio
import logging
import os
import signal
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass
from typing import Any, Final

from foedus.service.errors import Busy, JobDied, JobOverran, ReportTooLong
from foedus.service.jobs import frames
from foedus.service.jobs.nursery import Nursery
from foedus.service.metrics import JOBS, JOBS_RUNNING, KILLED

logger = logging.getLogger(__name__)

_BIRTH: Final = 60.0
"""How many seconds a job may take to be there: the first ones wait until all is imported."""
_LINE: Final = 1_048_576


@dataclass(frozen=True)
class Limits:
    """What jobs of one kind may take.

    Attributes:
        seconds: Of time, once a job is there.
        memory: Of address space, in bytes.
        output: Of its answer, in bytes.
        at_once: How many run.
        waiting: How many wait for one that runs.
        patience: How many seconds they wait.
    """

    seconds: float
    memory: int
    output: int = 16 * 1024**2
    at_once: int = 1
    waiting: int = 16
    patience: float = 30.0


@dataclass(frozen=True)
class Done:
    """What a job gave back: plain values, and bytes."""

    fields: Mapping[str, Any]
    payload: bytes


class Jobs:
    """Jobs of one kind: each gets a process, when there is a place for it."""

    def __init__(self, kind: str, nursery: Nursery, limits: Limits) -> None:
        self._kind = kind
        self._nursery = nursery
        self._limits = limits
        self._places = asyncio.Semaphore(limits.at_once)
        self._waiting = 0

    async def run(self, work: str, arguments: Mapping[str, Any], body: bytes = b"") -> Done:
        """Let a process do the work of that name (``work.py``); it is killed on cancellation.

        Raises:
            FoedusError: what the work raised.
            Busy: no place became free.
            JobOverran, JobDied: it took too long, or ended without an answer.
            ReportTooLong: its answer is longer than allowed.
        """
        outcome = "refused"
        try:
            async with self._place(), self._running():
                outcome = "failed"
                done = await self._run(work, arguments, body)
            outcome = "done"
            return done
        except asyncio.CancelledError:
            outcome = "given up"
            raise
        finally:
            JOBS.labels(self._kind, outcome).inc()

    @asynccontextmanager
    async def _place(self) -> AsyncIterator[None]:
        if self._places.locked() and self._waiting >= self._limits.waiting:
            raise Busy
        self._waiting += 1
        try:
            await asyncio.wait_for(self._places.acquire(), self._limits.patience)
        except TimeoutError as error:
            raise Busy from error
        finally:
            self._waiting -= 1
        try:
            yield
        finally:
            self._places.release()

    @asynccontextmanager
    async def _running(self) -> AsyncIterator[None]:
        JOBS_RUNNING.inc()
        try:
            yield
        finally:
            JOBS_RUNNING.dec()

    async def _run(self, work: str, arguments: Mapping[str, Any], body: bytes) -> Done:
        limits = self._limits
        try:
            ours = self._nursery.fork()
        except OSError as error:
            raise JobDied from error
        reader, writer = await asyncio.open_unix_connection(sock=ours, limit=_LINE)
        handle: int | None = None
        try:
            async with asyncio.timeout(_BIRTH):
                born, _ = await frames.receive(reader, 0)
            handle = os.pidfd_open(born["pid"])
            asked = {"work": work, "arguments": dict(arguments)}
            bounds = {"memory": limits.memory, "output": limits.output}
            async with asyncio.timeout(limits.seconds):
                writer.write(frames.pack({**asked, **bounds}, body))
                await writer.drain()
                fields, payload = await frames.receive(reader, limits.output)
        except TimeoutError as error:
            KILLED["deadline"].inc()
            raise JobOverran(limits.seconds) from error
        except (EOFError, OSError, ValueError) as error:
            KILLED["crash"].inc()
            logger.error("job died kind=%s work=%s", self._kind, work)
            raise JobDied from error
        except asyncio.CancelledError:
            KILLED["client-gone"].inc()
            raise
        finally:
            writer.transport.abort()
            if handle is not None:
                with suppress(ProcessLookupError):
                    signal.pidfd_send_signal(handle, signal.SIGKILL)
                os.close(handle)
        return _result(fields, payload, limits)


def _result(fields: dict[str, Any], payload: bytes, limits: Limits) -> Done:
    failed = fields.get("failed")
    if failed == "output":
        raise ReportTooLong(limits.output)
    if failed == "memory":
        KILLED["memory"].inc()
        raise JobDied
    if failed is not None:
        from foedus.service.jobs.failures import restored

        raise restored(failed, fields.get("told", []))
    return Done(fields, payload)
