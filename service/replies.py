"""Send an answer so that a part of it can never be taken for the whole.

What is whole has a length. A long one comes in chunks, and one that fails in the middle breaks off
without the last chunk (RFC 9112, section 8). A client of HTTP/1.0, which knows no chunks, gets it
all with its length, or an error.
"""

import asyncio
import logging
import tempfile
from collections.abc import Mapping
from typing import IO, Final

from starlette.responses import Response
from starlette.types import Receive, Scope, Send

from foedus.ontology.errors import FoedusError
from foedus.service import metrics
from foedus.service.engine import Answer, Body

logger = logging.getLogger(__name__)

_PIECE: Final = 1 << 18
_IN_MEMORY: Final = 1 << 20


class Reply(Response):
    """A response with an answer; costs little where the answer is short."""

    def __init__(self, answer: Answer, headers: Mapping[str, str], status: int = 200) -> None:
        self.status_code = status
        self.background = None
        self.body = b""
        self._answer = answer.body
        self.raw_headers = [
            (name.lower().encode("latin-1"), value.encode("latin-1"))
            for name, value in headers.items()
        ]

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Send it."""
        if isinstance(self._answer, bytes):
            await self._start(send, len(self._answer))
            await send({"type": "http.response.body", "body": self._answer})
            return
        try:
            if scope["method"] == "HEAD":
                await self._start(send)
                await send({"type": "http.response.body", "body": b""})
            elif scope["http_version"] == "1.0":
                await self._send_whole(self._answer, send)
            else:
                await self._send_pieces(self._answer, send)
        finally:
            self._answer.close()

    async def _start(self, send: Send, length: int | None = None) -> None:
        headers = self.raw_headers
        if length is not None:
            headers = [*headers, (b"content-length", b"%d" % length)]
        await send({"type": "http.response.start", "status": self.status_code, "headers": headers})

    async def _send_pieces(self, body: Body, send: Send) -> None:
        """Send pieces as they come; without the last one if there is an error."""
        await self._start(send)
        try:
            async for piece in body:
                async with asyncio.timeout(body.patience):
                    await send({"type": "http.response.body", "body": piece, "more_body": True})
        except FoedusError as error:
            logger.warning("broken off: %s", error)
            return
        except TimeoutError:
            metrics.KILLED["stalled"].inc()
            logger.warning("broken off: the client takes nothing")
            return
        await send({"type": "http.response.body", "body": b""})

    async def _send_whole(self, body: Body, send: Send) -> None:
        """Put all of it into a file first, which has no name; an error is still a clean one."""
        with tempfile.SpooledTemporaryFile(_IN_MEMORY) as file:
            length = 0
            async for piece in body:
                length += len(piece)
                await asyncio.to_thread(file.write, piece)
            file.seek(0)
            await self._start(send, length)
            await _send_file(file, send, body.patience)


async def _send_file(file: IO[bytes], send: Send, patience: float) -> None:
    while piece := await asyncio.to_thread(file.read, _PIECE):
        try:
            async with asyncio.timeout(patience):
                await send({"type": "http.response.body", "body": piece, "more_body": True})
        except TimeoutError:
            logger.warning("broken off: the client takes nothing")
            return
    await send({"type": "http.response.body", "body": b""})
