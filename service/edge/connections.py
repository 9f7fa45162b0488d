"""Connections that send nothing, or too much, before there is a request that could be refused.

uvicorn's protocol waits for headers without limit of time or size; this one does not.
"""

import asyncio
import json
import resource
from http import HTTPStatus
from typing import Any, ClassVar, Final

from uvicorn.protocols.http.httptools_impl import HttpToolsProtocol

from foedus.service import metrics, problems
from foedus.service.edge.corked import Corked
from foedus.service.settings import Settings

_TOO_MANY: Final = "Too many connections are open; try again in a few seconds."
_FILES: Final = 65_536
_HEADERS: Final = 200
_INVALID: Final = "This is no request that HTTP/1.1 knows."


class _TooLong(Exception):
    """Request line and headers are longer than this server reads."""


class Connection(HttpToolsProtocol):
    """One connection of a client, with limits."""

    most: ClassVar[int]
    longest: ClassVar[int]
    seconds: ClassVar[float]

    def __init__(self, *arguments: Any, **more: Any) -> None:  # noqa: ANN401 - as uvicorn calls it
        super().__init__(*arguments, **more)
        self.waiting_since: float | None = None
        """When it began to wait for a request; none while one is being read or answered."""
        self.url = b""
        self._unread = 0
        self._looking: asyncio.TimerHandle | None = None

    def connection_made(self, transport: Any) -> None:  # noqa: ANN401 - asyncio's or uvloop's
        """Take a connection; where there are too many, the one that idles longest has to go."""
        super().connection_made(Corked(transport, self.loop))  # type: ignore[arg-type]
        if len(self.connections) > self.most:
            idle = [it for it in self.connections if isinstance(it, Connection)]
            longest = min(idle, key=_idle_since, default=self)
            metrics.REFUSED.labels("connections").inc()
            if longest.waiting_since is None:
                self._refuse(HTTPStatus.SERVICE_UNAVAILABLE, _TOO_MANY)
                return
            longest.transport.close()
        self.waiting_since = self.loop.time()
        self._looking = self.loop.call_later(self.seconds, self._look)

    def connection_lost(self, exc: Exception | None) -> None:
        """Let go of a connection."""
        if self._looking is not None:
            self._looking.cancel()
        super().connection_lost(exc)

    def data_received(self, data: bytes) -> None:
        """Read on, but no more of headers than is allowed."""
        if self.transport.is_closing():
            return
        self._unread += len(data)
        super().data_received(data)
        if self._unread > self.longest or len(self.headers or ()) > _HEADERS:
            self._refuse_headers()

    def on_headers_complete(self) -> None:
        """Start a request, unless its headers are too long."""
        is_long = self._unread > self.longest and self._size() > self.longest
        if is_long or len(self.headers) > _HEADERS:
            raise _TooLong
        self._unread = 0
        self.waiting_since = None
        super().on_headers_complete()

    def on_body(self, body: bytes) -> None:
        """Take a piece of the body, whose length is the app's concern."""
        self._unread = 0
        super().on_body(body)

    def on_message_complete(self) -> None:
        """End the request."""
        self._unread = 0
        super().on_message_complete()

    def on_response_complete(self) -> None:
        """Wait for the next request, unless it is there already."""
        self.waiting_since = None if self.pipeline else self.loop.time()
        super().on_response_complete()

    def send_400_response(self, msg: str) -> None:
        """Refuse what the parser refuses, as every error is."""
        if self._size() > self.longest or len(self.headers or ()) > _HEADERS:
            self._refuse_headers()
        else:
            self._refuse(HTTPStatus.BAD_REQUEST, _INVALID)

    def _look(self) -> None:
        """Close the connection if it has been waiting too long; else look again."""
        now = self.loop.time()
        since = now if self.waiting_since is None else self.waiting_since
        if now - since >= self.seconds:
            metrics.REFUSED.labels("slow-headers").inc()
            self.transport.close()
        else:
            self._looking = self.loop.call_later(since + self.seconds - now, self._look)

    def _size(self) -> int:
        return len(self.url) + sum(len(name) + len(value) + 4 for name, value in self.headers or ())

    def _refuse_headers(self) -> None:
        metrics.REFUSED.labels("long-headers").inc()
        detail = (
            f"Request line and headers are longer than {self.longest:,} bytes, "
            f"or more than {_HEADERS} headers."
        )
        if len(self.url) > self.longest // 2:
            detail = f"{detail} A long query can be posted."
        self._refuse(HTTPStatus.REQUEST_HEADER_FIELDS_TOO_LARGE, detail)

    def _refuse(self, status: HTTPStatus, detail: str) -> None:
        """Answer without an app and close; an answer that has begun is only broken off."""
        is_idle = self.cycle is None or self.cycle.response_complete
        if is_idle and not self.transport.is_closing():
            body = json.dumps(problems.problem(status, detail)).encode()
            later = "retry-after: 5\r\n" if status is HTTPStatus.SERVICE_UNAVAILABLE else ""
            headers = (
                f"HTTP/1.1 {status.value} {status.phrase}\r\n"
                f"content-type: {problems.MEDIA_TYPE}\r\n"
                f"content-length: {len(body)}\r\n"
                f"{later}"
                "cache-control: no-store\r\nconnection: close\r\n\r\n"
            )
            self.transport.write(headers.encode() + body)
        self.transport.close()

    def _unsupported_upgrade_warning(self) -> None:
        """Say nothing: a request to speak another protocol may be ignored (RFC 9110, 7.8)."""


def _idle_since(connection: Connection) -> float:
    return float("inf") if connection.waiting_since is None else connection.waiting_since


def protocol(settings: Settings) -> type[Connection]:
    """Make the class that uvicorn is to make connections of."""
    limits = {
        "most": settings.connections,
        "longest": settings.max_headers,
        "seconds": settings.header_timeout,
    }
    return type("LimitedConnection", (Connection,), limits)


def allow_files() -> None:
    """Let this process open as many files as it may, within reason: each connection is one."""
    now, most = resource.getrlimit(resource.RLIMIT_NOFILE)
    wanted = _FILES if most == resource.RLIM_INFINITY else min(most, _FILES)
    if now != resource.RLIM_INFINITY and now < wanted:
        resource.setrlimit(resource.RLIMIT_NOFILE, (wanted, most))
