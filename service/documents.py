"""``/documents``: the documents of the graph; adding, replacing and removing one of them."""

import asyncio
import json
import logging
from collections.abc import Mapping
from typing import Any, Final
from urllib.parse import quote

from starlette.requests import Request
from starlette.responses import FileResponse, Response

from foedus.graph import snapshot
from foedus.graph.copies import Source
from foedus.graph.kept import Kept, kept
from foedus.graph.post import NoSuchDocument, sum_of
from foedus.graph.snapshot import Snapshot
from foedus.ontology.errors import FoedusError
from foedus.ontology.namespaces import expand
from foedus.service import negotiate
from foedus.service.access import require_token
from foedus.service.document_list import FORMATS, list_documents, write_list
from foedus.service.engine import REPORTED, Engine, Query, read
from foedus.service.errors import BadRequest, DocumentRefused, NoSnapshot
from foedus.service.jobs import Done, Jobs
from foedus.service.negotiate import Format
from foedus.service.parameters import Parameters, accept_header, decode, read_body
from foedus.service.reports import REPORTS
from foedus.service.sending import sent_format, while_asked
from foedus.service.settings import Settings

logger = logging.getLogger(__name__)

_TRIG: Final = "application/trig"
_ONE: Final = (Format("trig", _TRIG, frozenset()),)
_PATIENCE: Final = 5.0
"""How many seconds to wait until the engine answers from the snapshot that was published."""
_JSON_REPORT: Final = Format("json", "application/json", frozenset(), ("application/problem+json",))
_REFUSALS: Final = (_JSON_REPORT, *REPORTS[1:])


class DocumentsRoute:
    """The routes, on an engine and jobs that write one after the other."""

    def __init__(self, engine: Engine, source: Source, settings: Settings, writing: Jobs) -> None:
        self._engine = engine
        self._source = source
        self._settings = settings
        self._writing = writing

    async def get(self, request: Request) -> Response:
        """List the documents, or give the one of ``iri`` as it was sent.

        Raises:
            NoSuchDocument, NoSnapshot, SnapshotGone, NotAcceptable: as they say.
        """
        parameters = Parameters(decode(request.scope["query_string"]))
        iri = _iri(parameters)
        if iri is None:
            return await self._list(request, parameters)
        negotiate.choose(_ONE, accept_header(request), parameters.all("format"))
        found = self._snapshot(parameters.one("snapshot"))
        document = kept(found).get(iri)
        if document is None:
            raise NoSuchDocument(iri)
        tag = _tag(await asyncio.to_thread(sum_of, document.path))
        headers = {"ETag": tag, "Vary": "Accept", "Foedus-Snapshot": found.id}
        known = _sums(request, "if-none-match")
        if known is not None and ("*" in known or tag[1:-1] in known):
            return Response(status_code=304, headers=headers)
        return FileResponse(document.path, headers=headers, media_type=_TRIG)

    async def post(self, request: Request) -> Response:
        """Add a document: 201 with its address, or 200 if it is there already.

        Raises:
            ReadOnly, Unauthorised: the request may not write.
            DocumentRefused: the gate does not let it in.
            FoedusError: what `foedus.graph.post.put` and `Jobs.run` raise.
        """
        return await self._put(request, is_new=True)

    async def put(self, request: Request) -> Response:
        """Add or replace a document, as often as one likes: 201 or 204. Raises as `post`."""
        return await self._put(request, is_new=False)

    async def delete(self, request: Request) -> Response:
        """Remove the document of ``iri``: 204. Raises as `post`."""
        require_token(request, self._settings.token)
        iri = _iri(Parameters(decode(request.scope["query_string"])))
        if iri is None:
            raise BadRequest("say which document: /documents?iri=IRI")
        form = negotiate.choose(_REFUSALS, accept_header(request)).format
        arguments = {"data": str(self._settings.data), "iri": iri, "form": form}
        work = self._writing.run("remove", {**arguments, **_conditions(request)})
        done = await while_asked(request, work)
        if "snapshot" not in done.fields:
            return _refuse(done, form)
        logger.info("removed document=%s snapshot=%s", iri, done.fields["snapshot"])
        return await self._done(204, done)

    async def _put(self, request: Request, is_new: bool) -> Response:
        require_token(request, self._settings.token)
        media = sent_format(request)
        form = negotiate.choose(_REFUSALS, accept_header(request)).format
        arguments = {
            "media": media,
            "data": str(self._settings.data),
            "iri": _iri(Parameters(decode(request.scope["query_string"]))),
            "is_new": is_new,
            "form": form,
            **_conditions(request),
        }
        body = await read_body(request, self._settings.max_document)
        done = await while_asked(request, self._writing.run("put", arguments, body))
        if "snapshot" not in done.fields:
            return _refuse(done, form)
        iri = done.fields["iri"]
        logger.info("put document=%s snapshot=%s", iri, done.fields["snapshot"])
        headers = {"Location": f"/documents?iri={quote(iri, safe='')}"}
        if media == _TRIG:  # anything else is not kept as it was sent (RFC 9110, section 9.3.4)
            headers["ETag"] = _tag(done.fields["sum"])
        if done.fields["was_there"] and not is_new:
            return await self._done(204, done, headers)
        return await self._done(200 if done.fields["was_there"] else 201, done, headers)

    async def _done(
        self, status: int, done: Done, headers: Mapping[str, str] | None = None
    ) -> Response:
        """Answer once the engine answers from what was published."""
        identity = done.fields["snapshot"]
        await self._until_served(identity)
        document = {"iri": done.fields.get("iri"), "snapshot": identity}
        return Response(
            b"" if status == 204 else json.dumps(document),
            status,
            {"Foedus-Snapshot": identity, "Cache-Control": "no-store", **(headers or {})},
            None if status == 204 else "application/json",
        )

    async def _until_served(self, identity: str) -> None:
        try:
            async with asyncio.timeout(_PATIENCE):
                while await self._served() != identity and self._snapshot().id == identity:
                    await asyncio.sleep(0.02)
        except (FoedusError, TimeoutError):
            logger.warning("published and not served yet snapshot=%s", identity)

    async def _served(self) -> str:
        answer = await self._engine.query(Query("ASK {}"), REPORTED, negotiate.acceptable(None))
        await read(answer)
        return answer.snapshot

    def _snapshot(self, identity: str | None = None) -> Snapshot:
        if identity:
            return self._source.pinned(identity)
        try:
            return self._source.current()
        except snapshot.NoSnapshot as error:  # whose text names our folder
            raise NoSnapshot from error

    async def _list(self, request: Request, parameters: Parameters) -> Response:
        overrides = parameters.all("format")
        chosen = negotiate.choose(FORMATS, accept_header(request), overrides)
        identity, documents = await list_documents(self._engine, parameters.one("snapshot"))
        present: Mapping[str, Kept] = kept(self._snapshot(identity))
        address = str(request.url.replace(query=""))
        body = write_list(documents, present, identity, address, chosen.format)
        headers = {"Content-Type": chosen.media_type, "Vary": "Accept"}
        return Response(body, headers={**headers, "Foedus-Snapshot": identity})


def _iri(parameters: Parameters) -> str | None:
    text = parameters.one("iri")
    if text is None:
        return None
    iri = expand(text.strip())
    if iri is None:
        raise BadRequest(f"parameter iri: expected an IRI, not {text!r}")
    return iri


def _conditions(request: Request) -> dict[str, Any]:
    return {
        "match": _sums(request, "if-match"),
        "none_match": _sums(request, "if-none-match"),
    }


def _sums(request: Request, name: str) -> list[str] | None:
    """Read the entity tags of a header; ``If-Match`` is never met by a weak one."""
    values = request.headers.getlist(name)
    if not values:
        return None
    tags = [tag.strip() for value in values for tag in value.split(",")]
    if name == "if-none-match":
        tags = [tag.removeprefix("W/") for tag in tags]
    return [tag.strip('"') for tag in tags]


def _tag(digest: str) -> str:
    return f'"{digest}"'


def _refuse(done: Done, form: str) -> Response:
    if form == "json":
        raise DocumentRefused(json.loads(done.payload))
    chosen = next(entry for entry in REPORTS if entry.name == form)
    headers = {"Content-Type": chosen.content_type, "Cache-Control": "no-store"}
    return Response(done.payload, 422, headers)
