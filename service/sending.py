"""Requests that send RDF: what they send, and work that ends when they do."""

import asyncio
from collections.abc import Awaitable
from typing import TypeVar

from starlette.requests import ClientDisconnect, Request

from foedus.service.errors import UnsupportedMediaType
from foedus.service.parameters import content_type
from foedus.service.reports import SENT

_T = TypeVar("_T")


def sent_format(request: Request) -> str:
    """Give the proper media type of the RDF in a request; raises ``UnsupportedMediaType``."""
    header = request.headers.get("content-type", "")
    media_type, charset = content_type(header)
    if media_type not in SENT or charset not in (None, "utf-8", "utf8", "us-ascii"):
        raise UnsupportedMediaType(header, *dict.fromkeys(SENT.values()))
    return SENT[media_type]


async def while_asked(request: Request, work: Awaitable[_T]) -> _T:
    """Do some work for a request whose body has been read; it is cancelled if the client goes.

    Raises:
        ClientDisconnect: nobody waits for it any more.
    """
    doing = asyncio.ensure_future(work)
    gone = asyncio.ensure_future(_gone(request))
    try:
        await asyncio.wait({doing, gone}, return_when=asyncio.FIRST_COMPLETED)
        if not doing.done():
            raise ClientDisconnect
        return doing.result()
    finally:
        for task in (doing, gone):
            task.cancel()
        await asyncio.gather(doing, gone, return_exceptions=True)


async def _gone(request: Request) -> None:
    while (await request.receive())["type"] != "http.disconnect":
        pass
