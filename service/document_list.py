"""The list of documents, asked of a snapshot, as JSON and as RDF."""

import json
from collections.abc import Mapping, Sequence
from typing import Any, Final
from urllib.parse import quote

import pyoxigraph as ox

from foedus.graph.kept import Kept
from foedus.ontology.namespaces import BASE, PREFIXES
from foedus.service import turtle
from foedus.service.engine import REPORTED, Acceptable, Chosen, Engine, Query, read
from foedus.service.negotiate import Format

FORMATS: Final = (
    Format("json", "application/json", frozenset()),
    Format("turtle", "text/turtle; charset=utf-8", frozenset(), names=("ttl",)),
    Format("jsonld", "application/ld+json", frozenset(), names=("json-ld",)),
    Format("ntriples", "application/n-triples", frozenset(), names=("nt",)),
    Format("rdfxml", "application/rdf+xml", frozenset(), names=("rdf",)),
)
_QUERY: Final = f"""
PREFIX fd: <{PREFIXES["fd"]}>
PREFIX dcterms: <{PREFIXES["dcterms"]}>
SELECT ?document ?title ?sha256 ?sentences ?claims WHERE {{
  ?document a fd:Document .
  OPTIONAL {{ ?document dcterms:title ?title }}
  OPTIONAL {{ ?document fd:sha256 ?sha256 }}
  OPTIONAL {{
    SELECT ?document (COUNT(DISTINCT ?sentence) AS ?sentences) WHERE {{
      ?sentence a fd:Sentence ; fd:isStatedIn ?document
    }} GROUP BY ?document
  }}
  OPTIONAL {{
    SELECT ?document (COUNT(DISTINCT ?claim) AS ?claims) WHERE {{
      ?claim a fd:Claim ; fd:isStatedIn ?document
    }} GROUP BY ?document
  }}
}} ORDER BY ?document ?title
"""
_JSON: Final = Chosen("json", "application/sparql-results+json")
_CATALOGUES: Final = {
    False: ("ours", {"en": "Documents that the graph began with", "de": "Mitgelieferte Dokumente"}),
    True: ("posted", {"en": "Documents that were added", "de": "Hinzugefügte Dokumente"}),
}


async def list_documents(
    engine: Engine, snapshot: str | None
) -> tuple[str, Sequence[dict[str, Any]]]:
    """Ask which documents there are; gives the id of the snapshot, and each with what it says."""
    asked = Query(_QUERY, snapshot=snapshot)
    answer = await engine.query(asked, REPORTED, Acceptable(_JSON, None, None))
    rows = json.loads(await read(answer))["results"]["bindings"]
    found: dict[str, dict[str, Any]] = {}
    for row in rows:
        iri = row["document"]["value"]
        document = found.setdefault(
            iri,
            {
                "iri": iri,
                "title": {},
                "sha256": row.get("sha256", {}).get("value"),
                "sentences": int(row.get("sentences", {}).get("value", 0)),
                "claims": int(row.get("claims", {}).get("value", 0)),
            },
        )
        if title := row.get("title"):
            document["title"][title.get("xml:lang", "")] = title["value"]
    return answer.snapshot, list(found.values())


def write_list(
    documents: Sequence[dict[str, Any]],
    present: Mapping[str, Kept],
    snapshot: str,
    address: str,
    form: str,
) -> bytes:
    """Write the list in a format of `FORMATS`; ``address`` is where one was asked for it."""
    if form == "json":
        listed = [{**it, "posted": _is_posted(it, present), "href": _path(it)} for it in documents]
        whole = {"snapshot": snapshot, "documents": listed}
        return json.dumps(whole, ensure_ascii=False, indent=2).encode()
    base = address.removesuffix("/documents")
    triples = [
        triple for it in documents for triple in _describe(it, _is_posted(it, present), base)
    ]
    return turtle.serialise([*_catalogues(), *triples], form)


def _is_posted(document: dict[str, Any], present: Mapping[str, Kept]) -> bool:
    return document["iri"] in present and present[document["iri"]].is_posted


def _path(document: dict[str, Any]) -> str:
    return f"/documents?iri={quote(document['iri'], safe='')}"


def _catalogue(is_posted: bool) -> ox.NamedNode:
    return ox.NamedNode(f"{BASE}documents#{_CATALOGUES[is_posted][0]}")


def _catalogues() -> list[ox.Triple]:
    triples = []
    for is_posted, (_, titles) in _CATALOGUES.items():
        catalogue = _catalogue(is_posted)
        triples.append(ox.Triple(catalogue, _name("rdf", "type"), _name("dcat", "Catalog")))
        for language, title in titles.items():
            literal = ox.Literal(title, language=language)
            triples.append(ox.Triple(catalogue, _name("dcterms", "title"), literal))
    return triples


def _describe(document: dict[str, Any], is_posted: bool, base: str) -> list[ox.Triple]:
    node = ox.NamedNode(document["iri"])
    triples = [
        ox.Triple(_catalogue(is_posted), _name("dcat", "resource"), node),
        ox.Triple(node, _name("rdf", "type"), _name("fd", "Document")),
    ]
    for language, title in document["title"].items():
        literal = ox.Literal(title, language=language) if language else ox.Literal(title)
        triples.append(ox.Triple(node, _name("dcterms", "title"), literal))
    if document["sha256"]:
        triples.append(ox.Triple(node, _name("fd", "sha256"), ox.Literal(document["sha256"])))
    source = ox.NamedNode(base + _path(document))
    return [*triples, ox.Triple(node, _name("rdfs", "seeAlso"), source)]


def _name(prefix: str, local: str) -> ox.NamedNode:
    return ox.NamedNode(PREFIXES[prefix] + local)
