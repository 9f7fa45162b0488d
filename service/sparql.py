"""The SPARQL 1.1 Protocol, query operation (https://www.w3.org/TR/sparql11-protocol/)."""

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime, time
from email.message import Message
from email.utils import format_datetime, parsedate_to_datetime
from typing import Final
from urllib.parse import parse_qsl

from starlette.requests import Request
from starlette.responses import RedirectResponse, Response, StreamingResponse

from foedus.graph import descriptions
from foedus.graph.worlds import World
from foedus.ontology.errors import InputRefused
from foedus.service import guard, negotiate
from foedus.service.description import describe_service, graph_response
from foedus.service.engine import REPORTED, Answer, Engine, Form, Query
from foedus.service.errors import (
    BadRequest,
    TooLarge,
    UnsupportedMediaType,
    UpdateRefused,
)

FORM: Final = "application/x-www-form-urlencoded"
QUERY: Final = "application/sparql-query"
UPDATE: Final = "application/sparql-update"
_MAX_FIELDS: Final = 1_000


@dataclass(frozen=True)
class Parameters:
    """The parameters of a request, from its URL and its form, in order; each may be repeated."""

    pairs: tuple[tuple[str, str], ...]

    def all(self, name: str) -> tuple[str, ...]:
        """Give every value of a parameter."""
        return tuple(value for key, value in self.pairs if key == name)

    def one(self, name: str) -> str | None:
        """Give the only value of a parameter; raises ``BadRequest`` if there are several."""
        values = self.all(name)
        if len(values) > 1:
            raise BadRequest(f"{name} is given {len(values)} times")
        return values[0] if values else None


async def sparql(
    request: Request, engine: Engine, max_body: int, fixed: World | None = None
) -> Response:
    """Answer a request at ``/sparql``: a query, or the description of the service.

    With a ``fixed`` world the endpoint is that of this world alone; world parameters are refused.
    """
    parameters = await read_parameters(request, max_body)
    if parameters.all("update"):
        raise UpdateRefused
    if not parameters.all("query"):
        return await without_query(request, engine, parameters)
    query = read_query(parameters)
    world = fixed or read_world(parameters, request.headers)
    if fixed and any(name in descriptions.PARAMETERS for name, _ in parameters.pairs):
        raise BadRequest("this endpoint is that of one world; ask /sparql for another")
    acceptable = negotiate.acceptable(
        accept_header(request),
        [value for name in negotiate.OVERRIDES for value in parameters.all(name)],
    )
    guard.check(query.text)
    return respond(await engine.query(query, world, acceptable), world)


async def read_parameters(request: Request, max_body: int) -> Parameters:
    """Read what the URL and the body say; a posted query becomes the parameter ``query``.

    Raises:
        UnsupportedMediaType, UpdateRefused, TooLarge, BadRequest: as the Protocol wants it.
    """
    pairs = decode(request.scope["query_string"])
    if request.method != "POST":
        return Parameters(pairs)
    media_type, charset = content_type(request.headers.get("content-type", ""))
    if media_type == UPDATE:
        raise UpdateRefused
    if media_type not in (FORM, QUERY) or charset not in (None, "utf-8", "utf8"):
        raise UnsupportedMediaType(request.headers.get("content-type", ""), FORM, QUERY)
    body = await read_body(request, max_body)
    if media_type == FORM:
        return Parameters(pairs + decode(body))
    return Parameters((*pairs, ("query", text(body))))


async def without_query(request: Request, engine: Engine, parameters: Parameters) -> Response:
    """Describe the service, or lead a browser to the page; ``BadRequest`` if a query is missing."""
    named = {name for name, _ in parameters.pairs}
    if request.method == "POST" or named & {"default-graph-uri", "named-graph-uri"}:
        raise BadRequest("the parameter query is missing")
    header = accept_header(request)
    ranges = negotiate.parse_accept(header or "*/*")
    offers = [*negotiate.offered(Form.GRAPH), "text/html"]
    if negotiate.prefer(ranges, offers) == "text/html" and not any(
        parameters.all(name) for name in negotiate.OVERRIDES
    ):
        return RedirectResponse("/", status_code=303, headers={"Vary": "Accept"})
    description = describe_service(str(request.url.replace(query="")), await engine.status())
    overrides = [value for name in negotiate.OVERRIDES for value in parameters.all(name)]
    return graph_response(description, header, overrides)


def read_query(parameters: Parameters) -> Query:
    """Read query and dataset.

    A dataset of the request replaces that of the query (section 2.1.4). What the request leaves
    out of it is empty; a graph that does not exist is an empty one.
    """
    query = parameters.one("query")
    if query is None or not query.strip():
        raise BadRequest("the query is empty")
    default = parameters.all("default-graph-uri")
    named = parameters.all("named-graph-uri")
    given = bool(default or named)
    return Query(
        query,
        default if given else None,
        named if given else None,
        parameters.one("snapshot") or None,
    )


def read_world(parameters: Parameters, headers: Mapping[str, str]) -> World:
    """Read the world; ``Accept-Datetime`` is ``as-of``, unless that is given.

    Raises:
        BadRequest: a parameter that cannot be used, or ``Accept-Datetime`` is no date (RFC 7089,
            section 4.5.3).
    """
    pairs = list(parameters.pairs)
    header = headers.get("accept-datetime")
    if header is not None and not parameters.all("as-of"):
        try:
            day = parsedate_to_datetime(header).date()
        except ValueError as error:
            raise BadRequest(f"Accept-Datetime is no date: {header}") from error
        pairs.append(("as-of", day.isoformat()))
    with parameters_named():
        return descriptions.read_parameters(pairs)


@contextmanager
def parameters_named() -> Iterator[None]:
    """Make a request's fault of a description that cannot be used, and name the parameter."""
    try:
        yield
    except InputRefused as error:
        reason = f"{error.source}: {error.reason}" if error.source else error.reason
        raise BadRequest(reason, line=error.line, column=error.column) from error


def respond(answer: Answer, world: World = REPORTED) -> Response:
    """Send an answer as it comes; ``Memento-Datetime`` is the day as of which it was known."""
    headers = {
        "Content-Type": answer.media_type,
        "Vary": "Accept, Accept-Datetime",
        "X-Content-Type-Options": "nosniff",
        "Foedus-Snapshot": answer.snapshot,
    }
    if world.as_of:
        moment = datetime.combine(world.as_of, time(), UTC)
        headers["Memento-Datetime"] = format_datetime(moment, usegmt=True)
    if answer.length is not None:
        headers["Content-Length"] = str(answer.length)
    return StreamingResponse(answer.body, headers=headers)


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
