"""Errors that no route answers become answers here."""

from starlette.requests import ClientDisconnect
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from foedus.ontology.errors import FoedusError
from foedus.service import problems


class AnsweredErrors:
    """Answers an error, unless an answer has begun: that is broken off."""

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass a request on; what nobody foresaw is raised again, for the log."""
        has_begun = False

        async def begin(message: Message) -> None:
            nonlocal has_begun
            has_begun = True
            await send(message)

        try:
            await self._app(scope, receive, begin)
        except Exception as error:
            if scope["type"] != "http":
                raise
            if not has_begun:
                await problems.answer(error)(scope, receive, send)
            if not isinstance(error, FoedusError | ClientDisconnect):
                raise
