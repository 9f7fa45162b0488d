"""Parameters of requests, from URL, form and headers, and the world that they choose."""

from collections.abc import Callable, Container, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from email.message import Message
from email.utils import parsedate_to_datetime
from functools import cached_property
from typing import Final, Protocol
from urllib.parse import parse_qsl

from starlette.requests import Request

from foedus.graph import descriptions
from foedus.graph.worlds import NAMED, World
from foedus.ontology.errors import InputRefused
from foedus.service.errors import BadRequest, TooLarge

_MAX_FIELDS: Final = 1_000


@dataclass(frozen=True)
class Parameters:
    """The parameters of a request, from its URL and its form, in order; each may be repeated."""

    pairs: tuple[tuple[str, str], ...]

    @cached_property
    def _by_name(self) -> Mapping[str, tuple[str, ...]]:
        found: dict[str, tuple[str, ...]] = {}
        for name, value in self.pairs:
            found[name] = (*found.get(name, ()), value)
        return found

    def all(self, name: str) -> tuple[str, ...]:
        """Give every value of a parameter."""
        return self._by_name.get(name, ())

    def has_any(self, names: Container[str]) -> bool:
        """Tell whether one of these is given."""
        return any(name in names for name in self._by_name)

    def one(self, name: str) -> str | None:
        """Give the only value of a parameter; raises ``BadRequest`` if there are several."""
        values = self.all(name)
        if len(values) > 1:
            raise BadRequest(f"{name} is given {len(values)} times")
        return values[0] if values else None


class WorldReader(Protocol):
    """Reads worlds, as the engine does."""

    async def read_world(self, pairs: Sequence[tuple[str, str]]) -> World:
        """Read the world that parameters describe."""
        ...


async def read_world(
    parameters: Parameters,
    headers: Mapping[str, str],
    reader: WorldReader,
    described: Callable[[str], World | None] = lambda key: None,
) -> World:
    """Read the world; ``Accept-Datetime`` is ``as-of``, unless that is given.

    Args:
        parameters: Those of the request; ``world`` is a preset that the others override.
        headers: Those of the request.
        reader: Reads what the parameters say.
        described: Gives the world of a key that may stand for a name; none where it is no key.

    Raises:
        BadRequest: a parameter that cannot be used, or ``Accept-Datetime`` is no date (RFC 7089,
            section 4.5.3).
    """
    header = headers.get("accept-datetime")
    if header is None and not parameters.has_any(descriptions.PARAMETERS):
        return NAMED["reported"]
    pairs = list(parameters.pairs)
    if header is not None and not parameters.all("as-of"):
        try:
            day = parsedate_to_datetime(header).date()
        except ValueError as error:
            raise BadRequest(f"Accept-Datetime is no date: {header}") from error
        pairs.append(("as-of", day.isoformat()))
    with parameters_named():
        preset = described(parameters.one("world") or "")
        if preset is not None:
            given = {name for name, _ in pairs}
            pairs = [(name, value) for name, value in pairs if name != "world"]
            further = descriptions.as_parameters(preset)
            pairs += [
                (name, value) for name, value in further if name == "world" or name not in given
            ]
        return await reader.read_world(
            [(name, value) for name, value in pairs if name in descriptions.PARAMETERS]
        )


@contextmanager
def parameters_named() -> Iterator[None]:
    """Make a request's fault of a description that cannot be used, and name the parameter."""
    try:
        yield
    except InputRefused as error:
        reason = f"parameter {error.source}: {error.reason}" if error.source else error.reason
        raise BadRequest(reason, line=error.line, column=error.column) from error


def accept_header(request: Request) -> str | None:
    """Join the Accept headers of a request; ``None`` if it has none."""
    values = request.headers.getlist("accept")
    return ", ".join(values) if values else None


def content_type(header: str) -> tuple[str, str | None]:
    """Split a Content-Type header into media type and charset, both in lower case."""
    message = Message()
    message["Content-Type"] = header or "application/octet-stream"
    charset = message.get_content_charset()
    return message.get_content_type(), charset


def decode(encoded: bytes) -> tuple[tuple[str, str], ...]:
    """Decode ``application/x-www-form-urlencoded``; raises ``BadRequest`` unless it is UTF-8."""
    try:
        pairs = parse_qsl(
            encoded.decode("utf-8"),
            keep_blank_values=True,
            errors="strict",
            max_num_fields=_MAX_FIELDS,
        )
    except UnicodeDecodeError as error:
        raise BadRequest("a parameter is not UTF-8") from error
    except ValueError as error:
        raise BadRequest(f"more than {_MAX_FIELDS} parameters") from error
    return tuple(pairs)


def text(body: bytes) -> str:
    """Decode a posted query; raises ``BadRequest`` unless it is UTF-8."""
    try:
        return body.decode("utf-8")
    except UnicodeDecodeError as error:
        raise BadRequest("the query is not UTF-8") from error


async def read_body(request: Request, limit: int) -> bytes:
    """Read a body of at most ``limit`` bytes, and no more of a longer one."""
    declared = request.headers.get("content-length", "")
    if declared.isdigit() and int(declared) > limit:
        raise TooLarge("The body", limit)
    body = bytearray()
    async for chunk in request.stream():
        body += chunk
        if len(body) > limit:
            raise TooLarge("The body", limit)
    return bytes(body)
