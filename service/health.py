"""``/health`` and ``/metrics``: cheap, and never behind the queries that wait."""

import asyncio
import json
from typing import Final

from starlette.requests import Request
from starlette.responses import Response

from foedus.service import metrics
from foedus.service.engine import Engine
from foedus.service.errors import NotReady

_PATIENCE: Final = 2.0
"""Seconds in which who is ready says so."""


class Health:
    """The routes, on an engine."""

    def __init__(self, engine: Engine) -> None:
        self._engine = engine

    async def live(self, request: Request) -> Response:
        """Say that requests are taken, whatever the state of the graph."""
        return _respond({"status": "ok"})

    async def ready(self, request: Request) -> Response:
        """Say which snapshot answers.

        Raises:
            NoSnapshot: nothing has been built yet.
            NotReady: nobody answers for it in time.
        """
        try:
            async with asyncio.timeout(_PATIENCE):
                status = await self._engine.status()
        except TimeoutError as error:
            raise NotReady from error
        return _respond({"status": "ok", "snapshot": status.snapshot, "triples": status.triples})

    async def metrics(self, request: Request) -> Response:
        """Give what is counted and measured, as Prometheus reads it."""
        headers = {"Content-Type": metrics.MEDIA_TYPE, "Cache-Control": "no-store"}
        return Response(metrics.exposition(), headers=headers)


def _respond(document: dict[str, str | int]) -> Response:
    headers = {"Cache-Control": "no-store"}
    return Response(json.dumps(document), headers=headers, media_type="application/json")
