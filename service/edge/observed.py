"""Each request is measured, and written down in one line that has no text of the client's."""

import hashlib
import time
from functools import lru_cache
from typing import Final

from prometheus_client import Counter, Histogram
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from foedus.graph import descriptions
from foedus.graph.worlds import World
from foedus.service import metrics
from foedus.service.edge.lines import Lines
from foedus.service.problems import GONE

_METHODS: Final = frozenset({"GET", "HEAD", "POST", "PUT", "DELETE", "PATCH", "OPTIONS"})
_NOTES: Final = "foedus.notes"


class _Notes:
    """What a route tells about its request."""

    __slots__ = ("query", "route", "world")

    def __init__(self) -> None:
        self.route: str | None = None
        self.query: str | None = None
        self.world: World | None = None


def note(
    scope: Scope,
    *,
    route: str | None = None,
    query: str | None = None,
    world: World | None = None,
) -> None:
    """Tell of a request what the log should say.

    Args:
        scope: The request's.
        route: The template of its path, where no router of Starlette's has found it.
        query: Its SPARQL, of which the log gets a hash.
        world: The world it asks in, of which the log gets the key.
    """
    notes = scope.get(_NOTES)
    if notes is not None:
        notes.route = route or notes.route
        notes.query = query or notes.query
        notes.world = world or notes.world


class Observed:
    """Counts, measures and logs."""

    def __init__(self, app: ASGIApp, is_logged: bool = True) -> None:
        self._app = app
        self._lines = Lines() if is_logged else None
        self._requests: dict[tuple[str, str, int], Counter] = {}
        self._measures: dict[str, tuple[Histogram, Counter]] = {}

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Watch one request from its headers to the end of its answer."""
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        start = time.perf_counter()
        notes = scope[_NOTES] = _Notes()
        status, sent, is_whole = 0, 0, False

        async def watched(message: Message) -> None:
            nonlocal status, sent, is_whole
            if message["type"] == "http.response.body":
                sent += len(message.get("body", b""))
                is_whole = not message.get("more_body", False)
            elif message["type"] == "http.response.start":
                status = message["status"]
            await send(message)

        try:
            await self._app(scope, receive, watched)
        finally:
            seconds = time.perf_counter() - start
            self._record(scope, notes, status or GONE, sent, seconds, is_whole)

    def _record(
        self, scope: Scope, notes: _Notes, status: int, sent: int, seconds: float, is_whole: bool
    ) -> None:
        route = notes.route or str(getattr(scope.get("route"), "path", "other"))
        method: str = scope["method"] if scope["method"] in _METHODS else "other"
        key = (route, method, status)
        requests = self._requests.get(key)
        if requests is None:
            requests = self._requests[key] = metrics.REQUESTS.labels(route, method, str(status))
            self._measures[route] = (metrics.SECONDS.labels(route), metrics.SENT.labels(route))
        requests.inc()
        measure, volume = self._measures[route]
        measure.observe(seconds)
        volume.inc(sent)
        if not is_whole and status != GONE:
            metrics.BROKEN.inc()
        if self._lines is not None:
            line = f"method={method} route={route} status={status} bytes={sent}"
            self._lines.write(_line(line, seconds, notes, is_whole))


def _line(line: str, seconds: float, notes: _Notes, is_whole: bool) -> str:
    second, rest = divmod(time.time(), 1)
    line = f"time={_written(second)}.{int(rest * 1000):03}Z {line} seconds={seconds:.4f}"
    if notes.query is not None:
        digest = hashlib.sha256(notes.query.encode("utf-8", "surrogatepass")).hexdigest()
        line = f"{line} query={digest[:16]}"
    if notes.world is not None:
        line = f"{line} world={descriptions.key_of(notes.world)}"
    return line if is_whole else f"{line} broken=true"


@lru_cache(1)
def _written(second: float) -> str:
    return time.strftime("%Y-%m-%dT%H:%M:%S", time.gmtime(second))
