"""Graphs as bytes; Turtle with the prefixes that it uses, in the order of the one list."""

from collections.abc import Iterable, Mapping
from typing import Final

import pyoxigraph as ox

from foedus.ontology.namespaces import PREFIXES

FORMATS: Final = {
    "turtle": ox.RdfFormat.TURTLE,
    "ntriples": ox.RdfFormat.N_TRIPLES,
    "rdfxml": ox.RdfFormat.RDF_XML,
    "jsonld": ox.RdfFormat.JSON_LD,
    "trig": ox.RdfFormat.TRIG,
    "nquads": ox.RdfFormat.N_QUADS,
}
_DECLARATION: Final = b"@prefix "


def serialise(
    triples: Iterable[ox.Triple], format_name: str, prefixes: Mapping[str, str] = PREFIXES
) -> bytes:
    """Write a graph in the format of that name in ``negotiate.FORMATS``."""
    rdf_format = FORMATS[format_name]
    if format_name not in ("turtle", "trig"):
        return ox.serialize(triples, format=rdf_format) or b""
    written = ox.serialize(triples, format=rdf_format, prefixes=dict(prefixes)) or b""
    return _tidy(written, prefixes)


def _tidy(written: bytes, prefixes: Mapping[str, str]) -> bytes:
    """Drop the declarations that nothing uses, and put the others in order."""
    start = 0
    while written.startswith(_DECLARATION, start):
        start = written.index(b"\n", start) + 1
    body = written[start:]
    header = b"".join(
        b"%b%b: <%b> .\n" % (_DECLARATION, prefix.encode(), iri.encode())
        for prefix, iri in prefixes.items()
        if _uses(body, prefix.encode())
    )
    return header + b"\n" + body if header else body


def _uses(body: bytes, prefix: bytes) -> bool:
    return body.startswith(prefix + b":") or any(
        before + prefix + b":" in body for before in (b" ", b"\n", b"\t", b"^^")
    )
