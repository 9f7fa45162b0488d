"""Pages as of a day, by address: Memento (RFC 7089), pattern 2.1, with 302 and a distinct URI-M.

A memento shows what had been reported by its day. There is one for each day on which anything was
reported; between two such days nothing on any page changes.
"""

from collections.abc import Sequence
from datetime import UTC, date, datetime, time
from email.utils import format_datetime, parsedate_to_datetime
from typing import Final

from starlette.requests import Request
from starlette.responses import RedirectResponse, Response

from foedus.service.engine import Engine
from foedus.service.errors import BadRequest, NotThere
from foedus.service.reading.asking import Asker
from foedus.service.reading.room import Room, timegate_links
from foedus.service.reading.visit import PLAIN

_STAMP: Final = "%Y%m%d%H%M%S"
LINK_FORMAT: Final = "application/link-format"


class Mementos:
    """Timegates, timemaps and mementos of the pages of a room."""

    def __init__(self, engine: Engine, room: Room) -> None:
        self._engine = engine
        self._room = room

    async def gate(self, request: Request) -> Response:
        """Lead to the last memento, with ``Accept-Datetime`` to the last one that is not later.

        Where all are later it is the first one.

        Raises:
            BadRequest: the header is no date.
        """
        path, base = request.path_params["path"], str(request.base_url)
        days = await self._days(request)
        wanted = request.headers.get("accept-datetime")
        try:
            latest = parsedate_to_datetime(wanted).date() if wanted else days[-1]
        except ValueError as error:
            raise BadRequest(f"Accept-Datetime is no date: {wanted}") from error
        chosen = max((day for day in days if day <= latest), default=days[0])
        headers = {"Vary": "Accept-Datetime", "Link": ", ".join(_around(base, path))}
        return RedirectResponse(_memento(base, path, chosen), status_code=302, headers=headers)

    async def map(self, request: Request) -> Response:
        """List all mementos of a page (section 5)."""
        path, base = request.path_params["path"], str(request.base_url)
        days = await self._days(request)
        lines = [f'<{base}{path}>; rel="original"']
        lines.append(
            f'<{base}timemap/{path}>; rel="self"; type="{LINK_FORMAT}"; '
            f'from="{_http(days[0])}"; until="{_http(days[-1])}"'
        )
        lines.append(f'<{base}timegate/{path}>; rel="timegate"')
        lines += [
            f'<{_memento(base, path, day)}>; rel="{_relation(days, day)}"; datetime="{_http(day)}"'
            for day in days
        ]
        return Response(",\n".join(lines) + "\n", media_type=LINK_FORMAT)

    async def memento(self, request: Request) -> Response:
        """Show a page as of a day.

        Raises:
            NotThere: nothing is said of it, or this is no moment.
        """
        path, stamp = request.path_params["path"], request.path_params["stamp"]
        try:
            day = datetime.strptime(stamp, _STAMP).replace(tzinfo=UTC).date()
        except ValueError as error:
            raise NotThere(request.url.path) from error
        response = await self._room.show(request, f"/{path}", (("as-of", day.isoformat()),))
        base = str(request.base_url)
        response.headers["Memento-Datetime"] = _http(day)
        response.headers["Link"] = ", ".join(_around(base, path))
        return response

    async def _days(self, request: Request) -> list[date]:
        rows = await Asker(self._engine, PLAIN).rows("report-days")
        days = [date.fromisoformat(row["day"][:10]) for row in rows]
        if not days:
            raise NotThere(request.url.path)
        return days


def _around(base: str, path: str) -> list[str]:
    return [f'<{base}{path}>; rel="original"', *timegate_links(base, path)]


def _memento(base: str, path: str, day: date) -> str:
    return f"{base}memento/{day:%Y%m%d}000000/{path}"


def _relation(days: Sequence[date], day: date) -> str:
    first = "first " if day == days[0] else ""
    last = "last " if day == days[-1] else ""
    return f"{first}{last}memento"


def _http(day: date) -> str:
    return format_datetime(datetime.combine(day, time(), UTC), usegmt=True)
