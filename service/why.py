"""``/why``: what a line rests on in a world, for people and for programs."""

import asyncio
import json
from collections.abc import Callable, Mapping
from typing import Any, Final

from pyoxigraph import Literal, NamedNode
from starlette.requests import Request
from starlette.responses import Response

from foedus.graph.proofs import as_graph, as_json, as_mermaid, as_svg, as_text
from foedus.graph.terms import Term, read_term
from foedus.graph.worlds import World
from foedus.ontology.errors import FoedusError, InputRefused
from foedus.service import negotiate, problems
from foedus.service.engine import Asked, Chosen, Engine, Proven
from foedus.service.errors import BadRequest
from foedus.service.negotiate import Format
from foedus.service.pages import HEADERS, choose_language
from foedus.service.parameters import Parameters, accept_header, decode, read_world
from foedus.service.proof_page import ASKED, ProofPage, links, world_of
from foedus.service.reading.asking import Asker
from foedus.service.reading.frame import world_bar
from foedus.service.reading.speech import Speech
from foedus.service.reading.visit import Visit
from foedus.service.registry import Registry
from foedus.service.sparql import answer_headers

SHOWN: Final = 20
MOST: Final = 500
"""How many proofs are shown unless ``limit`` says otherwise, and how many it may ask for."""

FORMATS: Final = (
    Format("json", "application/json", frozenset()),
    Format("html", "text/html; charset=utf-8", frozenset(), ("application/xhtml+xml",)),
    Format("turtle", "text/turtle; charset=utf-8", frozenset(), names=("ttl",)),
    Format("text", "text/plain; charset=utf-8", frozenset(), names=("txt",)),
    Format("svg", "image/svg+xml", frozenset()),
    Format("mermaid", "text/vnd.mermaid; charset=utf-8", frozenset(), names=("mmd",)),
    Format("jsonld", "application/ld+json", frozenset(), names=("json-ld",)),
    Format("ntriples", "application/n-triples", frozenset(), names=("nt",)),
    Format("rdfxml", "application/rdf+xml", frozenset(), names=("rdf",)),
)
_RDF: Final = {"turtle": "turtle", "jsonld": "json-ld", "ntriples": "nt", "rdfxml": "pretty-xml"}
_TRIPLE: Final = ("subject", "predicate", "object")
_STYLED: Final = {"Content-Security-Policy": "default-src 'none'; style-src 'unsafe-inline'"}


class WhyRoute:
    """The route, on an engine and the worlds that have been described."""

    def __init__(self, engine: Engine, registry: Registry, page: ProofPage) -> None:
        self._engine = engine
        self._registry = registry
        self._page = page

    async def answer(self, request: Request) -> Response:
        """Answer with proofs, also where there are none because it does not hold.

        Raises:
            BadRequest: a parameter that cannot be used; names it.
            NothingToProve: the IRI names no proposition and no inference.
            UnknownWorld, SnapshotGone, NotAcceptable, Busy: as at ``/sparql``.
        """
        parameters = Parameters(decode(request.scope["query_string"]))
        overrides = parameters.all("format")
        chosen = negotiate.choose(FORMATS, accept_header(request), overrides)
        if chosen.format == "html":  # a form sends what was left empty, too
            parameters = Parameters(tuple(pair for pair in parameters.pairs if pair[1]))
        language = choose_language(parameters, request.headers.get("accept-language", ""))
        if chosen.format != "html":
            asked = read_asked(parameters, language)
            world = await self._world(parameters, request)
            proven = await self._engine.why(asked, world)
            pairs = [*world_of(parameters, world), ("lang", language)]
            link = links(proven, pairs, str(request.base_url).rstrip("/"))
            body = await asyncio.to_thread(_written, chosen.format, proven, link)
            return _respond(body, chosen, proven, world)
        if not any(parameters.all(name) for name in ("iri", *_TRIPLE)):
            return self._page.respond(200, self._page.empty(parameters, language))
        try:
            asked = read_asked(parameters, language)
            world = await self._world(parameters, request)
            proven = await self._engine.why(asked, world)
        except FoedusError as error:
            document = problems.describe(error)
            failed = self._page.failed(parameters, language, document["detail"])
            return self._page.respond(document["status"], failed)
        around = await self._around(parameters, world, proven)
        body = await asyncio.to_thread(self._page.proved, parameters, world, proven, around)
        return _respond(body, chosen, proven, world)

    async def _around(
        self, parameters: Parameters, world: World, proven: Proven
    ) -> Mapping[str, Any]:
        """Gather what the worlds bar needs, from the snapshot that has answered."""
        visit = Visit("/why", parameters.pairs, proven.wording.language, world)
        speech = Speech(visit.language)
        asker = Asker(self._engine, visit)
        asker.snapshot = proven.snapshot
        bar = await world_bar(asker, visit, speech, (*ASKED, "limit"))
        return {"bar": bar, "visit": visit, "_": speech.say, "count": speech.count}

    async def _world(self, parameters: Parameters, request: Request) -> World:
        return await read_world(parameters, request.headers, self._engine, self._registry.described)


def read_asked(parameters: Parameters, language: str) -> Asked:
    """Read what is to be proved, in how many ways; blank parameters count as not given.

    Raises:
        BadRequest: neither an IRI nor a triple is given, or both; or one that cannot be used.
    """
    given = {name: value for name in ("iri", *_TRIPLE) if (value := _one(parameters, name))}
    if set(given) not in ({"iri"}, set(_TRIPLE)):
        missing = [name for name in _TRIPLE if name not in given]
        if "iri" in given:
            raise BadRequest(f"either iri or {', '.join(_TRIPLE)}, not both")
        raise BadRequest(f"expected iri, or {', '.join(_TRIPLE)}; missing: {', '.join(missing)}")
    terms = tuple(_term(name, value) for name, value in given.items())
    return Asked(
        terms,
        "de" if language == "de" else "en",
        _limit(_one(parameters, "limit")),
        _one(parameters, "snapshot") or None,
    )


def _one(parameters: Parameters, name: str) -> str:
    return (parameters.one(name) or "").strip()


def _term(name: str, value: str) -> Term:
    try:
        term = read_term(value)
    except InputRefused as error:
        raise BadRequest(f"parameter {name}: {error.reason}") from error
    if isinstance(term, NamedNode) or (name == "object" and isinstance(term, Literal)):
        return term
    raise BadRequest(
        f"parameter {name}: expected an IRI or a name with a prefix of ours, not {value!r}"
    )


def _limit(text: str) -> int:
    if not text:
        return SHOWN
    if not (text.isascii() and text.isdigit() and 1 <= int(text[:4]) <= MOST and len(text) < 4):
        raise BadRequest(f"parameter limit: expected a number from 1 to {MOST}, not {text!r}")
    return int(text)


def _written(format_name: str, proven: Proven, link: Callable[[NamedNode], str]) -> bytes:
    explanation, wording = proven.explanation, proven.wording
    if format_name == "json":
        return json.dumps(as_json(explanation, wording), ensure_ascii=False, indent=2).encode()
    if format_name == "text":
        return as_text(explanation, wording).encode()
    if format_name == "mermaid":
        return as_mermaid(explanation, wording).encode()
    if format_name == "svg":
        return as_svg(explanation, wording, link).encode()
    return as_graph(explanation, wording).serialize(format=_RDF[format_name], encoding="utf-8")


def _respond(body: bytes, chosen: Chosen, proven: Proven, world: World) -> Response:
    headers = answer_headers(chosen.media_type, proven.snapshot, world)
    headers["Vary"] = "Accept, Accept-Datetime, Accept-Language"
    headers["Content-Language"] = proven.wording.language
    extra: Mapping[str, str] = _STYLED if chosen.format == "svg" else {}
    if chosen.format == "html":
        extra = {name: value for name, value in HEADERS.items() if name != "Vary"}
    return Response(body, headers={**headers, **extra})
