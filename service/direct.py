"""Routes that are found without a router, and whose work stops when their client goes away.

They are the ones that ask the engine. The app behind has them too, for its description and for the
methods that they do not take.
"""

import asyncio
from collections.abc import Awaitable, Callable, Mapping
from typing import Final

from starlette.requests import Request
from starlette.responses import Response
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from foedus.service.edge import note

Handler = Callable[[Request], Awaitable[Response]]

_SOON: Final = 0.05
"""After how many seconds it is looked whether the client is still there: most are answered by then,
and need not pay for it."""
_METHODS: Final = frozenset({"GET", "HEAD", "POST"})


class Direct:
    """Answers at some paths, and leaves all others to ``app``.

    Args:
        app: What answers elsewhere.
        handlers: By path; a path may have one part in braces, which is a parameter.
    """

    def __init__(self, app: ASGIApp, handlers: Mapping[str, Handler]) -> None:
        self._app = app
        self._exact = {path: handler for path, handler in handlers.items() if "{" not in path}
        self._patterns = [
            (path.partition("{")[0], path.partition("}")[2], path, handler)
            for path, handler in handlers.items()
            if "{" in path
        ]

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer, or leave it to the app."""
        if scope["type"] != "http" or scope["method"] not in _METHODS:
            await self._app(scope, receive, send)
            return
        path = scope["path"]
        handler = self._exact.get(path)
        if handler:
            await _answer(handler, path, scope, receive, send)
            return
        for before, behind, template, handler in self._patterns:
            if path.startswith(before) and path.endswith(behind):
                value = path[len(before) : len(path) - len(behind)]
                if value and "/" not in value:
                    name = template[len(before) + 1 : len(template) - len(behind) - 1]
                    scope["path_params"] = {name: value}
                    await _answer(handler, template, scope, receive, send)
                    return
        await self._app(scope, receive, send)


async def _answer(handler: Handler, route: str, scope: Scope, receive: Receive, send: Send) -> None:
    note(scope, route=route)
    client = _Client(scope, receive)
    try:
        response = await handler(Request(scope, client.receive))
        await response(scope, client.receive, send)
    except asyncio.CancelledError:
        if not client.is_gone:
            raise
        client.task.uncancel()
    finally:
        client.leave()


class _Client:
    """Waits for the client to go, and then cancels the task that works for it."""

    def __init__(self, scope: Scope, receive: Receive) -> None:
        task = asyncio.current_task()
        assert task
        self.task = task
        self.is_gone = False
        self._receive = receive
        self._has_asked = scope["method"] != "POST"
        self._loop = task.get_loop()
        self._timer = self._loop.call_later(_SOON, self._look)
        self._looking: asyncio.Task[None] | None = None

    async def receive(self) -> Message:
        """Receive for the handler."""
        message = await self._receive()
        if message["type"] == "http.request" and not message.get("more_body", False):
            self._has_asked = True
        return message

    def leave(self) -> None:
        """Look no more."""
        self._timer.cancel()
        if self._looking:
            self._looking.cancel()

    def _look(self) -> None:
        if self._has_asked:
            self._looking = self._loop.create_task(self._wait())
        else:
            self._timer = self._loop.call_later(_SOON, self._look)

    async def _wait(self) -> None:
        while (await self._receive())["type"] != "http.disconnect":
            pass
        self.is_gone = True
        self.task.cancel()
