"""What changes a plain dataset: SPARQL Update, and the Graph Store Protocol's PUT, POST, DELETE."""

import asyncio
import secrets
from email.parser import BytesParser
from email.policy import HTTP
from ipaddress import ip_address
from typing import Final
from urllib.parse import urlsplit

from starlette.requests import Request
from starlette.responses import Response

from foedus.service import guard, negotiate
from foedus.service.access import require_token
from foedus.service.diagnosis import syntax_error
from foedus.service.engine import Form
from foedus.service.errors import (
    BadRequest,
    FederationRefused,
    NoGraph,
    ServiceFailed,
    UnsupportedMediaType,
    UpdateFailed,
    WriteRefused,
)
from foedus.service.federation import Federation
from foedus.service.parameters import Parameters, content_type, read_body
from foedus.service.plain.dataset import Dataset
from foedus.service.plain.messages import Check, Drop, Failed, Job, Put, Refused, Result, Update
from foedus.service.plain.operations import Parts, read_operations
from foedus.service.settings import Settings

_RDF: Final = negotiate.offered(Form.GRAPH)
_DATASETS: Final = frozenset({"trig", "nquads"})
_MULTIPART: Final = "multipart/form-data"


class Writes:
    """The routes that write."""

    def __init__(self, settings: Settings, dataset: Dataset, federation: Federation) -> None:
        self._settings = settings
        self._dataset = dataset
        self._federation = federation

    async def update(self, request: Request, parameters: Parameters) -> Response:
        """Run an update (SPARQL 1.1 Protocol, section 2.2)."""
        allow(request, self._settings)
        if request.method != "POST":
            raise BadRequest("an update is posted")
        if parameters.all("query"):
            raise BadRequest("a request has a query or an update, not both")
        update = parameters.one("update") or ""
        try:
            parts = await asyncio.to_thread(
                _prepared,
                update,
                self._federation,
                parameters.all("using-graph-uri"),
                parameters.all("using-named-graph-uri"),
            )
        except FederationRefused as refused:
            result = await self._dataset.write(Check(update))
            if isinstance(result, Refused):
                raise syntax_error(update, result.reason, is_update=True) from refused
            raise
        result = await self._dataset.write(Update(parts))
        if isinstance(result, Refused):
            raise syntax_error(update, result.reason, is_update=True)
        self._checked(result)
        return Response(status_code=204)

    async def change_graph(self, request: Request, graph: str | None) -> Response:
        """Do what the method says: PUT, POST or DELETE; a graph that was not there is made."""
        allow(request, self._settings)
        if request.method == "DELETE":
            if not await self._do(Drop(graph)):
                raise NoGraph(graph or "")
            return Response(status_code=204)
        is_replaced = request.method == "PUT"
        bodies = await self._bodies(request)
        is_dataset = graph is None and not is_replaced and _are_datasets(bodies)
        base = graph or str(request.url.replace(query=""))
        is_new = await self._do(Put(graph, is_replaced, bodies, base, is_dataset))
        return Response(status_code=201 if is_new else 204)

    async def add(self, request: Request) -> Response:
        """Add a graph under a new name, or the graphs of a dataset each to its own."""
        allow(request, self._settings)
        bodies = await self._bodies(request)
        here = str(request.url.replace(query="")).rstrip("/")
        if _are_datasets(bodies):
            await self._do(Put(None, False, bodies, here, is_dataset=True))
            return Response(status_code=204)
        graph = f"{here}/{secrets.token_hex(8)}"
        await self._do(Put(graph, False, bodies, graph))
        return Response(status_code=201, headers={"Location": graph})

    async def _bodies(self, request: Request) -> tuple[tuple[bytes, str], ...]:
        header = request.headers.get("content-type", "")
        if request.headers.get("content-encoding", "identity") != "identity":
            raise UnsupportedMediaType("one that is compressed", *_RDF)
        body = await read_body(request, self._settings.max_document)
        if content_type(header)[0] == _MULTIPART:
            return await asyncio.to_thread(_parts, header, body)
        return ((body, _format(header)),)

    async def _do(self, job: Job) -> bool:
        result = await self._dataset.write(job)
        if isinstance(result, Refused):
            raise BadRequest(result.reason, line=result.line, column=result.column)
        return self._checked(result)

    def _checked(self, result: Result) -> bool:
        if isinstance(result, Failed):
            meant = self._federation.unmediated(result.reason)
            is_elsewhere = result.is_elsewhere or meant != result.reason
            raise ServiceFailed(meant) if is_elsewhere else UpdateFailed(meant)
        return bool(result)


def allow(request: Request, settings: Settings) -> None:
    """Let a request write: it bears the token, or there is none and it comes from this machine.

    A browser of this machine runs pages of other sites, and a name can be made to lead here; so
    without a token neither a foreign origin nor a foreign name is taken.

    Raises:
        Unauthorised, ReadOnly: as `require_token`.
        WriteRefused: a page of another site wants to write.
    """
    if settings.token or not _is_local(settings.host):
        require_token(request, settings.token)
        return
    host = request.headers.get("host", "")
    origin = request.headers.get("origin", f"//{host}")
    if urlsplit(origin).netloc != host or not _is_local(urlsplit(f"//{host}").hostname or ""):
        raise WriteRefused


def _is_local(host: str) -> bool:
    try:
        return ip_address(host).is_loopback
    except ValueError:
        return host == "localhost"


def _prepared(
    update: str, federation: Federation, using: tuple[str, ...], using_named: tuple[str, ...]
) -> Parts:
    guard.admit_update(update)
    return read_operations(update, federation, using, using_named)


def _are_datasets(bodies: tuple[tuple[bytes, str], ...]) -> bool:
    return all(name in _DATASETS for _, name in bodies)


def _format(header: str) -> str:
    entry = _RDF.get(content_type(header)[0])
    if entry is None:
        raise UnsupportedMediaType(header, *_RDF)
    return entry.name


def _parts(header: str, form: bytes) -> tuple[tuple[bytes, str], ...]:
    """Read a form, each part of which is RDF (RFC 7578)."""
    message = BytesParser(policy=HTTP).parsebytes(
        b"Content-Type: " + header.encode("latin-1") + b"\r\n\r\n" + form
    )
    parts = list(message.iter_parts()) if message.is_multipart() else []
    if not parts:
        raise BadRequest("the form has no parts")
    bodies = []
    for part in parts:
        body = part.get_payload(decode=True)
        assert isinstance(body, bytes), "a part has no parts"
        bodies.append((body, _format(part.get("Content-Type", ""))))
    return tuple(bodies)
