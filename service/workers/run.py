"""A job on its way: where it is, what has come of it, and what its reader has taken."""

import asyncio
import time
from collections import deque
from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from foedus.ontology.errors import FoedusError
from foedus.service.workers.frames import Job

if TYPE_CHECKING:
    from foedus.service.workers.hand import Hand

_HIGH: Final = 512 << 10
_LOW: Final = 128 << 10
"""How many bytes wait for the reader before the worker waits too, and until it goes on."""


@dataclass(frozen=True)
class Outcome:
    """What has come of a job that did not fail so far.

    Attributes:
        form: ``solutions``, ``boolean`` or ``graph``.
        coding: The content coding of the body; none where it is as it is.
        body: All of it, or where it is long its pieces as they come. If that raises the result is
            not whole, whatever came before. Who does not read it to the end must close it.
    """

    form: str
    coding: str | None
    body: "bytes | Pieces"


class Pieces:
    """A long result, piece by piece.

    Attributes:
        patience: For how many seconds its reader may take nothing.
    """

    def __init__(self, run: "Run", patience: float, stop: Callable[[], None]) -> None:
        self.patience = patience
        self._run = run
        self._stop = stop

    def __aiter__(self) -> "Pieces":
        return self

    async def __anext__(self) -> bytes:
        piece = await self._run.next()
        if piece is None:
            raise StopAsyncIteration
        return piece

    def close(self) -> None:
        """Stop what makes it, unless that is done."""
        self._stop()


class Run:
    """One job; all of it happens in the event loop.

    Attributes:
        number: Of this attempt.
        hand: The worker that has it, if one has.
        started: When it became the first of its worker (`time.monotonic`).
        counted: What its worker had used of a processor when that was first asked.
        deadline: When it has run for too long.
        has_place: Whether it has a place in the slow lane.
        begun: Whether its reader has been told that it begins.
    """

    def __init__(self, job: Job, seconds: float, loop: asyncio.AbstractEventLoop) -> None:
        self.job = job
        self.seconds = seconds
        self.born = self.started = time.monotonic()
        self.deadline = self.born + seconds
        self.number = 0
        self.hand: Hand | None = None
        self.has_place = False
        self.begun = False
        self.is_over = False
        self.form = ""
        self.coding: str | None = None
        self.held = 0
        self.first: asyncio.Future[None] = loop.create_future()
        self._pieces: deque[bytes] = deque()
        self._error: FoedusError | None = None
        self._more: asyncio.Future[None] | None = None
        self._paused_at = 0.0
        self.counted: float | None = None

    @property
    def is_paused(self) -> bool:
        """Tell whether the worker waits for the reader."""
        return self._paused_at > 0

    def forget(self) -> None:
        """Forget what has come, because it will come again."""
        self._pieces.clear()
        self.held = 0
        self.hand = None
        self._paused_at = 0.0
        self.counted = None

    def take(self, piece: bytes) -> None:
        """Take a piece of the result."""
        self._pieces.append(piece)
        self.held += len(piece)
        if self.begun:
            self._wake()
            if self.held > _HIGH:
                self.pause()

    def begin(self) -> None:
        """Tell the reader that it begins, and that there is more to come."""
        self.begun = True
        self.resume()
        if not self.first.done():
            self.first.set_result(None)

    def finish(self, error: FoedusError | None = None) -> None:
        """Tell the reader that this is all, or why it is not."""
        if self.is_over:
            return
        self.is_over = True
        self._error = error
        if self.begun:
            self._wake()
        elif not self.first.done():
            self.first.set_result(None)

    def pause(self) -> None:
        """Let the worker wait; that time does not count."""
        if self.hand and not self._paused_at:
            self._paused_at = time.monotonic()
            self.hand.pause()

    def resume(self) -> None:
        """Let the worker go on."""
        if self.hand and self._paused_at:
            self.deadline += time.monotonic() - self._paused_at
            self._paused_at = 0.0
            self.hand.resume()

    def whole(self) -> bytes:
        """Give all of the result; raises what went wrong."""
        if self._error:
            raise self._error
        return self._pieces[0] if len(self._pieces) == 1 else b"".join(self._pieces)

    async def next(self) -> bytes | None:
        """Wait for the next piece; none at the end; raises what went wrong."""
        while not self._pieces:
            if self._error:
                raise self._error
            if self.is_over:
                return None
            self._more = asyncio.get_running_loop().create_future()
            await self._more
        piece = self._pieces.popleft()
        self.held -= len(piece)
        if self.held < _LOW:
            self.resume()
        return piece

    def _wake(self) -> None:
        if self._more and not self._more.done():
            self._more.set_result(None)
