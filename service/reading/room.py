"""The reading room: every IRI of ours answers, with a page or with RDF (Cool URIs, section 4)."""

from collections.abc import Mapping, Sequence
from typing import Any, Final

from pyoxigraph import NamedNode
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response

from foedus.ontology.namespaces import BASE
from foedus.service import negotiate
from foedus.service.engine import Acceptable, Chosen, Engine, Query
from foedus.service.errors import NotThere
from foedus.service.pages import HEADERS, Link, choose_language, template
from foedus.service.parameters import Parameters, accept_header, decode, read_world
from foedus.service.reading import document, portrait, proposition, start, thing, worlds
from foedus.service.reading.asking import Asker, bound
from foedus.service.reading.frame import world_bar
from foedus.service.reading.source_texts import SourceTexts
from foedus.service.reading.speech import Speech
from foedus.service.reading.visit import Visit
from foedus.service.registry import Registry
from foedus.service.sparql import respond

KINDS: Final = ("concept", "doc", "graph", "id", "inference", "ont", "proposition", "rule", "shape")
"""What the path of an IRI of ours begins with."""

SUFFIXES: Final = {"ttl": "turtle", "jsonld": "jsonld", "nt": "ntriples", "rdf": "rdfxml"}
"""Formats of RDF by the suffix that asks for them."""

_HTML: Final = "text/html"
_PAGE: Final = negotiate.Format("html", _HTML, frozenset(), ("application/xhtml+xml",))
_CHOICES: Final = "Accept, Accept-Language, Accept-Datetime"
_MEDIA_TYPES: Final = {
    entry.media_types[0]: suffix
    for suffix, name in SUFFIXES.items()
    for entry in negotiate.FORMATS
    if entry.name == name
}


class Room:
    """Answers about IRIs of ours."""

    def __init__(self, engine: Engine, registry: Registry, texts: SourceTexts) -> None:
        self._engine = engine
        self._registry = registry
        self._pages = {
            "doc": document.DocumentPage(texts).gather,
            "id": portrait.gather,
            "proposition": proposition.gather,
        }

    async def answer(self, request: Request) -> Response:
        """Show a page or RDF where a suffix says which; else lead there, by ``Accept``.

        Raises:
            NotThere: the graph says nothing of it.
        """
        path, _, suffix = request.url.path.rpartition(".")
        if suffix not in ("html", *SUFFIXES):
            return _lead(request)
        if suffix == "html" and document.is_sentence(path):
            return RedirectResponse(_page_of(path, request), 303, headers={"Vary": _CHOICES})
        response = await self.show(request, request.url.path)
        further = timegate_links(str(request.base_url), request.url.path.lstrip("/"))
        response.headers["Link"] = ", ".join([response.headers["Link"], *further])
        return response

    async def show(
        self, request: Request, address: str, chosen: Sequence[tuple[str, str]] = ()
    ) -> Response:
        """Show what is at a path, as a page if no suffix says otherwise.

        Args:
            request: Of which the parameters and the languages count.
            address: The path.
            chosen: Further parameters.

        Raises:
            NotThere: the graph says nothing of it.
        """
        path, _, suffix = address.rpartition(".")
        if suffix not in ("html", *SUFFIXES):
            path, suffix = address, "html"
        visit = await self._visit(request, path, chosen)
        iri = BASE + path.lstrip("/")
        try:
            NamedNode(iri)
        except ValueError as error:  # what no IRI can be is no thing either
            raise NotThere(iri) from error
        if suffix == "html":
            return await self._page(request, visit, iri)
        return await self._rdf(visit, iri, SUFFIXES[suffix])

    async def _visit(
        self, request: Request, path: str, chosen: Sequence[tuple[str, str]] = ()
    ) -> Visit:
        # A form sends what was left empty, too.
        given = decode(request.scope["query_string"])
        parameters = Parameters((*(pair for pair in given if pair[1]), *chosen))
        return Visit(
            path,
            parameters.pairs,
            choose_language(parameters, request.headers.get("accept-language", "")),
            await read_world(parameters, request.headers, self._engine, self._registry.described),
        )

    async def _rdf(self, visit: Visit, iri: str, name: str) -> Response:
        entry = next(entry for entry in negotiate.FORMATS if entry.name == name)
        acceptable = Acceptable(None, None, Chosen(entry.name, entry.content_type))
        query = Query(bound("description", {"thing": iri}), snapshot=visit.snapshot)
        asker = Asker(self._engine, visit)
        if not await asker.rows("is-there", thing=iri):
            raise NotThere(iri)
        response = respond(await self._engine.query(query, visit.world, acceptable), visit.world)
        response.headers["Link"] = ", ".join(_links(visit, iri))
        return response

    async def start(self, request: Request) -> Response:
        """Show where readers begin."""
        visit = await self._visit(request, "/")
        speech, asker = Speech(visit.language), Asker(self._engine, visit)
        content = await start.gather(asker, visit, speech)
        return await self._written(request, visit, asker, content)

    async def worlds(self, request: Request) -> Response:
        """Show two worlds side by side, or lead to the world of the hypothesis that was entered.

        Raises:
            NotAcceptable: the client takes no HTML.
        """
        negotiate.choose((_PAGE,), accept_header(request))
        visit = await self._visit(request, "/worlds")
        speech, asker = Speech(visit.language), Asker(self._engine, visit)
        answer = await worlds.gather(self._engine, self._registry, asker, visit, speech)
        if isinstance(answer, worlds.Elsewhere):
            headers = {"Vary": _CHOICES}
            return RedirectResponse(answer.address, status_code=303, headers=headers)
        response = await self._written(request, visit, asker, answer.content)
        response.status_code = answer.status
        return response

    async def _page(self, request: Request, visit: Visit, iri: str) -> Response:
        gather = self._pages.get(iri.removeprefix(BASE).partition("/")[0], thing.gather)
        speech, asker = Speech(visit.language), Asker(self._engine, visit)
        content = await gather(asker, visit, speech, iri)
        alternates = [
            Link(visit.to(f"{visit.path}.{suffix}"), media_type)
            for media_type, suffix in _MEDIA_TYPES.items()
        ]
        content = {**content, "alternates": alternates}
        response = await self._written(request, visit, asker, content)
        response.headers["Link"] = ", ".join(_links(visit, iri))
        return response

    async def _written(
        self, request: Request, visit: Visit, asker: Asker, content: Mapping[str, Any]
    ) -> Response:
        """Put a page into its frame.

        In ``content`` are ``template``, perhaps ``keep``, the parameters of the page that the
        worlds bar hands on, and what the template shows.
        """
        speech = Speech(visit.language)
        keep = content.get("keep", ())
        bar = await world_bar(asker, visit, speech, keep)
        kept = {name: visit.one(name) for name in keep}
        pinned = visit.to(visit.path, {"snapshot": asker.snapshot, **kept})
        values = {
            "visit": visit,
            "bar": bar,
            "snapshot": asker.snapshot,
            "permalink": str(request.base_url).rstrip("/") + pinned,
            "alternates": [],
            "navigation": _navigation(visit, speech),
            "_": speech.say,
            "count": speech.count,
            **content,
        }
        html = template(content["template"]).render(values)
        headers = {
            **HEADERS,
            "Content-Language": visit.language,
            "Foedus-Snapshot": asker.snapshot,
        }
        return Response(html, headers=headers, media_type=_HTML)


def timegate_links(base: str, path: str) -> list[str]:
    """Give the links from a page to its timegate and its timemap (RFC 7089, section 2.2)."""
    return [
        f'<{base}timegate/{path}>; rel="timegate"',
        f'<{base}timemap/{path}>; rel="timemap"; type="application/link-format"',
    ]


def _lead(request: Request) -> Response:
    """Lead from a thing to what is said about it: 303, since it is no document itself."""
    header = accept_header(request)
    chosen = negotiate.prefer(
        negotiate.parse_accept(header or "*/*"), [_HTML, *_MEDIA_TYPES, "application/xml"]
    )
    suffix = _MEDIA_TYPES.get(chosen or "", "rdf" if chosen == "application/xml" else "html")
    if suffix == "html":
        address = _page_of(request.url.path, request)
    else:
        query = request.scope["query_string"].decode("ascii", "replace")
        address = f"{request.url.path}.{suffix}" + (f"?{query}" if query else "")
    return RedirectResponse(address, status_code=303, headers={"Vary": _CHOICES})


def _page_of(path: str, request: Request) -> str:
    """Give the address of the page about a thing; a sentence is a row of its document's page."""
    query = request.scope["query_string"].decode("ascii", "replace")
    if document.is_sentence(path):
        return document.row(path, query)
    return f"{path}.html" + (f"?{query}" if query else "")


def _links(visit: Visit, iri: str) -> list[str]:
    links = [
        f'<{visit.to(f"{visit.path}.{suffix}")}>; rel="alternate"; type="{media_type}"'
        for media_type, suffix in {_HTML: "html", **_MEDIA_TYPES}.items()
    ]
    return [*links, f'<{iri}>; rel="describes"']


def _navigation(visit: Visit, speech: Speech) -> list[Link]:
    return [
        Link(visit.to("/query"), "SPARQL"),
        Link(visit.to("/why"), speech.say("Why")),
        Link(visit.to("/worlds"), speech.say("Worlds"), visit.path == "/worlds"),
        Link("/openapi.json", "API"),
    ]
