"""Headers that every answer has: what a browser may do with it, and who may read it."""

from typing import Final

from starlette.types import ASGIApp, Message, Receive, Scope, Send

_EXPOSED: Final = "ETag, Foedus-Snapshot, Link, Location, Memento-Datetime, Retry-After"
_DATA_POLICY: Final = "default-src 'none'; style-src 'unsafe-inline'; frame-ancestors 'none'"
"""For what is no page of ours; drawings have styles in them. Pages bring a policy of their own."""

_ALWAYS: Final = tuple(
    (name.lower().encode(), value.encode())
    for name, value in {
        # Said whether or not a request has an Origin, so that caches need not tell them apart.
        "Access-Control-Allow-Origin": "*",
        "Access-Control-Expose-Headers": _EXPOSED,
        "Content-Security-Policy": _DATA_POLICY,
        "Cross-Origin-Resource-Policy": "cross-origin",
        "Referrer-Policy": "no-referrer",
        "X-Content-Type-Options": "nosniff",
        "X-Frame-Options": "DENY",
    }.items()
)
_PREFLIGHT: Final = (
    (b"access-control-allow-methods", b"GET, HEAD, POST"),
    (b"access-control-allow-headers", b"*"),
    (b"access-control-max-age", b"86400"),
    (b"content-length", b"0"),
)


class SafeHeaders:
    """Adds what an answer lacks of these headers, and answers preflights (Fetch, section 3.2)."""

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass a request on, unless a browser only asks whether it may send one."""
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return

        async def send_with_headers(message: Message) -> None:
            if message["type"] == "http.response.start":
                headers = message.setdefault("headers", [])
                present = {name for name, _ in headers}
                message["headers"] = [*headers, *(it for it in _ALWAYS if it[0] not in present)]
            await send(message)

        if scope["method"] == "OPTIONS" and _is_preflight(scope):
            start = {"type": "http.response.start", "status": 200, "headers": _PREFLIGHT}
            await send_with_headers(start)
            await send({"type": "http.response.body", "body": b""})
            return
        await self._app(scope, receive, send_with_headers)


def _is_preflight(scope: Scope) -> bool:
    names = {name for name, _ in scope["headers"]}
    return {b"origin", b"access-control-request-method"} <= names
