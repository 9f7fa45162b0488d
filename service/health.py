"""``/health`` and ``/metrics``: cheap, and never behind the queries that wait."""

import asyncio
import json
import time
from contextlib import suppress
from typing import Final

from starlette.requests import Request
from starlette.responses import Response

from foedus.service import metrics
from foedus.service.engine import Engine
from foedus.service.errors import NotReady, TryLater

_START: Final = 4.0
_PAUSE: Final = 0.05
_PATIENCE: Final = 1.0
"""Seconds that a snapshot may take to be counted, which is done once."""


class Health:
    """The routes, on an engine."""

    def __init__(self, engine: Engine) -> None:
        self._engine = engine

    async def live(self, request: Request) -> Response:
        """Say that requests are taken, whatever the state of the graph."""
        return _respond({"status": "ok"})

    async def ready(self, request: Request) -> Response:
        """Say which snapshot answers; its size is left out where counting would have to wait.

        Raises:
            NoSnapshot: nothing has been built yet.
            NotReady: nobody is there who could answer.
        """
        document: dict[str, str | int] = {"status": "ok", "snapshot": await self._ready()}
        with suppress(TimeoutError, TryLater):
            async with asyncio.timeout(_PATIENCE):
                status = await self._engine.status()
                document |= {"snapshot": status.snapshot, "triples": status.triples}
        return _respond(document)

    async def _ready(self) -> str:
        """Ask until somebody is there, for a while: a server that starts has them soon."""
        end = time.monotonic() + _START
        while time.monotonic() < end:
            with suppress(NotReady):
                return self._engine.ready()
            await asyncio.sleep(_PAUSE)
        return self._engine.ready()

    async def metrics(self, request: Request) -> Response:
        """Give what is counted and measured, as Prometheus reads it."""
        headers = {"Content-Type": metrics.MEDIA_TYPE, "Cache-Control": "no-store"}
        return Response(metrics.exposition(), headers=headers)


def _respond(document: dict[str, str | int]) -> Response:
    headers = {"Cache-Control": "no-store"}
    return Response(json.dumps(document), headers=headers, media_type="application/json")
