"""Bodies that come too slowly are not waited for."""

import asyncio

from starlette.types import ASGIApp, Message, Receive, Scope, Send

from foedus.service import metrics
from foedus.service.errors import BodyTooSlow


class TimedBodies:
    """Gives each request so many seconds to send its body, from when the app asks for it.

    The app that reads gets `BodyTooSlow` raised, and makes an answer of it as of any error.
    """

    def __init__(self, app: ASGIApp, seconds: float) -> None:
        self._app = app
        self._seconds = seconds

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Let the app read with a deadline; waiting for the client to go has none."""
        if scope["type"] != "http" or scope["method"] in ("GET", "HEAD"):
            await self._app(scope, receive, send)
            return
        is_whole = False
        deadline = 0.0

        async def read() -> Message:
            nonlocal is_whole, deadline
            if is_whole:
                return await receive()
            deadline = deadline or asyncio.get_running_loop().time() + self._seconds
            try:
                async with asyncio.timeout_at(deadline):
                    message = await receive()
            except TimeoutError as error:
                metrics.REFUSED.labels("slow-body").inc()
                raise BodyTooSlow(self._seconds) from error
            is_whole = not message.get("more_body", False)
            return message

        await self._app(scope, read, send)
