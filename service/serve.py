"""Run the service under uvicorn; says nothing itself."""

import math
import socket
from collections.abc import Callable, Sequence
from contextlib import suppress
from types import FrameType
from typing import Final

import uvicorn
from starlette.types import ASGIApp

from foedus.graph.copies import Source
from foedus.ontology.errors import InputRefused
from foedus.service.app import create_app
from foedus.service.description import Example
from foedus.service.edge.connections import protocol
from foedus.service.engine import Engine
from foedus.service.settings import Settings
from foedus.service.workers.turns import take_short_turns

_MARGIN: Final = 2
"""Seconds that an answer may take to be sent after its query has run as long as it may."""


def serve(
    settings: Settings,
    engine: Engine,
    questions: Sequence[Example],
    ready: Callable[[str], None] = lambda address: None,
    source: Source | None = None,
) -> None:
    """Serve until a signal ends it.

    Args:
        settings: Where to listen.
        engine: What answers.
        questions: The examples to show.
        ready: Is told the server's address once connections are taken.
        source: Where snapshots come from; by default the data directory.

    Raises:
        InputRefused: host and port cannot be listened on.
    """
    with listen(settings.host, settings.port) as listener:
        ready(address_of(settings, listener))
        run(create_app(settings, engine, questions, source), settings, listener)


def run(app: ASGIApp, settings: Settings, listener: socket.socket) -> None:
    """Run ``app`` until a signal ends it."""
    take_short_turns()
    with suppress(KeyboardInterrupt):  # which uvicorn raises again when it has shut down
        _Server(configuration(app, settings)).run(sockets=[listener])


def address_of(settings: Settings, listener: socket.socket) -> str:
    """Write the address that is listened on."""
    host = f"[{settings.host}]" if ":" in settings.host else settings.host
    return f"http://{host}:{listener.getsockname()[1]}/"


class _Server(uvicorn.Server):
    """Lets what is asked already be answered; a second signal, of whatever kind, ends it at once.

    Meanwhile it listens no more, and closes connections that are idle.
    """

    def handle_exit(self, sig: int, frame: FrameType | None) -> None:
        """Begin to end, or end."""
        if self.should_exit:
            self.force_exit = True
        super().handle_exit(sig, frame)


def configuration(app: ASGIApp, settings: Settings) -> uvicorn.Config:
    """Make uvicorn serve ``app`` within the limits of ``settings``."""
    return uvicorn.Config(
        app,
        http=protocol(settings),
        ws="none",
        log_level="warning",
        access_log=False,
        server_header=False,
        proxy_headers=bool(settings.proxies),
        forwarded_allow_ips=list(settings.proxies),
        lifespan="on",
        timeout_graceful_shutdown=math.ceil(settings.timeout) + _MARGIN,
    )


def listen(host: str, port: int) -> socket.socket:
    """Open the listening socket, so that a port in use is an error before anything starts."""
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    # Only of a socket that says it is TCP does asyncio switch off the delay of small packets.
    listener = socket.socket(family, socket.SOCK_STREAM, socket.IPPROTO_TCP)
    try:
        listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        listener.bind((host, port))
        listener.listen(2048)
        return listener
    except OSError as error:
        listener.close()
        raise InputRefused(f"cannot listen on {host} port {port}: {error.strerror}") from error
