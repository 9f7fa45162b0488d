"""What machines look for before they read: the data set described, names, and a list of pages.

VoID (https://www.w3.org/TR/void/, section 5.2 for the address), JSON-LD 1.1 contexts, robots.txt
(RFC 9309) and sitemaps (https://www.sitemaps.org/protocol.html).
"""

from collections.abc import Mapping
from functools import cache
from typing import Any
from xml.sax.saxutils import escape

import pyoxigraph as ox
from rdflib.namespace import OWL, RDF
from starlette.requests import Request
from starlette.responses import JSONResponse, PlainTextResponse, Response

from foedus import ontology
from foedus.graph import load
from foedus.graph.build import DESCRIPTION
from foedus.ontology.namespaces import BASE, FD, PREFIXES
from foedus.service.description import graph_response
from foedus.service.engine import Engine
from foedus.service.parameters import accept_header
from foedus.service.reading.asking import Asker
from foedus.service.reading.visit import PLAIN, Visit


class Linked:
    """Answers about all of the data set."""

    def __init__(self, engine: Engine) -> None:
        self._engine = engine

    async def void(self, request: Request) -> Response:
        """Describe the data set as this server has it."""
        asker = Asker(self._engine, PLAIN)
        classes = await asker.rows("classes")
        base = str(request.base_url)
        status = await self._engine.status()
        dataset = ox.NamedNode(BASE)
        triples = [it for it in _dataset() if it.predicate != _name("void", "sparqlEndpoint")]
        triples += [
            ox.Triple(dataset, _name("dcterms", "identifier"), ox.Literal(status.snapshot)),
            ox.Triple(dataset, _name("void", "sparqlEndpoint"), ox.NamedNode(f"{base}sparql")),
            ox.Triple(dataset, _name("void", "triples"), _number(status.triples)),
            ox.Triple(dataset, _name("void", "vocabulary"), ox.NamedNode(str(FD))),
        ]
        for row in classes:
            part = ox.BlankNode()
            triples += [
                ox.Triple(dataset, _name("void", "classPartition"), part),
                ox.Triple(part, _name("void", "class"), ox.NamedNode(row["class"])),
                ox.Triple(part, _name("void", "entities"), _number(int(row["count"]))),
            ]
        return graph_response(triples, accept_header(request))

    async def sitemap(self, request: Request) -> Response:
        """List the pages of propositions, documents and whatever has a name."""
        base = str(request.base_url).rstrip("/")
        rows = await Asker(self._engine, PLAIN).rows("pages")
        entries = "".join(
            f"<url><loc>{escape(base + Visit.page(row['thing']))}.html</loc></url>\n"
            for row in rows
        )
        text = (
            '<?xml version="1.0" encoding="UTF-8"?>\n'
            f'<urlset xmlns="http://www.sitemaps.org/schemas/sitemap/0.9">\n{entries}</urlset>\n'
        )
        return Response(text, media_type="application/xml")

    async def robots(self, request: Request) -> Response:
        """Keep robots off what is computed for each request."""
        return PlainTextResponse(
            "User-agent: *\nDisallow: /sparql\nDisallow: /why\nDisallow: /worlds\n"
            f"Sitemap: {request.base_url}sitemap.xml\n"
        )

    async def context(self, _: Request) -> Response:
        """Give the JSON-LD context of our terms; anybody may keep it for a day."""
        headers = {"Cache-Control": "public, max-age=86400"}
        return JSONResponse(
            {"@context": _context()}, headers=headers, media_type="application/ld+json"
        )


@cache
def _dataset() -> list[ox.Triple]:
    """Read what the data set says of itself, as it does in every world."""
    quads = load.read_quads(DESCRIPTION)
    return [quad.triple for quad in quads if quad.subject == ox.NamedNode(BASE)]


@cache
def _context() -> Mapping[str, Any]:
    """Name our classes and properties by their last part."""
    graph = ontology.merged()
    terms: dict[str, Any] = {**PREFIXES, "id": "@id", "type": "@type"}
    kinds = (OWL.ObjectProperty, OWL.DatatypeProperty, OWL.Class)
    for kind in kinds:
        for iri in sorted(graph.subjects(RDF.type, kind), key=str):
            name = str(iri).removeprefix(str(FD))
            if not str(iri).startswith(str(FD)) or name in terms:
                continue
            is_link = kind == OWL.ObjectProperty
            terms[name] = {"@id": str(iri), "@type": "@id"} if is_link else str(iri)
    return terms


def _name(prefix: str, name: str) -> ox.NamedNode:
    return ox.NamedNode(PREFIXES[prefix] + name)


def _number(value: int) -> ox.Literal:
    return ox.Literal(str(value), datatype=ox.NamedNode(PREFIXES["xsd"] + "integer"))
