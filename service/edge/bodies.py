"""Bodies that come too slowly are not waited for, and too many at once are not taken in."""

import asyncio

from starlette.types import ASGIApp, Message, Receive, Scope, Send

from foedus.service import metrics
from foedus.service.errors import BodyTooSlow, TooManyBodies


class LimitedBodies:
    """Limits the time for one body, and the memory for all that are being worked on.

    How long one may be is the concern of who reads it. An app that reads gets an error raised, and
    makes an answer of it as of any.

    Args:
        app: What reads bodies.
        seconds: From when it asks for the body of a request to the end of that.
        most: Bytes of all bodies, each until its request is answered.
    """

    def __init__(self, app: ASGIApp, seconds: float, most: int) -> None:
        self._app = app
        self._seconds = seconds
        self._most = most
        self._held = 0

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Let the app read within limits; waiting for the client to go has none."""
        if scope["type"] != "http" or scope["method"] in ("GET", "HEAD"):
            await self._app(scope, receive, send)
            return
        is_whole = False
        deadline = 0.0
        held = 0

        async def read() -> Message:
            nonlocal is_whole, deadline, held
            if is_whole:
                return await receive()
            deadline = deadline or asyncio.get_running_loop().time() + self._seconds
            try:
                async with asyncio.timeout_at(deadline):
                    message = await receive()
            except TimeoutError as error:
                metrics.REFUSED.labels("slow-body").inc()
                raise BodyTooSlow(self._seconds) from error
            size = len(message.get("body", b""))
            held += size
            self._held += size
            if self._held > self._most:
                metrics.REFUSED.labels("bodies").inc()
                raise TooManyBodies
            is_whole = not message.get("more_body", False)
            return message

        try:
            await self._app(scope, read, send)
        finally:
            self._held -= held
