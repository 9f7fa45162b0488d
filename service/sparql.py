"""The SPARQL 1.1 Protocol, query operation (https://www.w3.org/TR/sparql11-protocol/)."""

from collections.abc import Callable, Collection
from dataclasses import replace
from datetime import UTC, datetime, time
from email.utils import format_datetime
from typing import Final

from starlette.requests import Request
from starlette.responses import RedirectResponse, Response

from foedus.graph import descriptions
from foedus.graph.worlds import World
from foedus.service import guard, negotiate
from foedus.service.description import QUERIES, Abilities, describe_service, graph_response
from foedus.service.diagnosis import moved
from foedus.service.edge import note
from foedus.service.engine import REPORTED, Answer, Engine, Form, Query
from foedus.service.errors import BadRequest, QuerySyntaxError, UnsupportedMediaType, UpdateRefused
from foedus.service.federation import ALONE, Federation
from foedus.service.parameters import (
    Parameters,
    accept_header,
    content_type,
    decode,
    read_body,
    read_world,
    text,
)
from foedus.service.replies import Reply

FORM: Final = "application/x-www-form-urlencoded"
QUERY: Final = "application/sparql-query"
UPDATE: Final = "application/sparql-update"
_VARY: Final = "Accept, Accept-Datetime, Accept-Encoding"
_CACHED: Final = {"Vary": _VARY, "Cache-Control": "no-cache"}
"""Others may keep an answer, and ask whether it is still the answer."""
_VOLATILE: Final = {"Vary": _VARY, "Cache-Control": "no-store"}


async def sparql(
    request: Request,
    engine: Engine,
    max_body: int,
    fixed: World | None = None,
    described: Callable[[str], World | None] = lambda key: None,
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
    if fixed and parameters.has_any(descriptions.PARAMETERS):
        raise BadRequest("this endpoint is that of one world; ask /sparql for another")
    world = fixed or await read_world(parameters, request.headers, engine, described)
    note(request.scope, query=query.text, world=world)
    return await ask(request, parameters, engine, query, world)


async def ask(
    request: Request,
    parameters: Parameters,
    engine: Engine,
    query: Query,
    world: World = REPORTED,
    federation: Federation = ALONE,
) -> Response:
    """Answer a query that the guard lets pass, or say that the client has the answer."""
    asked = query.text
    query = replace(query, text=await guard.admitted(asked, federation))
    acceptable = negotiate.acceptable_of(request, parameters)
    known = request.headers.get("if-none-match")
    if known is not None and request.method != "POST":
        tag = _known(known, engine.tags(query, world, acceptable))
        if tag:
            return Response(status_code=304, headers={"ETag": tag, **_CACHED})
    try:
        answer = await engine.query(query, world, acceptable)
    except QuerySyntaxError as error:
        if query.text == asked:
            raise
        raise moved(error, asked, guard.edits(asked, federation)) from error
    return respond(answer, world)


async def read_parameters(
    request: Request, max_body: int, takes_updates: bool = False
) -> Parameters:
    """Read what the URL and the body say; a posted query becomes the parameter ``query``.

    Where updates are taken, a posted one becomes the parameter ``update``.

    Raises:
        UnsupportedMediaType, UpdateRefused, TooLarge, BadRequest: as the Protocol wants it.
    """
    pairs = decode(request.scope["query_string"])
    if request.method != "POST":
        return Parameters(pairs)
    media_type, charset = content_type(request.headers.get("content-type", ""))
    if media_type == UPDATE and not takes_updates:
        raise UpdateRefused
    if media_type not in (FORM, QUERY, UPDATE) or charset not in (None, "utf-8", "utf8"):
        raise UnsupportedMediaType(request.headers.get("content-type", ""), FORM, QUERY)
    body = await read_body(request, max_body)
    if media_type == FORM:
        return Parameters(pairs + decode(body))
    return Parameters((*pairs, ("query" if media_type == QUERY else "update", text(body))))


async def without_query(
    request: Request,
    engine: Engine,
    parameters: Parameters,
    abilities: Abilities = QUERIES,
    page: str | None = "/query",
) -> Response:
    """Describe the service, or lead a browser to the page, if there is one.

    Raises:
        BadRequest: it was a query that is missing.
    """
    named = {name for name, _ in parameters.pairs}
    if request.method == "POST" or named & {"default-graph-uri", "named-graph-uri"}:
        raise BadRequest("the parameter query is missing")
    header = accept_header(request)
    ranges = negotiate.parse_accept(header or "*/*")
    offers = [*negotiate.offered(Form.GRAPH), "text/html"]
    is_for_people = negotiate.prefer(ranges, offers) == "text/html" and not any(
        parameters.all(name) for name in negotiate.OVERRIDES
    )
    if page and is_for_people:
        return RedirectResponse(page, status_code=303, headers={"Vary": "Accept"})
    address = str(request.url.replace(query=""))
    description = describe_service(address, await engine.status(), abilities)
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
        _seconds(parameters.one("timeout")),
    )


def _seconds(text: str | None) -> float | None:
    """Read ``timeout``, in seconds; it can only lower what the server allows."""
    if not text:
        return None
    try:
        seconds = float(text)
    except ValueError:
        seconds = 0.0
    if not seconds > 0:
        raise BadRequest(f"parameter timeout: expected a number of seconds, not {text!r}")
    return seconds


def _known(header: str, tags: Collection[str]) -> str | None:
    """Find a tag that the client has (RFC 9110, section 13.1.2)."""
    return next((tag for tag in tags if tag in header), None)


def respond(answer: Answer, world: World = REPORTED) -> Response:
    """Send an answer as it comes."""
    headers = answer_headers(answer.media_type, answer.snapshot, world)
    headers.update(_CACHED if answer.tag else _VOLATILE)
    if answer.tag:
        headers["ETag"] = answer.tag
    if answer.coding:
        headers["Content-Encoding"] = answer.coding
    return Reply(answer, headers)


def answer_headers(media_type: str, snapshot: str, world: World) -> dict[str, str]:
    """Say what an answer is; ``Memento-Datetime`` is the day as of which it was known."""
    headers = {
        "Content-Type": media_type,
        "Vary": "Accept, Accept-Datetime",
        "Foedus-Snapshot": snapshot,
    }
    if world.as_of:
        moment = datetime.combine(world.as_of, time(), UTC)
        headers["Memento-Datetime"] = format_datetime(moment, usegmt=True)
    return headers
