"""So many requests a second from one address, on average."""

import ipaddress
import time
from collections import OrderedDict
from collections.abc import Callable, Set
from math import ceil
from typing import Final

from starlette.types import ASGIApp, Receive, Scope, Send

from foedus.service import metrics, problems
from foedus.service.errors import TooManyRequests

BURST: Final = 10.0
"""Seconds' worth of requests that may come at once."""
_MOST: Final = 100_000
"""How many addresses are remembered; who has not asked for longest is forgotten."""


class LimitedRate:
    """Refuses requests of an address that has used up its bucket of tokens.

    A bucket fills with ``rate`` tokens a second up to `BURST` seconds' worth; a request takes one.
    """

    def __init__(
        self,
        app: ASGIApp,
        rate: float,
        unlimited: Set[str] = frozenset(),
        now: Callable[[], float] = time.monotonic,
    ) -> None:
        self._app = app
        self._rate = rate
        self._size = max(1.0, rate * BURST)
        self._unlimited = unlimited
        self._now = now
        self._buckets: OrderedDict[str, tuple[float, float]] = OrderedDict()

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass a request on, or answer 429 and say when to come back."""
        if scope["type"] == "http" and scope["path"] not in self._unlimited:
            wait = self._take(_subscriber(scope))
            if wait:
                metrics.REFUSED.labels("rate").inc()
                refusal = problems.answer(TooManyRequests(self._rate, ceil(wait)))
                await refusal(scope, receive, send)
                return
        await self._app(scope, receive, send)

    def _take(self, address: str) -> float:
        """Take a token; returns how many seconds there will be none, 0 if there was one."""
        now = self._now()
        tokens, then = self._buckets.pop(address, (self._size, now))
        tokens = min(self._size, tokens + (now - then) * self._rate)
        has_token = tokens >= 1
        self._buckets[address] = (tokens - 1 if has_token else tokens, now)
        if len(self._buckets) > _MOST:
            self._buckets.popitem(last=False)
        return 0.0 if has_token else (1 - tokens) / self._rate


def _subscriber(scope: Scope) -> str:
    """Give the address of the client; of IPv6 the network of 64 bits that a subscriber has."""
    address = scope["client"][0] if scope.get("client") else ""
    if ":" not in address:
        return address
    try:
        return str(ipaddress.IPv6Network((address.partition("%")[0], 64), strict=False))
    except ValueError:
        return address
