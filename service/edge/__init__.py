"""What every request passes before any route, and every answer on its way out.

Plain ASGI, so that answers stream through it, and around the whole app, so that no route escapes.
"""

from typing import Final

from starlette.types import ASGIApp

from foedus.service.edge.bodies import LimitedBodies
from foedus.service.edge.errors import AnsweredErrors
from foedus.service.edge.headers import SafeHeaders
from foedus.service.edge.observed import Observed, note
from foedus.service.edge.rates import LimitedRate
from foedus.service.settings import Settings

__all__ = ("note", "wrap")

BODIES: Final = 256 << 20
"""How many bytes of requests may be in memory; or four of the longest documents."""
UNLIMITED: Final = frozenset({"/health", "/health/live", "/health/ready", "/metrics"})
"""Paths that answer at any rate: who watches the server must not be taken for its burden."""


def wrap(app: ASGIApp, settings: Settings) -> ASGIApp:
    """Put the edge around ``app``; the first to see a request is the last named here."""
    app = LimitedBodies(
        AnsweredErrors(app), settings.body_timeout, max(BODIES, 4 * settings.max_document)
    )
    if settings.rate:
        app = LimitedRate(app, settings.rate, UNLIMITED)
    app = SafeHeaders(app)
    return Observed(app, is_logged=settings.log)
